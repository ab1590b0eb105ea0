"""A wrong content file is refused with its place and the word that was meant; all problems are told together."""

from pathlib import Path

import pytest
from engine.synthetic import CATALOG

from phiward.engine import testing
from phiward.engine.library import Folders, lint, load
from phiward.engine.rules import needs, select
from phiward.errors import ContentError, UsageError

CONTROL = """\
id: stores-encrypted
title: Stores are encrypted
domain: encryption
severity: high
applies_to: {aspect: encryption_at_rest, stores_data: true, where: {config.count: {gte: "${least}"}}}
assert:
  encryption_at_rest.enabled: true
citations:
  law: {"1.1": "It asks so."}
rationale: Disks get stolen.
remediation: {text: Encrypt them., by_type: {test.store: {note: now}}}
parameters:
  least: {value: 1, why: Empty stores hold nothing.}
examples:
  - {resource: {type: test.store, config: {state: a, count: 2}, encryption_at_rest: {enabled: true}}, verdict: pass}
  - {resource: {type: test.store, config: {state: a, count: 2}, encryption_at_rest: {enabled: false}}, verdict: fail}
  - {resource: {type: test.store, config: {state: a, count: 2}, encryption_at_rest: {}}, verdict: unknown}
  - {resource: {type: test.store, config: {state: a, count: 0}, encryption_at_rest: {}}, verdict: not_applicable}
"""
POLICY = """\
id: law
title: Law
version: "1"
source: Book
framework: law
requirements:
  - {id: "1.1", title: Encrypt, level: required, asks: Encrypt it.}
"""


def folders(root: Path, control: str = CONTROL, policy: str = POLICY) -> Folders:
    """Write one control and one policy."""
    (root / "controls" / "encryption").mkdir(parents=True)
    (root / "policies").mkdir()
    (root / "controls" / "encryption" / "stores-encrypted.yaml").write_text(control)
    (root / "policies" / "law.yaml").write_text(policy)
    return Folders((root / "controls",), (root / "policies",))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("severity: high", "severity: hihg", "stores-encrypted.yaml:4:11: severity: 'hihg' is not one of"),
        ("rest.enabled: true", "rest.enable: true", "did you mean 'enabled'?"),
        ("{note: now}}", "{note: now}}, fixes: {test.stor: []}", "there is no resource type 'test.stor'"),
        ("{note: now}}", "{note: now}}, fixes: {test.store: [{set: {a: 1}}]}", "fixes.test.store[0].in: is missing"),
        (
            "{note: now}}",
            "{note: now}}, fixes: {test.store: [{in: b, set: {a b: 1}}]}",
            "is not the name of an argument",
        ),
        ("{note: now}}", '{note: now}}, fixes: {test.store: [{in: b, set: {a: "${x}"}}]}', "there is no parameter 'x'"),
        ("{note: now}}", "{note: now}}, fixes: {test.store: [{in: b, set: {a: [1]}}]}", "must be text, a whole number"),
        ("{note: now}}", "{note: now}}, fixes: {test.store: {in: b}}", "must be a list of fixes"),
        ("rest.enabled: true", "rest.enabled: yes", "'yes' is not true or false"),
        ("rest.enabled: true", "rest.enabled: {gte: 3}", "gte asks int"),
        ("rest.enabled: true", "rest.enabled: {equal: 3}", "did you mean 'equals'?"),
        ("rest.enabled: true", "rest.key: {matches: '(a+)+'}", "repeats something that repeats"),
        ("rest.enabled: true", "rest.key: {matches: '('}", "not a regular expression"),
        ("encryption_at_rest.enabled: true", "tags: {has_entry: {value: a}}", "takes {key: PATTERN, value: PATTERN}"),
        ("encryption_at_rest.enabled: true", "tags: {has_entry: {key: '('}}", "not a regular expression"),
        ("encryption_at_rest.enabled: true", "config.flags: {has_entry: {key: a}}", "hold bool, not text"),
        ("severity: ", "concerns: patients\nseverity: ", "is not one of ephi, organisation"),
        ("aspect: encryption_at_rest", "aspect: encryption_at_res", "did you mean 'encryption_at_rest'?"),
        ("id: stores-encrypted", "id: stores-encryptd", "the file is stores-encrypted.yaml"),
        ("domain: encryption", "domain: access", "move it"),
        ("${least}", "${last}", "there is no parameter 'last'"),
        ('"${least}"', "7", "is used nowhere"),
        ('"1.1": "It', '"1.2": "It', "no policy has this requirement"),
        ("rationale: Disks get stolen.\n", "", "rationale: is missing"),
        ("test.store: {note", "test.stor: {note", "did you mean 'test.store'?"),
    ],
)
def test_a_wrong_control_is_told(tmp_path: Path, old: str, new: str, told: str) -> None:
    """Each kind of mistake is found, in words that lead to it."""
    problems = lint(folders(tmp_path, CONTROL.replace(old, new)), CATALOG)

    assert any(told in str(problem) for problem in problems), problems


def test_a_right_library_has_no_problems(tmp_path: Path) -> None:
    """Nothing is told of what is right."""
    assert lint(folders(tmp_path), CATALOG) == []


def test_two_controls_with_one_id(tmp_path: Path) -> None:
    """An id names one control."""
    found = folders(tmp_path)

    problems = lint(found.plus(controls=found.controls), CATALOG)

    assert any("is already the id of" in str(problem) for problem in problems)


def test_the_examples_of_a_control(tmp_path: Path) -> None:
    """Every example gives the verdict that it shows."""
    control = load(folders(tmp_path), CATALOG).controls["stores-encrypted"]

    assert [outcome.given for outcome in testing.run(control, CATALOG)] == ["pass", "fail", "unknown", "not_applicable"]
    assert testing.lacking(control) == []


def test_what_a_selection_needs(tmp_path: Path) -> None:
    """Collectors are asked for what the controls read, of the types they apply to."""
    rules = select(load(folders(tmp_path), CATALOG), CATALOG, "law")

    assert needs(rules) == {"test.store": frozenset({"encryption_at_rest.enabled", "config.count"})}
    assert rules.rules[0].requirements == ("1.1",)


def test_a_policy_naming_a_missing_control(tmp_path: Path) -> None:
    """The policy is refused with the control that was meant."""
    library = load(folders(tmp_path, policy=POLICY + "controls: {include: [stores-encryptd]}\n"), CATALOG)

    with pytest.raises(ContentError, match="stores-encrypted") as caught:
        select(library, CATALOG, "law")

    place = (caught.value.file, caught.value.line, caught.value.column, caught.value.field)
    assert place == (str(tmp_path / "policies" / "law.yaml"), POLICY.count("\n") + 1, 22, "controls.include[0]")


def test_a_parameter_that_does_not_fit(tmp_path: Path) -> None:
    """A policy's value is held to what the control does with it."""
    policy = POLICY + "parameters: {stores-encrypted: {least: many}}\n"
    library = load(folders(tmp_path, policy=policy), CATALOG)

    with pytest.raises(ContentError, match="takes a number"):
        select(library, CATALOG, "law")


def test_an_empty_selection_is_an_error(tmp_path: Path) -> None:
    """Asking nothing is never a pass."""
    library = load(folders(tmp_path), CATALOG)

    with pytest.raises(UsageError, match="no control"):
        select(library, CATALOG, "law", exclude=["stores-*"])
