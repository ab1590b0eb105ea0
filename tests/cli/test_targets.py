"""What a run is asked to look at."""

import json
from pathlib import Path
from typing import Any

import pytest

from phiward.cli.main import main

BUCKET = 'resource "aws_s3_bucket" "a" {\n  bucket = "a"\n}\n'


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with two folders in it that use the same names."""
    for name in ("east", "west"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "main.tf").write_text(BUCKET)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


def scanned(capsys: pytest.CaptureFixture[str], *targets: str) -> dict[str, Any]:
    """Return the findings of a scan."""
    main(["scan", *targets, "--format", "json", "--quiet"])
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


def ids(document: dict[str, Any]) -> set[str]:
    """Return the ids of all resources that were judged."""
    return {finding["resource"]["id"] for finding in document["findings"] if finding["resource"]}


def test_one_folder_needs_no_prefix(folders: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The ids are Terraform's own addresses."""
    assert ids(scanned(capsys, "east")) == {"aws_s3_bucket.a"}


def test_folders_that_use_the_same_names_stay_apart(folders: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Scanning several repositories at once is usual."""
    assert ids(scanned(capsys, "east", "west")) == {"east:aws_s3_bucket.a", "west:aws_s3_bucket.a"}


def test_the_same_folder_named_twice_is_read_once(folders: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """However it is spelled."""
    assert ids(scanned(capsys, "east", "east/", "./east")) == {"aws_s3_bucket.a"}


def test_what_nobody_knows_is_told(folders: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A block of a type that no form reads is neither a pass nor silent."""
    (folders / "east" / "more.tf").write_text('resource "aws_placement_group" "a" {\n}\n')

    assert scanned(capsys, "east")["unread"] == {"aws_placement_group": 1}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["scan", "empty"], "nothing to scan"),
        (["scan", "awz"], "did you mean 'aws'?"),
        (["scan", "east", "--now", "yesterday"], "expected a time like 2026-07-01T00:00:00Z"),
        (["scan", "east", "--var", "x"], "expected NAME=VALUE"),
        (["scan", "east", "--select", "data-store-not-publik"], "did you mean 'data-store-not-public'?"),
        (["scan", "east", "--policy", "hipaa-security-rul"], "did you mean 'hipaa-security-rule'?"),
        (["scan", "east", "--bundle", "empty"], "Is a directory"),
        (["verify", "nothing.zip"], "no such file or folder"),
        (["schema", "aws.s3.buckt"], "did you mean 'aws.s3.bucket'?"),
        (["controls", "show", "data-store-not-publik"], "did you mean 'data-store-not-public'?"),
    ],
)
def test_wrong_usage_says_what_and_what_next(
    folders: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    """Exit code 2, one message, no traceback."""
    (folders / "empty").mkdir()

    assert main(arguments) == 2
    assert told in capsys.readouterr().err
