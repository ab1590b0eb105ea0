"""The GitHub Action's script, run as a runner runs it: in a checkout, with an event, files for what it tells, an API."""

import base64
import gzip
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml
from hostile import BAD, ENCRYPTED, GOOD, environment, folder

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "ci/github/action.py"
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
SECOND = BAD.replace('"a"', '"b"')


class Runner:
    """A job on a runner: a checkout with a base commit and a change on top of it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.checkout = home / "checkout"
        self.checkout.mkdir()
        self.git("init", "-q")
        folder(self.checkout / "infra", a=BAD)
        self.base = self.commit()
        command = home / "phiward"
        command.write_text(f'#!/bin/sh\nexec {sys.executable} -m phiward.cli.main "$@"\n')
        command.chmod(0o755)
        self.inputs = {
            "PHIWARD_TARGETS": "infra",
            "PHIWARD_ARGUMENTS": f"--select={ENCRYPTED}\n--quiet\n",
            "PHIWARD_COMMAND": str(command),
            "PHIWARD_ANNOTATIONS": "true",
            "PHIWARD_SUMMARY": "true",
        }

    def git(self, *words: str) -> str:
        """Run git as somebody."""
        who = ("-c", "user.name=somebody", "-c", "user.email=somebody@example.org")
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        kept |= {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
        done = subprocess.run(
            ["git", *who, *words], cwd=self.checkout, check=True, capture_output=True, text=True, env=kept
        )
        return done.stdout.strip()

    def commit(self) -> str:
        """Commit everything."""
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "x")
        return self.git("rev-parse", "HEAD")

    def run(self, event: str, body: dict[str, Any], **more: str) -> "subprocess.CompletedProcess[str]":
        """Run the step."""
        file = self.home / "event.json"
        file.write_text(json.dumps(body))
        runner = {
            "GITHUB_EVENT_NAME": event,
            "GITHUB_EVENT_PATH": str(file),
            "GITHUB_OUTPUT": str(self.home / "output"),
            "GITHUB_STEP_SUMMARY": str(self.home / "summary"),
            "GITHUB_REPOSITORY": "owner/repository",
            "GITHUB_SHA": self.base,
            "GITHUB_REF": "refs/pull/7/merge",
            "RUNNER_TEMP": str(self.home),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        return subprocess.run(
            [sys.executable, "-I", str(SCRIPT)],
            cwd=self.checkout,
            check=False,
            capture_output=True,
            text=True,
            timeout=100,
            env=environment(self.home, **runner, **self.inputs | more),
        )

    def pull_request(self, **more: str) -> "subprocess.CompletedProcess[str]":
        """Run the step for a pull request onto the base."""
        return self.run("pull_request", {"pull_request": {"base": {"sha": self.base}}}, **more)

    def output(self) -> dict[str, str]:
        """Return the step's outputs."""
        text = (self.home / "output").read_text()
        return {name: value for name, _, value in re.findall(r"(\S+)<<(\w+)\n(.*)\n\2\n", text)}


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    """Return a runner."""
    return Runner(tmp_path)


def commands(text: str) -> list[str]:
    """Return the workflow commands that a runner would follow: none between `stop-commands` and its token."""
    found: list[str] = []
    stopped = ""
    for line in text.splitlines():
        if stopped:
            stopped = "" if line == f"::{stopped}::" else stopped
        elif line.startswith("::stop-commands::"):
            stopped = line.removeprefix("::stop-commands::")
        elif line.lstrip().startswith("::") or "##[" in line:
            found.append(line)
    assert not stopped
    return found


def test_a_pull_request_that_adds_a_failure(runner: Runner) -> None:
    """It alone is annotated, in the summary, and decides."""
    folder(runner.checkout / "infra", b=SECOND)
    runner.commit()

    done = runner.pull_request()

    assert done.returncode == 1, done.stderr
    told = commands(done.stdout)
    assert len(told) == 1
    assert told[0].startswith("::error file=infra/b.tf,line=4,endLine=4,title=data-store-encrypted-at-rest")
    assert runner.output() == {"exit-code": "1", "sarif": "phiward.sarif"}
    assert (runner.home / "summary").read_text().startswith("## phiward: 1 new, 1 known, 0 fixed")
    log = json.loads((runner.checkout / "phiward.sarif").read_text())
    assert [each["baselineState"] for each in log["runs"][0]["results"]] == ["new", "unchanged"]


def test_a_pull_request_that_adds_nothing(runner: Runner) -> None:
    """What was there before does not stop it."""
    folder(runner.checkout / "infra", c=GOOD.replace('"a"', '"c"'))
    runner.commit()

    done = runner.pull_request()

    assert (done.returncode, commands(done.stdout)) == (0, [])


@pytest.mark.parametrize(
    ("only", "event", "code"),
    [("auto", "push", 1), ("true", "push", 0), ("false", "pull_request", 1), ("auto", "merge_group", 0)],
)
def test_what_counts(runner: Runner, only: str, event: str, code: int) -> None:
    """Everything, or what a change adds."""
    body = {
        "before": runner.base,
        "pull_request": {"base": {"sha": runner.base}},
        "merge_group": {"base_sha": runner.base},
    }

    assert runner.run(event, body, PHIWARD_ONLY_NEW=only).returncode == code


def test_a_branch_that_was_just_made(runner: Runner) -> None:
    """There is nothing before it."""
    assert runner.run("push", {"before": "0" * 40}, PHIWARD_ONLY_NEW="true").returncode == 1


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"PHIWARD_ONLY_NEW": "maybe"}, "only-new is 'maybe'"),
        ({"PHIWARD_ANNOTATIONS": "perhaps"}, "annotations is 'perhaps'"),
        ({"PHIWARD_COMMAND": "/nonexistent/phiward"}, "/nonexistent/phiward cannot be run"),
        ({"GITHUB_EVENT_PATH": "/nonexistent"}, "does not say what the change began at"),
    ],
)
def test_what_cannot_be_done(runner: Runner, more: dict[str, str], told: str) -> None:
    """It is told, and is no verdict."""
    inputs = {name: value for name, value in more.items() if name != "GITHUB_EVENT_PATH"}
    body: dict[str, Any] = {} if "GITHUB_EVENT_PATH" in more else {"pull_request": {"base": {"sha": runner.base}}}

    done = runner.run("pull_request", body, **inputs)

    assert done.returncode == 2
    assert any(line.startswith("::error title=phiward::") and told in line for line in commands(done.stdout))


@pytest.mark.parametrize("sha", ["--output=x", "HEAD", "main; touch x", "$(touch x)", ""])
def test_an_event_s_words_are_no_options(runner: Runner, sha: str) -> None:
    """A commit is a commit."""
    done = runner.run("pull_request", {"pull_request": {"base": {"sha": sha}}})

    assert done.returncode == 2
    assert "does not say what the change began at" in done.stdout


def test_an_abnormal_end(runner: Runner) -> None:
    """It says why; the step has its code, and no summary."""
    done = runner.pull_request(PHIWARD_TARGETS="nowhere")

    assert done.returncode == 2
    assert "nowhere" in done.stderr
    assert commands(done.stdout)[0].startswith("::error title=phiward::phiward ended with 2 before")
    assert runner.output() == {"exit-code": "2"}
    assert not (runner.home / "summary").exists()


def test_targets_are_no_options(runner: Runner) -> None:
    """A line of them is one target, whatever it looks like."""
    done = runner.pull_request(PHIWARD_TARGETS="infra\n--output=stolen")

    assert done.returncode == 2
    assert not (runner.checkout / "stolen").exists()


@pytest.mark.parametrize("name", ["::error::x", "a\n::add-mask::x", "##[error]x", "%0A::warning::y"])
def test_names_of_a_repository_are_no_commands(runner: Runner, name: str) -> None:
    """Neither in the table nor in an annotation."""
    folder(runner.checkout / "infra" / name, b=SECOND)
    runner.commit()

    told = commands(runner.pull_request().stdout)

    assert len(told) == 1
    assert told[0].startswith("::error file=infra/")


class Api(HTTPServer):
    """Code scanning's API: keeps what is uploaded, and answers with a code."""

    def __init__(self, code: int) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.code = code
        self.taken: list[tuple[str, dict[str, str], dict[str, Any]]] = []


class Answering(BaseHTTPRequestHandler):
    """Answers one request."""

    def do_POST(self) -> None:
        """Take an upload."""
        api = self.server
        assert isinstance(api, Api)
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        api.taken.append((self.path, dict(self.headers), body))
        answer = b'{"message": "Resource not accessible"}'
        self.send_response(api.code)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def api(request: pytest.FixtureRequest) -> Iterator[Api]:
    """Run an API that answers with the code that the test names."""
    server = Api(request.param)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def uploading(api: Api) -> dict[str, str]:
    """Return the inputs of an upload."""
    return {
        "PHIWARD_UPLOAD_SARIF": "true",
        "PHIWARD_TOKEN": "t0ken",
        "PHIWARD_CATEGORY": "network",
        "GITHUB_API_URL": f"http://127.0.0.1:{api.server_port}",
    }


@pytest.mark.parametrize("api", [202], indirect=True)
def test_an_upload(runner: Runner, api: Api) -> None:
    """GitHub tells alerts apart by one fingerprint, and uploads by their category."""
    done = runner.pull_request(**uploading(api))

    assert done.returncode == 0, done.stdout
    path, headers, body = api.taken[0]
    assert path == "/repos/owner/repository/code-scanning/sarifs"
    assert headers["Authorization"] == "Bearer t0ken"
    assert (body["commit_sha"], body["ref"]) == (runner.base, "refs/pull/7/merge")
    log = json.loads(gzip.decompress(base64.b64decode(body["sarif"])))
    assert log["runs"][0]["automationDetails"] == {"id": "network/"}
    prints = log["runs"][0]["results"][0]["partialFingerprints"]
    assert prints["primaryLocationLineHash"] == f"{prints['controlAndResource/v1']}:1"
    assert "t0ken" not in done.stdout + done.stderr


@pytest.mark.parametrize("api", [403], indirect=True)
def test_an_upload_from_a_fork(runner: Runner, api: Api) -> None:
    """It may not, and that is no fault of the change."""
    done = runner.pull_request(**uploading(api))

    assert done.returncode == 0
    assert commands(done.stdout)[0].startswith("::warning title=phiward::the SARIF was not uploaded: 403")


@pytest.mark.parametrize("api", [500], indirect=True)
def test_an_upload_that_fails(runner: Runner, api: Api) -> None:
    """What was asked for was not done."""
    done = runner.pull_request(**uploading(api))

    assert done.returncode == 2
    assert commands(done.stdout)[-1].startswith("::error title=phiward::the SARIF was not uploaded: 500")


def test_the_action_hands_over_what_the_script_reads() -> None:
    """Every input as a variable, none within the script, where it would be run."""
    (step,) = ACTION["runs"]["steps"]
    read = {
        f"PHIWARD_{name}" for name in re.findall(r"""(?:given|asked|lines)\(["']([A-Z_]+)["']\)""", SCRIPT.read_text())
    }

    assert ACTION["runs"]["using"] == "composite"
    assert set(step["env"]) == read | {"PHIWARD_PYTHON"}
    for name in ACTION["inputs"]:
        variable = "PHIWARD_" + name.upper().replace("-", "_")
        assert step["env"][variable] == "${{ inputs." + name + " }}"
    assert "${{" not in step["run"]
    assert {each["value"] for each in ACTION["outputs"].values()} == {
        "${{ steps.scan.outputs." + name + " }}" for name in ("exit-code", "sarif")
    }


def test_what_the_action_runs_is_there(runner: Runner) -> None:
    """The step itself, as bash runs it."""
    run = ACTION["runs"]["steps"][0]["run"]

    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", run],
        cwd=runner.checkout,
        check=False,
        capture_output=True,
        text=True,
        timeout=100,
        env=environment(runner.home, GITHUB_ACTION_PATH=str(ROOT), PHIWARD_PYTHON=sys.executable, **runner.inputs),
    )

    assert done.returncode == 1, done.stderr
    assert "::error file=infra/a.tf" in done.stdout
