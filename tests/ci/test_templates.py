"""What other pipelines take: the GitLab template, the pre-commit hooks, the container's recipe."""

import json
import re
import shlex
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
import yaml
from hostile import BAD, ENCRYPTED, environment, folder

from phiward.cli.arguments import parser
from phiward.version import __version__

ROOT = Path(__file__).parents[2]
GITLAB: dict[str, Any] = yaml.safe_load((ROOT / "ci/gitlab/phiward.gitlab-ci.yml").read_text())["phiward"]
HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a repository in which one database fails, with phiward in the PATH."""
    folder(tmp_path / "infra", a=BAD)
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin" / "phiward"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m phiward.cli.main "$@"\n')
    command.chmod(0o755)
    for words in (["init", "-q"], ["add", "infra"], ["commit", "-q", "-m", "x"]):
        ran(tmp_path, "git -c user.name=x -c user.email=x@example.org " + shlex.join(words))
    return tmp_path


def ran(checkout: Path, script: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run a script as a pipeline does."""
    known = environment(checkout)
    return subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script],
        cwd=checkout,
        check=False,
        capture_output=True,
        text=True,
        timeout=100,
        env=known | {"PATH": f"{checkout / 'bin'}:{known['PATH']}"} | variables,
    )


def test_gitlab_on_the_default_branch(checkout: Path) -> None:
    """Everything counts; each artifact is there."""
    variables = GITLAB["variables"] | {"PHIWARD_TARGETS": "infra", "PHIWARD_ARGUMENTS": f"--select {ENCRYPTED} -q"}

    done = ran(checkout, "\n".join(GITLAB["script"]), **variables)

    assert done.returncode == 1, done.stderr
    reports = GITLAB["artifacts"]["reports"]
    assert ET.parse(checkout / reports["junit"]).getroot().findall(".//failure")
    assert json.loads((checkout / reports["codequality"]).read_text())[0]["location"]["path"] == "infra/a.tf"
    for path in GITLAB["artifacts"]["paths"]:
        assert (checkout / path).exists()


def test_gitlab_in_a_merge_request(checkout: Path) -> None:
    """Only what it adds counts."""
    base = ran(checkout, "git rev-parse HEAD").stdout.strip()
    variables = GITLAB["variables"] | {"PHIWARD_TARGETS": "infra", "PHIWARD_ARGUMENTS": f"--select {ENCRYPTED}"}
    script = "\n".join(GITLAB["script"])
    assert ran(checkout, script, CI_MERGE_REQUEST_DIFF_BASE_SHA=base, **variables).returncode == 0

    folder(checkout / "infra", b=BAD.replace('"a"', '"b"'))

    assert ran(checkout, script, CI_MERGE_REQUEST_DIFF_BASE_SHA=base, **variables).returncode == 1
    assert GITLAB["variables"]["GIT_DEPTH"] == "0"


def test_gitlab_installs_this_version() -> None:
    """One version everywhere."""
    assert GITLAB["variables"]["PHIWARD_VERSION"] == __version__


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: str(hook["id"]))
def test_hooks_are_command_lines(hook: dict[str, Any], checkout: Path) -> None:
    """What pre-commit would run, it can; in a repository with a failure only the one about new things passes."""
    words = [*shlex.split(hook["entry"]), *hook["args"]]
    assert words[0] == "phiward"
    assert parser().parse_args(words[1:]).command == "scan"
    assert not hook["pass_filenames"]

    done = ran(checkout, shlex.join([*words, "--select", ENCRYPTED]))

    assert done.returncode == (0 if hook["id"] == "phiward-new" else 1), done.stderr


def test_hooks_run_for_what_is_scanned() -> None:
    """Terraform, plans, templates, manifests; not for prose and programs."""
    for hook in HOOKS:
        pattern = re.compile(hook["files"])
        for name in ("a.tf", "m/b.tf.json", "x.tfvars", "k8s/app.yaml", "cfn.yml", "stack.template", "t.json"):
            assert pattern.search(name)
        for name in ("README.md", "main.py", "notf", "a.tf.bak"):
            assert not pattern.search(name)


def test_the_container_runs_as_nobody() -> None:
    """As a user of its own, from an image that is named by its release."""
    images = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert len(set(images)) == 1
    assert re.fullmatch(r"python:3\.\d+-slim-[a-z]+", images[0])
    user = re.findall(r"^USER (\d+)$", DOCKERFILE, re.MULTILINE)
    assert len(user) == 1
    assert int(user[0]) > 0
    assert DOCKERFILE.index("USER") > DOCKERFILE.rindex("RUN")


def test_the_container_has_what_it_copies() -> None:
    """And the list of what a build sees lets it through."""
    seen = {line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"}
    copied = {name for line in re.findall(r"^COPY (?!--)(.*)$", DOCKERFILE, re.MULTILINE) for name in line.split()[:-1]}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    needed = {
        *project["tool"]["hatch"]["build"]["targets"]["sdist"]["include"],
        "ci/requirements.txt",
        "pyproject.toml",
    }

    assert copied == seen == needed
    assert all((ROOT / name).exists() for name in copied)


def test_what_is_installed_is_what_was_tested() -> None:
    """The versions are the lock's, each with its hashes, and nothing that phiward needs is missing."""

    def pins(path: str) -> dict[str, str]:
        return dict(re.findall(r"^([a-z0-9.-]+)==([^\s;]+)", (ROOT / path).read_text(), re.MULTILINE))

    installed, locked = pins("ci/requirements.txt"), pins("requirements/dev.txt")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    needed = {re.split(r"[>=<\[]", each)[0] for each in project["project"]["dependencies"]}

    assert needed | {"hatchling"} <= set(installed)
    assert installed.items() <= locked.items()
    blocks = re.split(r"^(?=[a-z])", (ROOT / "ci/requirements.txt").read_text(), flags=re.MULTILINE)[1:]
    assert all("--hash=sha256:" in block for block in blocks)


def test_the_how_to_s_examples() -> None:
    """Each is YAML; actions are pinned; inputs, hooks and options are those that there are."""
    text = (ROOT / "docs/how-to/scan-in-a-pipeline.md").read_text()
    blocks = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)]
    workflow, _, gitlab, hooks = blocks
    checkout, own = workflow["jobs"]["scan"]["steps"]
    inputs = yaml.safe_load((ROOT / "action.yml").read_text())["inputs"]

    assert re.fullmatch(r"actions/checkout@[0-9a-f]{40}", checkout["uses"])
    assert checkout["with"]["fetch-depth"] == 0
    assert own["uses"].startswith("phiward/phiward@")
    assert set(own["with"]) <= set(inputs)
    assert set(gitlab["variables"]) <= set(GITLAB["variables"])
    assert {each["id"] for each in hooks["repos"][0]["hooks"]} <= {hook["id"] for hook in HOOKS}
    assert f"pip install phiward=={__version__}" in text
    for line in re.findall(r"^\$ phiward (scan .*?)(?:  +#.*)?$", text, re.MULTILINE):
        assert parser().parse_args(shlex.split(line)).command == "scan"
