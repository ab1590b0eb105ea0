# ruff: noqa: INP001 - a script, of no package
"""The GitHub Action: install phiward, scan, annotate, write the summary, upload SARIF, and end with phiward's code.

It needs nothing but Python's standard library. Its inputs are the variables that `action.yml` sets; what a repository,
an event or an input holds is passed on as an argument of its own, never through a shell.
"""

import base64
import gzip
import json
import os
import re
import secrets
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ABNORMAL = 2
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_MOST = 10_000_000
"""Bytes of packed SARIF that GitHub takes."""


class ActionError(Exception):
    """The Action cannot go on. The message says why, and what to do."""


def main() -> int:
    """Run the Action and return its exit code."""
    try:
        with tempfile.TemporaryDirectory(prefix="phiward-", dir=os.environ.get("RUNNER_TEMP")) as scratch:
            return run(Path(scratch))
    except ActionError as error:
        say(f"::error title=phiward::{escaped(str(error))}")
        return ABNORMAL


def run(scratch: Path) -> int:
    """Scan, tell, and return phiward's exit code; 2 where something that was asked for could not be done."""
    command = given("COMMAND") or install(scratch)
    sarif = given("SARIF") or "phiward.sarif"
    notes, summary = scratch / "notes", scratch / "summary.md"
    words = [
        *(["--changed-since", since] if (since := base()) else []),
        *lines("ARGUMENTS"),
        *("--report", f"sarif={sarif}", "--report", f"github={notes}", "--report", f"markdown={summary}"),
        "--",
        *lines("TARGETS"),
    ]
    code = scan(command, words)
    output("exit-code", str(code))
    if not summary.exists():
        raise ActionError(f"phiward ended with {code} before there was anything to tell: the job's log says why")
    output("sarif", sarif)
    if asked("ANNOTATIONS"):
        say(notes.read_text("utf-8"), end="")
    if asked("SUMMARY") and (file := os.environ.get("GITHUB_STEP_SUMMARY")):
        with Path(file).open("a", encoding="utf-8") as stream:
            stream.write(summary.read_text("utf-8") + "\n")
    if asked("UPLOAD_SARIF"):
        upload(Path(sarif))
    return code


def scan(command: str, words: list[str]) -> int:
    """Run phiward. What it prints holds names of the repository's choosing: none of it is taken for a command."""
    token = secrets.token_hex(16)
    say(f"::stop-commands::{token}")
    try:
        done = subprocess.run([command, "scan", *words], check=False, stdin=subprocess.DEVNULL)
    except OSError as error:
        raise ActionError(f"{command} cannot be run: {error.strerror}") from error
    finally:
        say(f"\n::{token}::")
    return done.returncode


def install(scratch: Path) -> str:
    """Install the phiward that lies beside this file, with the versions that it was tested with, and return it."""
    if sys.version_info < (3, 11):  # noqa: UP036 - reason: whatever Python the runner has runs this
        raise ActionError(
            f"{sys.executable} is Python {sys.version_info[0]}.{sys.version_info[1]}, and phiward needs 3.11: put "
            "actions/setup-python before this step"
        )
    source = Path(__file__).resolve().parents[2]
    folder = scratch / "phiward"
    python = str(folder / "bin" / "python")
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    steps = (
        [sys.executable, "-m", "venv", str(folder)],
        [*pip, "--require-hashes", "-r", str(source / "ci" / "requirements.txt")],
        [*pip, "--no-build-isolation", "--no-deps", str(source)],
    )
    for step in steps:
        if subprocess.run(step, check=False, stdin=subprocess.DEVNULL).returncode != 0:
            raise ActionError("phiward could not be installed: the lines above say why")
    return str(folder / "bin" / "phiward")


def base() -> str | None:
    """Return the commit that the change began at; None: everything counts."""
    only = given("ONLY_NEW") or "auto"
    if only not in {"auto", "true", "false"}:
        raise ActionError(f"only-new is {only!r}: it is auto, true or false")
    name = os.environ.get("GITHUB_EVENT_NAME", "")
    if only == "false" or (only == "auto" and name not in {"pull_request", "pull_request_target", "merge_group"}):
        return None
    try:
        event = json.loads(Path(os.environ["GITHUB_EVENT_PATH"]).read_text("utf-8"))
        places = {"merge_group": ("merge_group", "base_sha"), "push": ("before",)}
        found: Any = event
        for part in places.get(name, ("pull_request", "base", "sha")):
            found = found[part]
    except (KeyError, OSError, TypeError, ValueError):
        found = None
    if not isinstance(found, str) or not _COMMIT.fullmatch(found):
        raise ActionError(f"the event {name!r} does not say what the change began at: set only-new to false")
    if not found.strip("0"):  # a branch that was just made
        return None
    return found


def upload(sarif: Path) -> None:
    """Upload a SARIF file to code scanning. Raises `ActionError`; from a fork, which may not, it is only told."""
    packed = gzip.compress(json.dumps(marked(json.loads(sarif.read_text("utf-8")))).encode(), mtime=0)
    if len(packed) > _MOST:
        raise ActionError(f"the SARIF has {len(packed)} bytes packed, and GitHub takes {_MOST}")
    body = {
        "commit_sha": os.environ["GITHUB_SHA"],
        "ref": os.environ["GITHUB_REF"],
        "sarif": base64.b64encode(packed).decode(),
        "tool_name": "phiward",
    }
    place = f"{os.environ['GITHUB_API_URL']}/repos/{os.environ['GITHUB_REPOSITORY']}/code-scanning/sarifs"
    request = urllib.request.Request(  # noqa: S310 - the runner says where its API is
        place,
        json.dumps(body).encode(),
        {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {given('TOKEN')}",
            "Content-Type": "application/json",
            "X-GitHub-Api-Version": "2022-11-28",
        },
        method="POST",
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            answer.read()
    except urllib.error.HTTPError as error:
        told = " ".join(error.read(2000).decode(errors="replace").split())
        message = (
            f"the SARIF was not uploaded: {error.code}: {told}; the job needs the permission security-events: write"
        )
        if error.code == 403 and os.environ.get("GITHUB_EVENT_NAME") == "pull_request":
            say(f"::warning title=phiward::{escaped(message)} (a pull request from a fork never has it)")
            return
        raise ActionError(message) from error
    except OSError as error:
        raise ActionError(f"the SARIF was not uploaded: {error}") from error


def marked(log: dict[str, Any]) -> dict[str, Any]:
    """Give the log its category, and results the one fingerprint that GitHub knows.

    Files do not have it: GitHub's own upload step warns of each that it did not compute.
    """
    for each in log["runs"]:
        each["automationDetails"] = {"id": f"{given('CATEGORY') or 'phiward'}/"}
        for result in each["results"]:
            prints = result["partialFingerprints"]
            prints["primaryLocationLineHash"] = f"{prints['controlAndResource/v1']}:1"
    return log


def output(name: str, value: str) -> None:
    """Set an output of the step."""
    if file := os.environ.get("GITHUB_OUTPUT"):
        mark = secrets.token_hex(16)
        with Path(file).open("a", encoding="utf-8") as stream:
            stream.write(f"{name}<<{mark}\n{value}\n{mark}\n")


def given(name: str) -> str:
    """Return an input."""
    return os.environ.get(f"PHIWARD_{name}", "").strip()


def asked(name: str) -> bool:
    """Return an input that is yes or no."""
    value = given(name) or "false"
    if value not in {"true", "false"}:
        raise ActionError(f"{name.lower().replace('_', '-')} is {value!r}: it is true or false")
    return value == "true"


def lines(name: str) -> Iterator[str]:
    """Yield the lines of an input."""
    yield from filter(None, map(str.strip, given(name).splitlines()))


def escaped(text: str) -> str:
    """Escape a message of a workflow command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def say(text: str, end: str = "\n") -> None:
    """Print at once, so that it stands before what others print later."""
    sys.stdout.write(text + end)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
