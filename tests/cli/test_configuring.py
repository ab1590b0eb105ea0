"""`phiward.yaml` in use: where it is found, what it decides, what reports and evidence say of it."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from phiward.cli.main import main

NOW = ("--now", "2026-12-01T00:00:00Z")
VOLUME = """\
resource "aws_ebs_volume" "{name}" {{
  availability_zone = "us-east-1a"
  size              = 1
}}
"""


@pytest.fixture(autouse=True)
def _repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    root = tmp_path / "repository"
    for folder, name in (("infra", "a"), ("infra/tests", "b"), ("infra/broken", None)):
        (root / folder).mkdir(parents=True)
        (root / folder / "main.tf").write_text(VOLUME.format(name=name) if name else "resource {")
    (root / ".git").mkdir()
    monkeypatch.chdir(root)


def write(text: str, folder: str = ".") -> None:
    """Write the file."""
    Path(folder, "phiward.yaml").write_text(text)


def findings(capsys: pytest.CaptureFixture[str], *more: str) -> dict[str, Any]:
    """Scan as configured; return the findings of one control."""
    main(["scan", *more, *NOW, "--select", "data-store-encrypted-at-rest", "--format", "json", "-q"])
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_targets_and_what_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    """What is left out is no finding and no gap; the report says what it was."""
    write("targets: [infra]\nleave_out: [infra/tests/, broken, '*.nothing']\n")

    found = findings(capsys)

    assert [each["resource"]["id"] for each in found["findings"]] == ["aws_ebs_volume.a"]
    assert (found["gaps"], found["complete"]) == ([], True)
    assert found["reach"][0]["left_out"] == [
        "infra/tests/ (phiward.yaml:2): 1 resources in 1 files",
        "broken (phiward.yaml:2): 0 resources and 1 that could not be read in 1 files",
        "*.nothing (phiward.yaml:2): nothing was there",
    ]


def test_the_command_line_wins(capsys: pytest.CaptureFixture[str]) -> None:
    """Over a target, and over every option."""
    write("targets: [nowhere]\npolicy: nothing\nformat: sarif\n")

    assert findings(capsys, "infra/tests", "--policy", "hipaa-security-rule")["policy"]["id"] == "hipaa-security-rule"


def test_it_is_found_from_below_and_its_paths_are_its_own(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command run anywhere in the repository means the same."""
    write("targets: [infra]\nleave_out: [tests, broken]\n")
    monkeypatch.chdir("infra/tests")

    assert [each["resource"]["id"] for each in findings(capsys)["findings"]] == ["aws_ebs_volume.a"]


def test_one_above_the_repository_does_not_count(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else may have put it there."""
    write("format: sarif\n", "..")

    assert main(["config"]) == 0
    assert "no phiward.yaml from here" in capsys.readouterr().out
    monkeypatch.chdir("..")
    os.rmdir("repository/.git")  # noqa: PTH106 - a test of a folder that is gone
    monkeypatch.chdir("repository")
    assert main(["config"]) == 0
    assert "no phiward.yaml from here" in capsys.readouterr().out


def test_config_none_and_config_file(capsys: pytest.CaptureFixture[str]) -> None:
    """One run may go by another, or by none."""
    write("policy: nothing\n")
    Path("other.yaml").write_text("targets: [infra/tests]\n")

    assert findings(capsys, "infra/tests", "--config", "none")["findings"]
    assert findings(capsys, "--config=other.yaml")["findings"]
    assert main(["scan", "--config", "gone.yaml"]) == 2
    assert "--config gone.yaml: there is no such file" in capsys.readouterr().err


def test_config_prints_what_counts(capsys: pytest.CaptureFixture[str]) -> None:
    """Paths are told from where one stands."""
    write("policy: hospital.yaml\nunknown: warn\nleave_out: [a]\nparameters: {x: {y: 1}}\n")

    assert main(["config"]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == [
        'policy: "hospital.yaml"',
        'unknown: "warn"',
        'leave_out: ["a"]',
        "parameters.x.y: 1",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("format: sarf", "phiward.yaml:2:1: format: 'sarf' is not one of "),
        (
            "parameters: {logs-kept-long-enoug: {minimum_days: 1}}",
            "phiward.yaml:2:14: parameters.logs-kept-long-enoug: there is no control 'logs-kept-long-enoug' (did you",
        ),
        (
            "parameters: {logs-kept-long-enough: {days: 1}}",
            "phiward.yaml:2:38: parameters.logs-kept-long-enough.days: control 'logs-kept-long-enough' has no parameter",
        ),
        (
            "parameters: {logs-kept-long-enough: {minimum_days: x}}",
            "phiward.yaml:2:14: parameters.logs-kept-long-enough: does not fit control",
        ),
        (
            "scope: {out: [{id: a, where: {type: aws.s3.buckt}, reason: x}]}",
            "there is no resource type 'aws.s3.buckt' (did you mean 'aws.s3.bucket'?)",
        ),
    ],
)
def test_what_does_not_fit_is_told_with_its_place(text: str, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything is read."""
    write(f"targets: [infra]\n{text}\n")

    assert main(["scan", *NOW]) == 2
    assert message in capsys.readouterr().err


def test_evidence_keeps_it_and_is_reproduced(capsys: pytest.CaptureFixture[str]) -> None:
    """Parameters and scope that it sets are what the findings followed from."""
    write(
        "targets: [infra]\nleave_out: [broken]\nunknown: pass\n"
        "parameters: {backups-kept-long-enough: {minimum_days: 1}}\n"
        "scope: {out: [{id: lab, where: {name: b}, reason: a lab}]}\n"
    )

    assert main(["scan", *NOW, "--bundle", "e.zip"]) == 1
    out = capsys.readouterr().out
    assert "1 by lab (phiward.yaml:5): a lab" in out
    assert "broken (phiward.yaml:2): 0 resources and 1 that could not be read in 1 files" in out
    assert "Configured by phiward.yaml" in out
    write("policy: nothing\n")
    assert main(["verify", "e.zip", "--deep"]) == 0


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("policy: ../p.yaml", "policy"),
        ("controls: [../..]", "controls"),
        ("waivers: [/tmp]", "waivers"),
        ("targets: [/]", "targets"),
        ("targets: [infra, ..]", "targets"),
        ("targets: [link]", "targets"),
        ("baseline: ../b.zip", "baseline"),
    ],
)
def test_its_paths_stay_below_it(text: str, field: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Who writes a repository does not choose what is read elsewhere."""
    Path("link").symlink_to("/etc")
    write(text)

    assert main(["scan", *NOW]) == 2
    assert f"phiward.yaml:1:1: {field}: " in capsys.readouterr().err


def test_a_link_in_its_place_is_not_followed(capsys: pytest.CaptureFixture[str]) -> None:
    """It may lead anywhere."""
    Path("phiward.yaml").symlink_to("/etc/hostname")

    assert main(["config"]) == 2
    assert "phiward.yaml: is a link" in capsys.readouterr().err


def test_help_is_given_whatever_it_holds(capsys: pytest.CaptureFixture[str]) -> None:
    """A broken file keeps nobody from reading how it is mended."""
    write("][")

    with pytest.raises(SystemExit) as ended:
        main(["scan", "--help"])
    assert ended.value.code == 0
    assert main(["scan", "infra"]) == 2
    assert "phiward.yaml:1" in capsys.readouterr().err


def test_fixing_goes_by_it_too(capsys: pytest.CaptureFixture[str]) -> None:
    """The policy that a team chose decides what is mended."""
    write("policy: nothing\n")

    assert main(["fix", "infra/tests"]) == 2
    assert "there is no policy 'nothing'" in capsys.readouterr().err
