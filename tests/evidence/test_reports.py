"""The report formats."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from evidence import samples
from msgspec.structs import replace

from phiward.engine.condition import All
from phiward.engine.control import AppliesTo, Control, Domain, Remediation, Severity
from phiward.engine.findings import Finding, ResourceRef, Verdict, Why
from phiward.engine.summary import Counts, Summary
from phiward.evidence import json_report, markdown, run, sarif, schemas, table
from phiward.evidence.report import Report, fix_text
from phiward.inventory.model import CollectionGap
from phiward.inventory.reach import Reach

HERE = Path(__file__).parent
PUBLISHED = HERE.parents[1] / "docs/reference/schemas"
HOSTILE = (
    "\x1b[31mred\x1b]8;;http://evil\x07",
    "a\nb\r\tc",
    "<script>alert(1)</script><img src=x onerror=y>",
    "| cell | [link](javascript:x) `code` **bold** @everyone #1 https://evil.example www.evil.example",
    "\u202egnp.exe\u2066\u200b\ufeff",
    "\x9b31m\x7f\x00",
    "</details></code>{0}",
    "=cmd|' /C calc'!A1",
)
RENDERERS: tuple[Callable[[Report], Iterator[str]], ...] = (
    table.render,
    json_report.render,
    sarif.render,
    markdown.render,
)


def control(id_: str = samples.CONTROL, severity: Severity = Severity.HIGH) -> Control:
    """Return a control."""
    return Control(
        id=id_,
        title="Data stores encrypt what they hold",
        domain=Domain.ENCRYPTION,
        severity=severity,
        applies_to=AppliesTo(aspect="encryption_at_rest"),
        condition=All(()),
        citations={"hipaa": {samples.AT_REST: "A stolen disk cannot be read."}},
        rationale="A lost disk\nis a breach.",
        remediation=Remediation("Turn it on.", {"aws.s3.bucket": {"terraform": "sse_algorithm = [x](y)"}}),
    )


def finding(verdict: Verdict, name: str = "images", **more: Any) -> Finding:
    """Return a finding about a bucket in Terraform."""
    resource = ResourceRef(
        id=f"aws_s3_bucket.{name}", type="aws.s3.bucket", name=name, file="main.tf", line=3, end_line=9
    )
    why = Why(
        path="encryption_at_rest.enabled", observed=False, expected="true", file="my dir/main.tf", line=5, end_line=6
    )
    fields: dict[str, Any] = {"requirements": (samples.AT_REST,), "why": (why,), "resource": resource}
    return Finding(control=samples.CONTROL, verdict=verdict, **fields | more)


FINDINGS = (
    finding(Verdict.PASS, why=()),
    finding(Verdict.FAIL, "backups"),
    finding(
        Verdict.UNKNOWN,
        "logs",
        why=(Why(path="encryption_at_rest", expected="true", unknown="access denied", call="s3:GetBucketEncryption"),),
        resource=ResourceRef(id="arn:aws:s3:::logs", type="aws.s3.bucket", account="111122223333", region="us-east-1"),
    ),
    finding(Verdict.WAIVED, "public", waiver="W-7"),
    finding(Verdict.ERROR, "broken"),
    Finding(control=samples.CONTROL, verdict=Verdict.NOT_APPLICABLE, requirements=(samples.AT_REST,)),
)
GAPS = (
    CollectionGap(
        source="aws", where="us-east-1", reason="access denied: s3:ListAllMyBuckets", types=("aws.s3.bucket",)
    ),
)


def summary(gaps: tuple[CollectionGap, ...]) -> Summary:
    """Return the engine's totals of the findings above."""
    counts = Counts(passed=1, failed=1, unknown=1, waived=1, error=1, not_applicable=1)
    return Summary(
        resources=5,
        types={"aws.s3.bucket": 5},
        controls={samples.CONTROL: counts},
        severities={},
        total=counts,
        gaps=gaps,
    )


def report(findings: tuple[Finding, ...] = FINDINGS, gaps: tuple[CollectionGap, ...] = GAPS) -> Report:
    """Return a report."""
    return Report(
        findings=findings,
        totals=lambda: (summary(gaps), samples.standings()),
        controls={samples.CONTROL: control()},
        run=samples.RUN,
        bundle="build/evidence.zip",
    )


def test_the_table_says_everything_a_reader_needs() -> None:
    """Findings to act on, requirements, gaps, counts and where the evidence lies."""
    assert "".join(table.render(report())) == (HERE / "data/table.txt").read_text()


def test_the_markdown_says_everything_a_reviewer_needs() -> None:
    """The same for a pull request."""
    assert "".join(markdown.render(report())) == (HERE / "data/comment.md").read_text()


def test_the_table_has_colours_only_when_asked() -> None:
    """The caller decides."""
    assert "\x1b[" not in "".join(table.render(report()))
    assert "\x1b[31mhigh\x1b[0m" in "".join(table.render(report(), paint=table.painted))


def test_the_table_shows_the_most_pressing() -> None:
    """What is cut is said."""
    many = tuple(finding(Verdict.FAIL, f"b{number:03}") for number in range(30))

    text = "".join(table.render(report(many), most=1))

    assert "… and 3 more" in text
    assert "b000" in text
    assert "b001" not in text


def test_an_interrupted_run_says_so() -> None:
    """In every format."""
    broken = replace(report(), run=replace(samples.RUN, complete=False))

    assert "INCOMPLETE" in "".join(table.render(broken))
    assert "incomplete" in "".join(markdown.render(broken))
    assert json.loads("".join(json_report.render(broken)))["complete"] is False


def narrowed(sentence: str) -> Report:
    """Return the report of a run of which something was left out by choice."""
    reach = Reach(target="aws", asked={"accounts": ("prod-*",)}, reached={"accounts": ("1",)}, left_out=(sentence,))
    return replace(report(), run=replace(samples.RUN, reach=(reach,)))


@pytest.mark.parametrize("render", RENDERERS)
def test_a_narrowed_run_says_so(render: Callable[[Report], Iterator[str]]) -> None:
    """In every format, so that nobody takes it for a whole one."""
    assert "2 of 3 active accounts" in "".join(render(narrowed("2 of 3 active accounts (--accounts): x")))


@pytest.mark.parametrize("render", RENDERERS)
@pytest.mark.parametrize("sentence", HOSTILE)
def test_the_names_of_what_was_left_out_are_harmless(render: Callable[[Report], Iterator[str]], sentence: str) -> None:
    """An account's name is somebody else's text."""
    text = "".join(render(narrowed(sentence)))

    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202e\u2066\ufeff]", text)
    assert render is not markdown.render or "<script>" not in re.sub("`[^`]*`", "", text)


def test_the_run_record_tells_what_was_asked_and_reached() -> None:
    """And says nothing of it where a source cannot be read in part."""
    record = json.loads(json.dumps(run.record(narrowed("x").run, 0, 1)))

    assert record["reach"] == [
        {"target": "aws", "asked": {"accounts": ["prod-*"]}, "reached": {"accounts": ["1"]}, "left_out": ["x"]}
    ]
    assert "reach" not in run.record(samples.RUN, 0, 1)


def test_the_json_report_is_what_its_schema_says() -> None:
    """Every promised field is there, null where there is none."""
    document = json.loads("".join(json_report.render(report())))

    jsonschema.validate(document, json.loads((PUBLISHED / "findings.schema.json").read_text()))
    assert document["findings"][1]["resource"] == {
        "id": "aws_s3_bucket.backups",
        "type": "aws.s3.bucket",
        "name": "backups",
        "account": None,
        "region": None,
        "source": None,
        "file": "main.tf",
        "line": 3,
        "end_line": 9,
    }
    assert document["findings"][5]["resource"] is None
    assert document["summary"]["counts"]["fail"] == 1
    assert document["gaps"][0]["where"] == "us-east-1"


def test_the_list_of_controls_is_what_its_schema_says() -> None:
    """Sorted by id, with what the control applies to and answers."""
    document = json.loads(json_report.controls_document([control("b"), control("a")]))

    jsonschema.validate(document, json.loads((PUBLISHED / "controls.schema.json").read_text()))
    assert [each["id"] for each in document] == ["a", "b"]
    assert document[0]["applies_to"]["aspect"] == "encryption_at_rest"


def test_the_published_schemas_are_those_of_the_structs() -> None:
    """Renew them with `python -m phiward.evidence.schemas docs/reference/schemas`."""
    assert {name: (PUBLISHED / name).read_bytes() for name in schemas.documents()} == schemas.documents()


def validate_sarif(log: dict[str, Any]) -> None:
    """Hold a log to the official schema."""
    schema = json.loads((HERE / "data/sarif-schema-2.1.0.json").read_text())
    jsonschema.Draft4Validator(schema).validate(log)


def test_sarif_is_valid_and_says_what_each_verdict_is() -> None:
    """Fails, open questions, suppressed ones; gaps and broken controls as notifications."""
    log = json.loads("".join(sarif.render(report())))

    validate_sarif(log)
    results = {each["properties"]["verdict"]: each for each in log["runs"][0]["results"]}
    assert set(results) == {"fail", "unknown", "waived"}
    assert (results["fail"]["kind"], results["fail"]["level"]) == ("fail", "error")
    assert (results["unknown"]["kind"], results["unknown"]["level"]) == ("open", "none")
    assert results["waived"]["suppressions"][0]["justification"] == "waiver W-7"
    assert results["fail"]["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "my%20dir/main.tf", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 5, "endLine": 6},
    }
    assert "physicalLocation" not in results["unknown"]["locations"][0]
    notes = log["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    assert [note["level"] for note in notes] == ["warning", "error"]


def test_sarif_fingerprints_outlive_moved_lines() -> None:
    """The same finding ten lines lower is the same finding."""
    moved = finding(Verdict.FAIL, why=(Why(path="x", expected="true", file="main.tf", line=99),))

    first, second = (
        json.loads("".join(sarif.render(report((each,)))))["runs"][0]["results"][0]
        for each in (finding(Verdict.FAIL), moved)
    )

    assert first["partialFingerprints"] == second["partialFingerprints"]
    assert first["locations"] != second["locations"]


@pytest.mark.parametrize("render", RENDERERS)
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_act_on_no_terminal(render: Callable[[Report], Iterator[str]], name: str) -> None:
    """No control, bidirectional or zero-width character of a target reaches the output."""
    text = "".join(render(hostile(name)))

    assert re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff]", text) is None


def hostile(name: str) -> Report:
    """Return a report in which everything that a target can name has this name."""
    why = Why(path=f"tags.{name}", observed=name, expected="none", unknown=None, file=name, line=1)
    resource = ResourceRef(id=name, type="aws.s3.bucket", name=name, account=name, region=name, file=name, line=1)
    unseen = Why(path="x", expected="true", unknown=name)
    found = (
        finding(Verdict.FAIL, why=(why,), resource=resource),
        finding(Verdict.UNKNOWN, why=(unseen,), resource=replace(resource, file=None)),
        finding(Verdict.ERROR, why=(unseen,), resource=resource),
        finding(Verdict.WAIVED, why=(why,), resource=resource, waiver=name),
    )
    gap = CollectionGap(source="terraform", where=name, reason=name)
    return replace(report(found, (gap,)), bundle=name)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_no_markup(name: str) -> None:
    """No tag, link, mention, table cell or heading is made from a name."""
    text = "".join(markdown.render(hostile(name)))

    tags = set(re.findall(r"<[^>]*>", text))
    assert tags <= {"<details>", "<summary>", "</summary>", "</details>", "<code>", "</code>"}
    assert "](" not in text
    assert "@" not in text
    assert "https:" not in text
    assert "www." not in text
    rows = [line for line in text.splitlines() if line.startswith("| <code>")]
    assert [len(re.findall(r"(?<!\\)\|", row)) for row in rows] == [5] * 4


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_keep_sarif_valid(name: str) -> None:
    """And make no embedded link."""
    log = json.loads("".join(sarif.render(hostile(name))))

    validate_sarif(log)
    assert not re.search(r"(?<!\\)\]\(", log["runs"][0]["results"][0]["message"]["text"])


def test_a_huge_comment_stays_below_the_limit() -> None:
    """What is left out is counted."""
    many = tuple(finding(Verdict.FAIL, f"bucket-{number}") for number in range(3000))
    more = tuple(finding(Verdict.UNKNOWN, f"bucket-{number}") for number in range(3000))

    text = "".join(markdown.render(report(many + more, GAPS * 1000)))

    assert len(text) <= markdown.LONGEST
    assert "more, in the full report" in text
    assert text.count("<details>") == text.count("</details>")
    assert "Evidence:" in text


@pytest.mark.parametrize(
    ("source", "file", "told"),
    [
        ("terraform", "main.tf", "by Terraform"),
        ("terraform-plan", "plan.json", "by Terraform"),
        ("cloudformation", "repo/stacks/data.yaml", "by CloudFormation"),
        ("kubernetes", "pod.yaml", "in general"),
        ("live", None, "by the console"),
        (None, "main.tf", "by Terraform"),
    ],
)
def test_the_fix_is_that_of_the_source(source: str | None, file: str | None, told: str) -> None:
    """Code is mended in its own language."""
    ways = {"terraform": "by Terraform", "cloudformation": "by CloudFormation", "aws": "by the console"}
    made = replace(control(), remediation=Remediation("in general", {"aws.s3.bucket": ways}))
    place = ResourceRef(id="a", type="aws.s3.bucket", file=file, source=source)
    found = Finding(control=made.id, verdict=Verdict.FAIL, resource=place)

    assert fix_text(made, found) == told
