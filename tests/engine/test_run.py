"""What a run says beyond single verdicts: gaps, waivers, requirements, the gate, and what comes from the cache."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from engine.synthetic import NOW, rules_of

from phiward.engine import cache, condition, waivers
from phiward.engine.compiled import compile_rules
from phiward.engine.condition import Condition, Quantifier, Related
from phiward.engine.content import ContentProblems
from phiward.engine.control import Unseen
from phiward.engine.evaluate import Evaluation, evaluate
from phiward.engine.findings import Verdict
from phiward.engine.requirements import Status, gate, standings
from phiward.engine.rules import Rules
from phiward.errors import ContentError

ENCRYPTED = condition.Test("encryption_at_rest.enabled", "equals", True)
WAIVER = """
waivers:
  - id: W-1
    controls: [control-0]
    resources: [main.tf/aws_x.y]
    reason: Old imaging archive
    why_not_reasonable: The maker no longer supports encryption
    alternative: {measure: Locked room, evidence: Site plan}
    risk: Theft of the disk
    requested_by: IT lead
    approved_by: Security official
    approved_at: "2026-06-01"
    expires_at: "2027-05-31"
"""


NAMES = {"control-0": "control-0", "name-from-before": "control-0"}


def key(identity: str, **more: Any) -> bytes:
    """Write a key as a line."""
    return msgspec.json.encode({"id": identity, "type": "test.key", "origin": {"kind": "live"}} | more, order="sorted")


GOOD = key("k1", encryption_at_rest={"enabled": True}, backup={"enabled": True})
BAD = key("k2", encryption_at_rest={"enabled": False}, backup={"enabled": True})


def run(*lines: bytes, rules: Rules | None = None, **more: Any) -> tuple[Evaluation, list[Any]]:
    """Evaluate lines against one control on keys."""
    evaluation = evaluate(lambda: lines, rules or rules_of([("test.key", None, ENCRYPTED)]), NOW, **more)
    return evaluation, list(evaluation)


def gap(**more: Any) -> bytes:
    """Write a gap as a line."""
    return msgspec.json.encode({"gap": {"source": "aws", "where": "us-east-1", "reason": "denied"} | more})


def test_a_control_without_resources_is_not_applicable() -> None:
    """Every selected control appears, with nothing to say where there was nothing."""
    evaluation, found = run()

    assert [(each.verdict, each.resource) for each in found] == [(Verdict.NOT_APPLICABLE, None)]
    assert evaluation.summary.controls["control-0"].not_applicable == 1


def test_a_typed_gap_is_unknown_beside_what_was_seen() -> None:
    """A listing that was denied leaves doubt, whatever the resources that were listed say."""
    evaluation, found = run(GOOD, gap(types=["test.key"]))

    assert [each.verdict for each in found] == [Verdict.UNKNOWN]
    assert found[0].why[0].unknown == "denied"
    assert gate(evaluation.compiled.rules, evaluation.summary) == 3


def test_an_untyped_gap_makes_nothing_seen_unknown() -> None:
    """Where anything may be missing, no resource does not mean that there is none."""
    assert [each.verdict for each in run(gap())[1]] == [Verdict.UNKNOWN]
    assert run(GOOD, gap())[1] == []


def test_a_target_that_was_not_collected_is_unknown() -> None:
    """A relation into the dark is no fail and no pass."""
    related: Condition = Related("copy", Quantifier.EACH, ENCRYPTED)
    lines = [key("k1", relations={"copy": ["k2"]}), key("k3", relations={"copy": ["gone"]}), BAD]

    found = run(*lines, rules=rules_of([("test.key", None, related)]))[1]

    assert [(each.verdict, each.resource.id) for each in found] == [(Verdict.FAIL, "k1"), (Verdict.UNKNOWN, "k3")]


def test_a_line_that_is_no_resource_is_refused() -> None:
    """A broken inventory is an error with its line, not fewer findings."""
    with pytest.raises(ContentError, match="not a line"):
        run(GOOD, b"{")


@pytest.mark.parametrize(("lines", "code"), [((GOOD,), 0), ((GOOD, BAD), 1), ((key("k", backup={}),), 3)])
def test_the_gate(lines: tuple[bytes, ...], code: int) -> None:
    """A fail is 1, what could not be seen is 3, and 0 is left."""
    evaluation, _ = run(*lines)

    assert gate(evaluation.compiled.rules, evaluation.summary) == code
    assert gate(evaluation.compiled.rules, evaluation.summary, Unseen.WARN) == (code if code != 3 else 0)


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        ((), Status.NOTHING),
        ((GOOD,), Status.MET),
        ((GOOD, BAD), Status.NOT_MET),
        ((GOOD, gap(types=["test.key"])), Status.UNKNOWN),
    ],
)
def test_how_a_requirement_stands(lines: tuple[bytes, ...], status: Status) -> None:
    """A requirement is met only where something passed and nothing speaks against it."""
    evaluation, _ = run(*lines)

    assert [each.status for each in standings(evaluation.compiled.rules, evaluation.summary)] == [status]


def waiver_file(folder: Path, text: str = WAIVER) -> Path:
    """Write a waiver file."""
    path = folder / "waivers.yaml"
    path.write_text(text)
    return path


def test_a_waived_fail(tmp_path: Path) -> None:
    """An accepted fail is waived, by that waiver, and the requirement stands as waived."""
    accepted = waivers.load(waiver_file(tmp_path), NAMES, prefix="clinic/")
    bad = key("clinic/main.tf/aws_x.y", encryption_at_rest={"enabled": False})

    evaluation, found = run(bad, waivers=accepted)

    assert [(each.verdict, each.waiver) for each in found] == [(Verdict.WAIVED, "W-1")]
    assert standings(evaluation.compiled.rules, evaluation.summary)[0].status is Status.WAIVED


def test_a_waiver_by_the_name_from_before_a_renaming(tmp_path: Path) -> None:
    """A control that was renamed keeps its waivers."""
    accepted = waivers.load(waiver_file(tmp_path, WAIVER.replace("control-0", "name-from-before")), NAMES)

    _, found = run(key("main.tf/aws_x.y", encryption_at_rest={"enabled": False}), waivers=accepted)

    assert [each.verdict for each in found] == [Verdict.WAIVED]


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("*", True),
        ("??", True),
        ("aws_db_instance.*", True),
        ("aws_db_*.main", True),
        ("arn:aws:s3:::logs-*", True),
        ("arn:aws:s3:::*", True),
        ("tls:*.example.org:443", False),
        ("*.example.org", False),
        ('module.bucket["imaging"].aws_s3_bucket.this', False),
    ],
)
def test_patterns_of_resources(tmp_path: Path, name: str, pattern: bool) -> None:
    """A waiver names exact resources; a host name's own star is none."""
    path = waiver_file(tmp_path, WAIVER.replace("main.tf/aws_x.y", f"'{name}'"))

    def loaded() -> str:
        try:
            return waivers.load(path, NAMES)[0].resources[0]
        except ContentProblems as error:
            return str(error)

    assert loaded() == (
        name
        if not pattern
        else f"{path}:5:17: waivers[0].resources[0]: {name!r} is a pattern; a waiver names exact resources"
    )


def test_an_expired_waiver_waives_nothing(tmp_path: Path) -> None:
    """What ended is reported and changes nothing."""
    accepted = waivers.load(waiver_file(tmp_path, WAIVER.replace("2027-05-31", "2026-11-22")), NAMES)

    evaluation, found = run(key("main.tf/aws_x.y", encryption_at_rest={"enabled": False}), waivers=accepted)

    assert ([each.verdict for each in found], evaluation.summary.expired_waivers) == ([Verdict.FAIL], ("W-1",))


def test_a_waiver_that_nothing_needs_is_reported(tmp_path: Path) -> None:
    """A waiver whose resource passes or is gone should be removed."""
    assert run(GOOD, waivers=waivers.load(waiver_file(tmp_path), NAMES))[0].summary.unused_waivers == ("W-1",)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("    risk: Theft of the disk\n", "", "risk: is missing"),
        ("[main.tf/aws_x.y]", '["*"]', "is a pattern"),
        ("Security official", "it lead", "somebody else"),
        ("2027-05-31", "2028-01-01", "12 months"),
        ("2027-05-31", "soon", "must be a date"),
        ("control-0", "control-9", "there is no control 'control-9'"),
    ],
)
def test_a_wrong_waiver_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    """A waiver that does not say what it must is no waiver."""
    with pytest.raises(ContentProblems, match=message):
        waivers.load(waiver_file(tmp_path, WAIVER.replace(old, new)), NAMES)


def test_the_cache_gives_back_what_it_was_given(tmp_path: Path) -> None:
    """Rules from the cache find what freshly compiled rules find."""
    compiled = compile_rules(rules_of([("test.key", None, ENCRYPTED)]))
    path = tmp_path / "cache" / "x.rules"
    cache.write(path, compiled)

    again = cache.read(path)

    assert again is not None
    assert again.rules == compiled.rules
    assert list(evaluate(lambda: [GOOD, BAD], again, NOW)) == list(evaluate(lambda: [GOOD, BAD], compiled, NOW))


@pytest.mark.parametrize("harm", ["corrupt", "writable", "link", "open folder"])
def test_a_cache_entry_that_cannot_be_trusted_is_ignored(tmp_path: Path, harm: str) -> None:
    """Altered bytes, and files or folders that others may write or point elsewhere, are never run."""
    folder = tmp_path / "cache"
    path = folder / "x.rules"
    cache.write(path, compile_rules(rules_of([("test.key", None, ENCRYPTED)])))
    if harm == "corrupt":
        path.write_bytes(path.read_bytes()[:-1] + b"?")
    elif harm == "writable":
        path.chmod(0o666)
    elif harm == "link":
        path.rename(folder / "y.rules")
        path.symlink_to(folder / "y.rules")
    else:
        folder.chmod(0o777)

    assert cache.read(path) is None
