"""The formats that pipelines take: JUnit XML, GitHub's workflow commands, GitLab's code quality, and SARIF's limits.

`data/junit-10.xsd` is the schema of Jenkins' xUnit plugin (jenkinsci/xunit-plugin, src/main/resources/org/jenkinsci/
plugins/xunit/types/model/xsd/junit-10.xsd, MIT); `data/gitlab-codeclimate.json` is what GitLab itself holds each issue to
(gitlabhq/gitlabhq, app/validators/json_schemas/codeclimate.json, MIT). GitLab publishes what a code quality report needs in words
(docs.gitlab.com/ci/testing/code_quality, "Code Quality report format"); `CODE_QUALITY` says the same as a JSON Schema.
GitHub's escapes are those of actions/toolkit (packages/core/src/command.ts).
"""

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from evidence import samples
from evidence.test_reports import FINDINGS, GAPS, HOSTILE, control, finding, hostile, report, validate_sarif
from msgspec.structs import replace

from phiward.engine.control import Severity
from phiward.engine.findings import Finding, State, Verdict, Why
from phiward.engine.known import Comparison
from phiward.evidence import github, gitlab, json_report, junit, markdown, sarif, table
from phiward.evidence import text as text_report
from phiward.evidence.report import Report
from phiward.inventory.model import CollectionGap

XS = "{http://www.w3.org/2001/XMLSchema}"
SCHEMA = ET.parse(Path(__file__).parent / "data/junit-10.xsd").getroot()
ELEMENTS = {each.attrib["name"]: each for each in SCHEMA.findall(f"{XS}element")}
NAMES = (
    *HOSTILE,
    "]]>",
    "%0A::error::x",
    "\n::add-mask::x",
    "a::b,c=d%25",
    "##[add-path]x",
    "\ud800\ufffe\uffff\x0b",
    "&lt;\"'",
)
CODE_QUALITY: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": r"^(?!\./)."},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}
GITLAB = json.loads((Path(__file__).parent / "data/gitlab-codeclimate.json").read_text())
COMPARISON = Comparison(what="x", new=1, known=1, fixed=2, gone=3, moved=1, new_controls=1, new_gaps=1, known_gaps=0)


def valid_junit(text: str) -> ET.Element:
    """Hold a document to the schema, as far as the schema goes: elements, attributes, what must be there."""
    root = ET.fromstring(text)
    assert root.tag in ELEMENTS
    for element in root.iter():
        declared = ELEMENTS[element.tag].find(f"{XS}complexType")
        assert declared is not None
        attributes = {each.attrib["name"]: each.get("use") for each in declared.findall(f"{XS}attribute")}
        assert set(element.attrib) <= set(attributes)
        assert {name for name, use in attributes.items() if use == "required"} <= set(element.attrib)
        inner = {each.attrib["ref"] for each in declared.iter(f"{XS}element")}
        assert {child.tag for child in element} <= inner
        assert declared.get("mixed") == "true" or not (element.text or "").strip()
        if element.tag == "testsuite":
            cases = element.findall("testcase")
            assert int(element.attrib["tests"]) == len(cases)
            for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
                assert int(element.get(attribute, "0")) == len(element.findall(f"testcase/{tag}"))
    return root


def text_of(module: Any, told: Report) -> str:
    """Return a report as one text."""
    return "".join(module.render(told))


def compared(*findings: Finding) -> Report:
    """Return the report of a run that was compared."""
    return replace(report(findings), comparison=lambda: COMPARISON)


def test_junit_says_what_each_verdict_is() -> None:
    """Failures, errors, skipped; gaps are errors of a suite of their own."""
    root = valid_junit(text_of(junit, report()))

    cases = {case.attrib["name"]: [child.tag for child in case] for case in root.iter("testcase")}
    assert cases == {
        "aws_s3_bucket.backups": ["failure"],
        "arn:aws:s3:::logs": ["error"],
        "aws_s3_bucket.public": ["skipped"],
        "aws_s3_bucket.broken": ["error"],
        "us-east-1": ["error"],
    }
    failure = root.find(".//failure")
    assert failure is not None
    assert failure.attrib["message"] == "encryption_at_rest.enabled is false, must be true"
    assert (failure.text or "").startswith(failure.attrib["message"] + "\n")  # GitLab shows the text alone
    assert "where: my dir/main.tf:5" in (failure.text or "")
    assert "how to fix it: sse_algorithm = [x](y)" in (failure.text or "")


def test_junit_tells_of_controls_that_found_nothing() -> None:
    """All pass, or there was nothing to ask."""
    from phiward.engine.summary import Counts

    def totals() -> Any:
        found, standings = report().totals()
        return replace(found, controls={"a": Counts(passed=7), "b": Counts(not_applicable=1)}), standings

    told = replace(report(()), totals=totals, controls={"a": control("a"), "b": control("b")})
    root = valid_junit(text_of(junit, told))

    passed, nothing = root.findall("testsuite/testcase")[:2]
    assert (passed.attrib["name"], [child.tag for child in passed]) == ("all 7 resources", [])
    assert (nothing.attrib["name"], [child.tag for child in nothing]) == ("no resource", ["skipped"])


def test_github_commands() -> None:
    """Errors for what is severe, warnings for what could not be seen and was not read; waived ones stay out."""
    place = "file=my dir/main.tf,line=5,endLine=6,title=data-store-encrypted-at-rest%3A"
    unseen = "title=data-store-encrypted-at-rest%3A could not be seen%3A"
    title = "Data stores encrypt what they hold"
    why = "encryption_at_rest.enabled is false, must be true"

    assert text_of(github, report()).splitlines() == [
        f"::error {place} {title}::backups: {why}%0AFix: sse_algorithm = [x](y)",
        f"::error {place} the control broke%3A {title}::broken: {why}",
        "::warning title=not read::aws, us-east-1: access denied: s3:ListAllMyBuckets (may hide: aws.s3.bucket)",
        f"::warning {unseen} {title}::arn:aws:s3:::logs: encryption_at_rest: could not be seen (access denied)",
        "phiward: 1 fail, 1 unknown, 1 error, 1 waived, 1 pass, 1 not applicable; 1 gaps",
    ]


def test_github_takes_ten_of_a_kind() -> None:
    """The most pressing ten; the others are counted."""
    many = tuple(finding(Verdict.FAIL, f"b{number:02}") for number in range(13))

    lines = text_of(github, report(many, GAPS * 11)).splitlines()

    assert sum(line.startswith("::error ") for line in lines) == 10
    assert sum(line.startswith("::warning ") for line in lines) == 10
    assert "phiward: 3 more of kind error are not annotated: GitHub takes 10 of a step" in lines
    assert "phiward: 1 more of kind warning are not annotated: GitHub takes 10 of a step" in lines


@pytest.mark.parametrize(
    ("severity", "kind"),
    [(Severity.CRITICAL, "error"), (Severity.HIGH, "error"), (Severity.MEDIUM, "warning"), (Severity.LOW, "notice")],
)
def test_github_kinds(severity: Severity, kind: str) -> None:
    """By severity."""
    told = replace(report((finding(Verdict.FAIL),), ()), controls={samples.CONTROL: control(severity=severity)})

    assert text_of(github, told).startswith(f"::{kind} ")


def test_gitlab_issues() -> None:
    """What the documentation asks for; each with a fingerprint of its own that outlives moved lines."""
    issues = json.loads(text_of(gitlab, report()))

    jsonschema.validate(issues, CODE_QUALITY)
    for issue in issues:
        jsonschema.validate(issue, GITLAB)
    assert [each["severity"] for each in issues] == ["critical", "info", "critical", "major"]
    assert issues[0]["location"] == {"path": "my dir/main.tf", "lines": {"begin": 5}}
    assert issues[1]["location"] == {"path": "arn:aws:s3:::logs", "lines": {"begin": 1}}
    assert len({each["fingerprint"] for each in issues}) == len(issues)
    moved = finding(Verdict.FAIL, "backups", why=(Why(path="x", expected="true", file="main.tf", line=99),))
    assert json.loads(text_of(gitlab, report((moved,), ())))[0]["fingerprint"] == issues[0]["fingerprint"]


def test_gitlab_of_a_run_that_found_nothing() -> None:
    """An empty list, not an empty file."""
    assert text_of(gitlab, report((finding(Verdict.PASS),), ())) == "[]\n"


def test_the_same_gap_twice_has_two_fingerprints() -> None:
    """GitLab would show one of them."""
    issues = json.loads(text_of(gitlab, report((), GAPS * 2)))

    assert len({each["fingerprint"] for each in issues}) == 2


@pytest.mark.parametrize("name", NAMES)
def test_hostile_names(name: str) -> None:
    """Nothing of a target ends an element, a command or a line, or acts on a terminal."""
    told = hostile(name)
    valid_junit(text_of(junit, told))
    jsonschema.validate(json.loads(text_of(gitlab, told)), CODE_QUALITY)
    validate_sarif(json.loads(text_of(sarif, told)))
    lines = text_of(github, told).split("\n")

    kinds = [re.match("::(error|warning|notice) ", line) for line in lines]
    assert [match[1] if match else "" for match in kinds] == ["error", "error", "warning", "warning", "", ""]
    for line in lines[:4]:
        properties, _, message = line.split(" ", 1)[1].partition("::")
        assert all(re.fullmatch(r"(file|line|endLine|title)=[^,:]*", field) for field in properties.split(","))
        assert "%0A::" not in message
    for module in (junit, github, gitlab):
        assert not re.search(
            "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff]", text_of(module, told)
        )


@pytest.mark.parametrize("name", NAMES)
def test_hostile_names_in_plain_lines(name: str) -> None:
    """A plain line of a log is no command, at its beginning or within."""
    told = replace(report((), ()), comparison=lambda: replace(COMPARISON, what=name))

    for line in text_of(github, told).splitlines():
        assert line.startswith("phiward: ")
        assert "##[" not in line


FORMATS = (text_report, table, json_report, sarif, markdown, junit, github, gitlab)


@pytest.mark.parametrize("module", FORMATS)
def test_a_file_that_could_not_be_parsed_has_its_line(module: Any) -> None:
    """In every format: nobody takes what was not read for good."""
    gap = CollectionGap(source="terraform", where="infra/broken.tf", line=17, reason="an unclosed block")

    text = text_of(module, report(FINDINGS, (gap,))).replace("<code>", "").replace("\\", "").replace("&#58;", ":")

    assert "an unclosed block" in text
    assert re.search(r'infra/broken\.tf(:17|,line=17|.{0,60}"line": ?17|.{0,90}"begin": ?17)', text)


@pytest.mark.parametrize("module", FORMATS)
def test_what_is_known_is_told_apart(module: Any) -> None:
    """New ones come first; how many are known and fixed is told."""
    known = replace(finding(Verdict.FAIL, "a-known"), state=State.KNOWN)
    new = replace(finding(Verdict.FAIL, "z-new"), state=State.NEW)

    text = text_of(module, compared(known, new))

    assert (
        module in (gitlab, json_report, text_report)
        or text.find("z-new") < max(text.find("a-known"), 0)
        or module is github
    )
    assert ("a-known" in text) == (module is not github)
    assert "known" in text
    assert re.search(r"2 fixed|\"fixed\": ?2", text)


def test_sarif_says_what_is_new() -> None:
    """`baselineState`, which a run that is not compared does not have.

    What is gone is not a result: GitHub knows no `absent` and would take it for open.
    """
    known = replace(finding(Verdict.FAIL, "a"), state=State.KNOWN)
    new = replace(finding(Verdict.FAIL, "b"), state=State.NEW)

    log = json.loads(text_of(sarif, compared(known, new)))

    validate_sarif(log)
    assert [each["baselineState"] for each in log["runs"][0]["results"]] == ["new", "unchanged"]
    assert log["runs"][0]["properties"]["comparison"]["fixed"] == 2
    assert "baselineState" not in text_of(sarif, report())


@pytest.mark.parametrize(("limit", "value"), [("MOST_RESULTS", 5), ("LARGEST", 20_000)])
def test_sarif_within_github_s_limits(monkeypatch: pytest.MonkeyPatch, limit: str, value: int) -> None:
    """What is left out is the least pressing, and it is told how much."""
    import gzip

    many = tuple(finding(Verdict.FAIL, f"{number:03}{number * 7919}") for number in range(3000))
    monkeypatch.setattr(sarif, limit, value)

    text = text_of(sarif, report(many))

    log = json.loads(text)
    validate_sarif(log)
    results = log["runs"][0]["results"]
    assert 0 < len(results) < 3000
    assert limit != "MOST_RESULTS" or len(results) == 5
    assert limit != "LARGEST" or len(gzip.compress(text.encode())) < 50_000
    assert results[0]["message"]["text"].startswith("Data stores encrypt what they hold: 000")
    told = log["runs"][0]["invocations"][0]["toolExecutionNotifications"][-1]
    assert told["message"]["text"].startswith(
        f"{3000 - len(results)} of 3000 results, the least pressing, are left out"
    )


def test_sarif_s_limits_are_github_s() -> None:
    """docs.github.com, "SARIF results exceed one or more limits": 25,000 results, 20 tags of a rule; 10 MB packed."""
    assert (sarif.MOST_RESULTS, sarif.LARGEST < 10_000_000) == (25_000, True)
    many = control()
    cited = {"hipaa": {f"164.{number}": "x" for number in range(40)}}
    log = json.loads(text_of(sarif, replace(report(), controls={samples.CONTROL: replace(many, citations=cited)})))

    assert len(log["runs"][0]["tool"]["driver"]["rules"][0]["properties"]["tags"]) == 20


def test_nothing_unseen_is_printable() -> None:
    """Which lets a text be taken as it is without a look at each of its characters."""
    import unicodedata

    from phiward.evidence import escape

    assert not [c for c in map(chr, range(0x110000)) if c.isprintable() and unicodedata.category(c) in escape._UNSEEN]
