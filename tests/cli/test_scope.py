"""The scope as people meet it: `phiward scope`, and what a scan, its formats and its evidence say of it."""

import json
import re
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import jsonschema
import pytest

from phiward.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
NOW = ["--now", "2026-11-23T00:00:00Z"]
CODE = """
variable "class" {}

resource "aws_s3_bucket" "pages" {
  bucket = "clinic-pages"
  tags   = { data-class = "public" }
}

resource "aws_s3_bucket" "scans" {
  bucket = "clinic-scans"
}

resource "aws_s3_bucket" "odd" {
  bucket = "clinic-odd"
  tags   = { data-class = var.class }
}
"""
POLICY = (ROOT / "policies/hipaa-security-rule.yaml").read_text()
STATEMENT = """\
scope:
  out:
    - id: public-website
      where: {tags: {data-class: public}}
      reason: The pages that everybody may read
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with code and a policy, and be in it."""
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra" / "main.tf").write_text(CODE)
    policy = POLICY.replace("id: hipaa-security-rule", "id: clinic", 1)
    text, replaced = re.subn(r"(?m)^scope:\n(?:  .*\n)+", STATEMENT, policy)
    assert replaced == 1
    (tmp_path / "clinic.yaml").write_text(text)
    monkeypatch.chdir(tmp_path)
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    return tmp_path


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Run a command; return its exit code and what it printed."""
    code = main(list(arguments))
    return code, capsys.readouterr().out


def by_name(document: dict[str, Any]) -> dict[str, tuple[str, str | None]]:
    """Return what is said of each resource."""
    return {each["name"]: (each["scope"], each["statement"]) for each in document["resources"]}


def test_each_resource_is_told_with_the_statement_that_decided(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Out by a statement, in by none, and not to be told where a variable decides."""
    code, text = told(capsys, "scope", "infra", "--policy", "clinic.yaml", *NOW)

    line = (place / "clinic.yaml").read_text().splitlines().index("    - id: public-website") + 1
    assert code == 3
    assert re.search(r'clinic-pages +aws.s3.bucket +out of scope +public-website +tags.data-class is "public"', text)
    assert re.search(r"clinic-odd +aws.s3.bucket +cannot be told +public-website +tags.data-class: could not be", text)
    assert re.search(r"clinic-scans +aws.s3.bucket +in scope +no statement is about it", text)
    assert f"out public-website (clinic.yaml:{line}), 2 resources: The pages that everybody may read" in text
    assert "1 in scope, 1 cannot be told, 1 out of scope" in text


def test_json_is_what_its_schema_says(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same, for machines; 0 where of everything it can be told."""
    given = ["--policy", "clinic.yaml", "--var", "class=internal", "--format", "json"]
    code, text = told(capsys, "scope", "infra", *given, *NOW)

    document = json.loads(text)
    jsonschema.validate(document, json.loads((ROOT / "docs/reference/schemas/scope.schema.json").read_text()))
    assert code == 0
    assert place.exists()
    assert by_name(document) == {
        "clinic-pages": ("out of scope", "public-website"),
        "clinic-scans": ("in scope", None),
        "clinic-odd": ("in scope", None),
    }
    assert document["counts"] == {"in scope": 2, "out of scope": 1, "cannot be told": 0}


def test_an_inventory_and_a_bundle_are_classified_as_their_targets(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was read before need not be read again."""
    policy = ["--policy", "clinic.yaml", *NOW]
    main(["scan", "infra", *policy, "--inventory", "i.jsonl.zst", "--bundle", "e.zip", "-o", "r", "--quiet"])

    read = [
        json.loads(told(capsys, "scope", each, *policy, "--format", "json")[1])
        for each in ("infra", "i.jsonl.zst", "e.zip")
    ]

    assert [by_name(each) for each in read[1:]] == [by_name(read[0])] * 2
    assert by_name(read[0])["clinic-pages"] == ("out of scope", "public-website")
    assert main(["scope", "i.jsonl.zst", "infra", *policy]) == 2
    assert main(["scope", "gone.zip", *policy]) == 2
    assert place.exists()


def test_a_shipped_policy_takes_nothing_out(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Everything counts as holding ePHI until somebody says otherwise."""
    code, text = told(capsys, "scope", "infra", *NOW)

    assert (code, place.exists()) == (0, True)
    assert "takes nothing out of scope: everything counts as holding ePHI" in text
    assert "3 in scope, 0 cannot be told, 0 out of scope" in text


def test_every_report_says_what_is_out_of_scope(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Never silently: how many, by which statement, why, and which controls were not asked."""
    scan = ["scan", "infra", "--policy", "clinic.yaml", "--var", "class=internal", *NOW, "--quiet"]
    line = (place / "clinic.yaml").read_text().splitlines().index("    - id: public-website") + 1
    words = f"1 by public-website (clinic.yaml:{line}): The pages that everybody may read"

    table = told(capsys, *scan)[1]
    markdown = told(capsys, *scan, "--format", "markdown")[1]
    document = json.loads(told(capsys, *scan, "--format", "json")[1])
    sarif = json.loads(told(capsys, *scan, "--format", "sarif")[1])

    assert "Out of scope, so that the controls of patient data were not asked: 1 resources" in table
    assert words in table
    assert "1 resources are out of the policy's scope" in markdown
    assert "The pages that everybody may read" in markdown
    jsonschema.validate(document, json.loads((ROOT / "docs/reference/schemas/findings.schema.json").read_text()))
    scope = document["summary"]["scope"]
    assert (scope["out_of_scope"], scope["unknown"]) == (1, 0)
    assert [(each["id"], each["resources"], each["line"]) for each in scope["statements"]] == [
        ("public-website", 1, line)
    ]
    assert scope["controls"]["data-store-encrypted-at-rest"] == 1
    assert "activity-logged" not in scope["controls"]
    assert sarif["runs"][0]["properties"]["scope"] == scope
    judged = {(each["control"], (each["resource"] or {}).get("name")) for each in document["findings"]}
    assert ("data-store-not-public", "clinic-pages") not in judged
    assert {("data-store-not-public", "clinic-scans"), ("activity-logged", "clinic-pages")} <= judged


def test_the_evidence_says_what_is_out_of_scope(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Signed, and found again when the facts are judged again."""
    scan = ["scan", "infra", "--policy", "clinic.yaml", "--var", "class=internal", *NOW, "--quiet"]
    main([*scan, "--bundle", "e.zip"])

    with ZipFile(place / "e.zip") as bundle:
        document = json.loads(bundle.read("results/requirements.json"))
    assert document["scope"]["out_of_scope"] == 1
    assert document["scope"]["statements"][0]["id"] == "public-website"
    capsys.readouterr()
    assert main(["verify", "e.zip", "--deep"]) == 0
    assert "1 by public-website" in told(capsys, "report", "e.zip")[1]


def test_a_wrong_statement_is_2_with_its_place(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """File, line, column, field and the nearest word."""
    policy = (place / "clinic.yaml").read_text().replace("where: {tags:", "where: {tag:")
    (place / "clinic.yaml").write_text(policy)
    line = policy.splitlines().index("    - id: public-website") + 2

    assert main(["scope", "infra", "--policy", "clinic.yaml", *NOW]) == 2
    error = capsys.readouterr().err
    assert f"clinic.yaml:{line}:15" in error
    assert "scope.out[0].where.tag" in error
    assert "did you mean 'tags'?" in error
