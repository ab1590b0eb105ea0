"""Reasons read as a person would say them: one for each thing that is wrong, with what was there."""

from typing import Any

import msgspec
import pytest
from engine.synthetic import NOW, rules_of

from phiward.engine import evaluate as evaluating
from phiward.engine import values
from phiward.engine.condition import All, Any_, Condition, Elements, Quantifier, Related
from phiward.engine.condition import Test as Asks
from phiward.engine.evaluate import evaluate
from phiward.engine.findings import Finding, Verdict
from phiward.evidence.report import reason_text
from phiward.inventory.model import LeftOut

ENCRYPTED = Asks("encryption_at_rest.enabled", "equals", True)


def found(kind: str, condition: Condition, *bodies: dict[str, Any]) -> list[Finding]:
    """Evaluate resources of a type against one control."""
    lines = [msgspec.json.encode({"type": kind, "origin": {"kind": "live"}} | body, order="sorted") for body in bodies]
    return list(evaluate(lambda: lines, rules_of([(kind, None, condition)]), NOW))


def told(finding: Finding) -> list[tuple[str, Any, str]]:
    """Return the reasons of a finding."""
    return [(why.path, why.observed, why.unknown or why.expected) for why in finding.why]


def test_what_is_hidden_of_each_resource_is_told_of_that_resource() -> None:
    """The same path may be hidden again and again, each time for a reason and in a place of its own."""
    asked = All(
        (Asks("encryption_at_rest.enabled", "equals", True), Asks("encryption_at_rest.key_owner", "exists", True))
    )
    bodies = [
        {
            "id": f"k{number}",
            "unknown": [["encryption_at_rest", f"reason {number}"]],
            "lines": {"": [f"{number}.tf", 1, 2]},
        }
        for number in range(3)
    ]

    findings = found("test.key", asked, *bodies)

    assert [told(each) for each in findings] == [[("encryption_at_rest", None, f"reason {n}")] * 2 for n in range(3)]
    assert [each.why[0].file for each in findings] == ["0.tf", "1.tf", "2.tf"]


def test_a_default_that_decided_is_told() -> None:
    """The argument that is left out goes with the lines of the closest path, and with no other."""
    asked = All((Asks("encryption_at_rest.enabled", "equals", True), Asks("backup.enabled", "equals", True)))
    body = {
        "id": "k",
        "encryption_at_rest": {"enabled": False},
        "backup": {"enabled": False},
        "lines": {"encryption_at_rest": ["m.tf", 1, 9], "backup": ["m.tf", 4, 4]},
        "left_out": {"encryption_at_rest": ["storage_encrypted", False]},
    }

    (finding,) = found("test.key", asked, body)

    assert [each.left_out for each in finding.why] == [LeftOut("storage_encrypted", False), None]
    assert reason_text(finding.why[0]) == (
        "encryption_at_rest.enabled is false, must be true "
        "(storage_encrypted is left out: the provider's default is false)"
    )


def test_a_hidden_part_does_not_hide_what_decides() -> None:
    """A control that also reads something known is asked each time: one fails, the other cannot be said."""
    asked = All((Asks("encryption_at_rest.enabled", "equals", True), Asks("backup.enabled", "equals", True)))
    hidden = {"unknown": [["encryption_at_rest", "denied"]]}

    findings = found(
        "test.key", asked, *({"id": "k", "backup": {"enabled": on}} | hidden for on in (True, False, True))
    )

    assert [each.verdict for each in findings] == [Verdict.UNKNOWN, Verdict.FAIL, Verdict.UNKNOWN]


def test_alternatives_on_one_path_are_one_reason() -> None:
    """None or at least seven is one wish, not two that contradict each other."""
    either = Any_((Asks("backup.retention_days", "exists", False), Asks("backup.retention_days", "gte", 7)))

    (finding,) = found("test.key", either, {"id": "k", "backup": {"enabled": True, "retention_days": 1}})

    assert told(finding) == [("backup.retention_days", 1, "at least 7, or none")]


def test_an_element_that_must_not_be_is_shown_whole() -> None:
    """A rule that opens a door is one reason, with the rule."""
    ssh = All((Asks("from_port", "lte", 22), Asks("to_port", "gte", 22)))
    rule = {"protocol": "tcp", "from_port": 22, "to_port": 22, "sources": ["0.0.0.0/0"]}
    closed = Elements("network.ingress", Quantifier.NONE, ssh)

    (finding,) = found("test.store", closed, {"id": "s", "network": {"ingress": [rule | {"to_port": 21}, rule]}})

    assert told(finding) == [("network.ingress[1]", rule, "no element: from_port at most 22 and to_port at least 22")]


def test_the_related_resource_that_fails_is_named() -> None:
    """Of several copies, the reason names the one that is not as it must be, and what it must be."""
    copies = Related("copy", Quantifier.EACH, ENCRYPTED)
    good, bad = ({"id": name, "encryption_at_rest": {"enabled": name == "good"}} for name in ("good", "bad"))
    asking = {"id": "asking", "encryption_at_rest": {"enabled": True}, "relations": {"copy": ["good", "bad"]}}

    (finding,) = found("test.key", copies, good, bad, asking)

    assert told(finding) == [("relations.copy[1]", "bad", "each resource: encryption_at_rest.enabled true")]


def test_a_policy_that_cannot_be_judged_says_why() -> None:
    """The reason is the question's own, not that it could not be asked."""
    statement = {"effect": "Allow", "actions": ["*"], "resources": ["*"], "principals": ["111122223333"]}
    document = {"statements": [statement]}

    (finding,) = found(
        "test.store",
        Asks("config.policy", "policy_cross_account", False),
        {"id": "s", "config": {"state": "x", "policy": document}},
    )

    assert finding.verdict is Verdict.UNKNOWN
    assert finding.why[0].unknown
    assert "kind" not in finding.why[0].unknown


def test_a_whole_object_is_told_as_the_source_gave_it() -> None:
    """Also where no control reads all of it."""
    none = Elements("network.ingress", Quantifier.NONE, Asks("protocol", "equals", "tcp"))
    rules = [{"protocol": name, "from_port": 1, "to_port": 2} for name in ("udp", "tcp")]

    (finding,) = found("test.store", none, {"id": "s", "network": {"ingress": rules}})

    assert told(finding) == [("network.ingress[1]", rules[1], "no element: protocol tcp")]


def test_a_crash_while_explaining_is_an_error_of_that_control(monkeypatch: pytest.MonkeyPatch) -> None:
    """The run goes on, and the finding says that the control broke."""

    def crash(*_: object) -> None:
        raise RuntimeError("no words")

    monkeypatch.setattr(evaluating, "reasons", crash)
    untold = Asks("config.policy", "policy_public", False)  # no generated code tells of policies
    anybody = {"effect": "Allow", "actions": ["*"], "resources": ["*"], "principals": ["*"]}

    findings = found("test.store", untold, {"id": "s", "config": {"state": "x", "policy": {"statements": [anybody]}}})

    assert [each.verdict for each in findings] == [Verdict.ERROR]
    assert "no words" in str(findings[0].why[0].unknown)


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a*)*b", "(a|a+)+", ".*.*.*=", r"(a)\1", "(?=a)b", "((ab){2,90}c)+"])
def test_a_pattern_that_could_run_for_ever_is_refused(pattern: str) -> None:
    """No text of a target can make a control's pattern backtrack without end."""
    with pytest.raises(ValueError, match=r"repeat|not supported"):
        values.pattern(pattern)


def test_a_text_too_long_for_patterns_is_unknown() -> None:
    """A pattern is never asked about more than its limit, and that is no pass."""
    (finding,) = found(
        "test.key",
        Asks("encryption_at_rest.algorithm", "matches", "^a.*z$"),
        {"id": "k", "encryption_at_rest": {"enabled": True, "algorithm": "a" * 5000}},
    )

    assert finding.verdict is Verdict.UNKNOWN
    assert "1024" in str(finding.why[0].unknown)
