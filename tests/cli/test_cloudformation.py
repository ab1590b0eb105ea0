"""A repository with Terraform and CloudFormation in it, from the command line."""

import json
from pathlib import Path
from typing import Any

import pytest

from phiward.cli.main import main

TEMPLATE = """
Resources:
  Volume:
    Type: AWS::EC2::Volume
    Properties:
      AvailabilityZone: us-east-1a
      Encrypted: false
"""


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with code of both kinds."""
    (tmp_path / "main.tf").write_text('resource "aws_ebs_volume" "a" {\n  availability_zone = "us-east-1a"\n}\n')
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / "data.yaml").write_text(TEMPLATE)
    (tmp_path / "play.yml").write_text("- hosts: all\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


def scanned(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    """Return the findings of a scan."""
    main(["scan", *arguments, "--format", "json", "--quiet"])
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


def test_both_are_judged_by_the_same_control(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each at its own lines."""
    document = scanned(capsys, str(repository))

    found = {
        each["resource"]["id"]: (Path(each["resource"]["file"]).name, each["verdict"])
        for each in document["findings"]
        if each["control"] == "data-store-encrypted-at-rest" and each["resource"]
    }
    assert found == {"aws_ebs_volume.a": ("main.tf", "fail"), "stacks/data.yaml:Volume": ("data.yaml", "fail")}


def test_what_is_left_alone_is_told(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On the error stream, beside the report."""
    main(["scan", "."])

    assert "left alone as no CloudFormation: 1 Ansible playbook" in capsys.readouterr().err


def test_a_folder_with_other_yaml_alone_has_nothing_to_scan(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is an error, not an empty report."""
    (repository / "other").mkdir()
    (repository / "other" / "play.yml").write_text("- hosts: all\n")

    assert main(["scan", "other"]) == 2
    assert "nothing to scan" in capsys.readouterr().err


WAIVERS = """
waivers:
  - id: W-1
    controls: [data-store-encrypted-at-rest]
    resources: ["data.yaml:Volume", aws_ebs_volume.b]
    reason: The volume holds public reference data.
    why_not_reasonable: It is replaced next month, and encrypting it means moving the service twice.
    alternative: {measure: Nothing but reference data is written to it., evidence: ticket OPS-1}
    risk: low
    requested_by: "@platform"
    approved_by: "@security"
    approved_at: "2026-11-01"
    expires_at: "2027-03-01"
"""


@pytest.mark.parametrize("target", [".", "stacks"])
def test_a_waiver_beside_a_template_names_it_as_it_is_called_there(
    repository: Path, capsys: pytest.CaptureFixture[str], target: str
) -> None:
    """From above, a template's id begins with its path, and that of Terraform code with its folder."""
    (repository / "stacks" / "main.tf").write_text(
        'resource "aws_ebs_volume" "b" {\n  availability_zone = "us-east-1a"\n}\n'
    )
    (repository / "stacks" / "waivers").mkdir()
    (repository / "stacks" / "waivers" / "accepted.yaml").write_text(WAIVERS)

    document = scanned(capsys, target, "--now", "2026-11-25T12:00:00Z")

    waived = {
        each["resource"]["id"]
        for each in document["findings"]
        if each["control"] == "data-store-encrypted-at-rest" and each["verdict"] == "waived"
    }
    above = "stacks/" if target == "." else ""
    assert waived == {f"{above}data.yaml:Volume", f"{above[:-1]}{':' if above else ''}aws_ebs_volume.b"}
