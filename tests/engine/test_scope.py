"""What the policy's scope takes out: by what is known alone, of the controls of patient data alone, and counted."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from engine.synthetic import CATALOG, NOW
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phiward.engine import content
from phiward.engine.classify import Classification, Standing
from phiward.engine.classify import needs as needed
from phiward.engine.compiled import compile_rules
from phiward.engine.condition import Test as Asked
from phiward.engine.control import (
    AppliesTo,
    Concern,
    Control,
    Domain,
    Level,
    Policy,
    Remediation,
    Requirement,
    Severity,
)
from phiward.engine.evaluate import Evaluation, evaluate
from phiward.engine.findings import Verdict
from phiward.engine.library import Folders, Library, lint
from phiward.engine.reading import Reading
from phiward.engine.rules import Rules, needs, select
from phiward.engine.scope import Scope
from phiward.engine.scope_file import scope_of
from phiward.errors import ContentError

WEBSITE = "out: [{id: website, where: {tags: {data-class: public}}, reason: The pages}]"
KEYS = "out: [{id: website, where: {tags: {'*DataClass': [public, 'open*']}}, reason: The pages}]"
SANDBOX = "{id: sandbox, where: {account: '111122223333'}, reason: No patients}"
PHI = "in: [{id: phi, where: {tags: {data-class: [phi, 'patient*']}}, reason: Labelled so}]\n"


def scope(text: str) -> tuple[Scope, list[ContentError]]:
    """Read a scope as a policy file writes it."""
    problems: list[ContentError] = []
    return scope_of(Reading("p.yaml", problems), content.parse(text.encode(), "p.yaml")), problems


def control(identity: str, concerns: Concern, types: tuple[str, ...] = ("test.key",)) -> Control:
    """Make a control that asks for encryption."""
    return Control(
        id=identity,
        title="t",
        domain=Domain.ACCESS,
        severity=Severity.HIGH,
        applies_to=AppliesTo(types=types),
        condition=Asked("encryption_at_rest.enabled", "equals", value=True),
        citations={},
        rationale="r",
        remediation=Remediation("m"),
        concerns=concerns,
    )


def rules(text: str) -> Rules:
    """Select a control of patient data and one of the organisation under a scope."""
    found, problems = scope(text)
    assert problems == []
    requirement = Requirement(id="r1", title="t", level=Level.REQUIRED, asks="a", controls=("data", "house"))
    policy = Policy(id="p", title="t", version="1", source="s", requirements=(requirement,), scope=found, file="p.yaml")
    controls = {"data": control("data", Concern.EPHI), "house": control("house", Concern.ORGANISATION)}
    return select(Library(controls, {"p": policy}, ()), CATALOG, "p")


def key(**more: Any) -> bytes:
    """Write a key that is not encrypted."""
    body = {"id": "k1", "type": "test.key", "origin": {"kind": "live"}, "backup": {"enabled": True}}
    return msgspec.json.encode(body | {"encryption_at_rest": {"enabled": False}} | more, order="sorted")


def verdicts(asked: Rules, *lines: bytes) -> tuple[Evaluation, dict[str, list[Verdict]]]:
    """Evaluate; return the verdicts on resources by control."""
    evaluation = evaluate(lambda: lines, asked, NOW, passes=True)
    found: dict[str, list[Verdict]] = {"data": [], "house": []}
    for each in evaluation:
        if each.resource is not None:
            found[each.control].append(each.verdict)
    return evaluation, found


@pytest.mark.parametrize(
    ("text", "facts", "verdict"),
    [
        (WEBSITE, {"tags": {"data-class": "public"}}, None),
        (WEBSITE, {"tags": {"data-class": "phi"}}, Verdict.FAIL),
        (WEBSITE, {"tags": {}}, Verdict.FAIL),
        (WEBSITE, {}, Verdict.FAIL),
        (WEBSITE, {"unknown": [["tags", "access denied"]]}, Verdict.UNKNOWN),
        (WEBSITE, {"tags": {"a": "b"}, "unknown": [["tags.data-class", "a variable"]]}, Verdict.UNKNOWN),
        (f"out: [{SANDBOX}]", {"account": "111122223333"}, None),
        (f"out: [{SANDBOX}]", {}, Verdict.FAIL),
        (f"out: [{SANDBOX}]", {"account": "111122223333", "unknown": [["tags", "access denied"]]}, None),
        (f"{PHI}out: [{SANDBOX}]", {"account": "111122223333", "tags": {"data-class": "patients"}}, Verdict.FAIL),
        (f"{PHI}out: [{SANDBOX}]", {"account": "111122223333", "tags": {"data-class": "x"}}, None),
        (f"{PHI}out: [{SANDBOX}]", {"account": "111122223333", "unknown": [["tags", "denied"]]}, Verdict.UNKNOWN),
        (f"{PHI}out: [{SANDBOX}]", {"account": "2", "unknown": [["tags", "denied"]]}, Verdict.FAIL),
        (
            "out: [{id: clean, where: {macie: not-sensitive}, reason: r}]",
            {"sensitive_data": False},
            None,
        ),
        ("out: [{id: clean, where: {macie: not-sensitive}, reason: r}]", {"sensitive_data": True}, Verdict.FAIL),
        ("out: [{id: clean, where: {macie: not-sensitive}, reason: r}]", {}, Verdict.FAIL),
        (KEYS, {"tags": {"a": "b", "clinic:DataClass": "public"}}, None),
        (KEYS, {"tags": {"a": "public", "clinic:DataClass": "phi"}}, Verdict.FAIL),
        (KEYS, {"tags": {"DataClass": "x"}, "unknown": [["tags.a", "a variable"]]}, Verdict.FAIL),
        (KEYS, {"tags": {"a": "x"}, "unknown": [["tags.DataClass", "a variable"]]}, Verdict.UNKNOWN),
        (KEYS, {"unknown": [['tags["a.b:DataClass"]', "a variable"]]}, Verdict.UNKNOWN),
        (KEYS, {"unknown": [["tags", "access denied"]]}, Verdict.UNKNOWN),
        (KEYS, {"tags": {"DataClass": 7}}, Verdict.UNKNOWN),
        (KEYS, {"tags": {"DataClass": "public"}, "unknown": [["tags.a", "a variable"]]}, None),
        ("out: [{id: s, where: {tags: {'public*': '*'}}, reason: r}]", {"tags": {"public-pages": "x"}}, None),
        ("out: [{id: s, where: {tags: {'public*': '*'}}, reason: r}]", {"tags": {"a-public": "x"}}, Verdict.FAIL),
        ("unclassified: in", {"tags": {"data-class": "public"}}, Verdict.FAIL),
    ],
)
def test_only_what_is_known_takes_something_out(text: str, facts: dict[str, Any], verdict: Verdict | None) -> None:
    """None: the control of patient data is not asked. That of the organisation is always asked."""
    asked = rules(text)

    evaluation, found = verdicts(asked, key(**facts))

    assert found == {"data": [verdict] if verdict else [], "house": [Verdict.FAIL]}
    told = evaluation.summary.scope
    assert told.out_of_scope == (verdict is None)
    assert told.unknown == (verdict is Verdict.UNKNOWN)
    assert told.controls == ({"data": 1} if verdict is None else {})


def test_a_pass_stands_where_the_scope_cannot_be_told() -> None:
    """What meets the control meets it in either case."""
    line = key(encryption_at_rest={"enabled": True}, unknown=[["tags", "access denied"]])

    _, found = verdicts(rules(WEBSITE), line)

    assert found["data"] == [Verdict.PASS]


def test_what_is_taken_out_is_counted_by_statement() -> None:
    """A resource that two statements take out counts with both, and once in all."""
    asked = rules(f"{WEBSITE[:-1]}, {SANDBOX}]")
    public, account = {"tags": {"data-class": "public"}}, {"account": "111122223333"}

    evaluation, found = verdicts(
        asked, key(id="1", **public), key(id="2", **account), key(id="3", **public, **account), key(id="4")
    )

    told = evaluation.summary.scope
    assert (told.out_of_scope, [(each.id, each.resources) for each in told.statements]) == (
        3,
        [("website", 2), ("sandbox", 2)],
    )
    assert (told.statements[0].file, told.statements[0].line, told.statements[0].reason) == ("p.yaml", 1, "The pages")
    assert (len(found["data"]), len(found["house"])) == (1, 4)
    assert evaluation.summary.controls["data"].failed == 1


def test_what_is_taken_out_is_counted_by_type() -> None:
    """A control is not asked of the resources of its own types, however they are mixed."""
    found, _ = scope(WEBSITE)
    requirement = Requirement(id="r1", title="t", level=Level.REQUIRED, asks="a")
    policy = Policy(id="p", title="t", version="1", source="s", requirements=(requirement,), scope=found, file="p.yaml")
    controls = {
        "both": control("both", Concern.EPHI, ("test.key", "test.store")),
        "keys": control("keys", Concern.EPHI),
        "stores": control("stores", Concern.EPHI, ("test.store",)),
    }
    public = {"tags": {"data-class": "public"}}
    store = {"type": "test.store", "network": {}, "patching": {"automatic": True}, "config": {"state": "a"}}
    lines = [key(id="1", **public), key(id="2", **store, **public), key(id="3", **public), key(id="4", **store)]
    evaluation = evaluate(lambda: lines, select(Library(controls, {"p": policy}, ()), CATALOG, "p"), NOW)

    list(evaluation)

    assert evaluation.summary.scope.controls == {"both": 3, "keys": 2, "stores": 1}
    assert evaluation.summary.scope.out_of_scope == 3


def test_a_control_of_which_everything_is_out_says_so() -> None:
    """Not applicable because of the scope is not the same as not applicable because there was nothing."""
    line = key(tags={"data-class": "public"})
    [whole] = [each for each in evaluate(lambda: [line], rules(WEBSITE), NOW) if each.resource is None]
    nothing = [each for each in evaluate(list, rules(WEBSITE), NOW) if each.control == "data"]

    assert (whole.control, whole.verdict, whole.why[0].observed) == ("data", Verdict.NOT_APPLICABLE, "1 out of scope")
    assert [each.why for each in nothing] == [()]


def test_what_the_statements_read_is_asked_for() -> None:
    """Collectors read what decides the scope, for a scan and for showing the scope alone."""
    asked = rules(f"{PHI}{WEBSITE[:-1]}, {SANDBOX}]")

    assert needs(asked)["test.key"] == {"account", "tags.data-class", "encryption_at_rest.enabled"}
    assert needed(asked) == {"test.key": {"account", "tags.data-class"}}


def test_a_policy_that_takes_nothing_out_costs_nothing() -> None:
    """The controls and their code are the same as without a scope."""
    without = compile_rules(rules("unclassified: in"))

    assert compile_rules(rules(PHI)).codes == without.codes
    assert compile_rules(rules(WEBSITE)).codes != without.codes


@pytest.mark.parametrize(
    ("pattern", "fits", "not_fits"),
    [
        ("web", ["web"], ["Web", "webs", "aweb", ""]),
        ("web-*", ["web-", "web-1"], ["web", "a-web-1"]),
        ("*-web", ["-web", "a-web"], ["web", "a-webs"]),
        ("*web*", ["web", "a web b"], ["we"]),
        ("a*b*c", ["abc", "a1b2c", "a\nb\nc"], ["ab", "xabc", "abcx"]),
        ("a.*c", ["a.c", "a.bc"], ["abc", "a.cd"]),
        ("*a*b", ["ab", "xaxb"], ["abx", "ba"]),
        ("[one, two*]", ["one", "two", "twos"], ["ones", "three"]),
    ],
)
def test_patterns(pattern: str, fits: list[str], not_fits: list[str]) -> None:
    """A `*` stands for anything, and nothing else is special."""
    asked = rules(f"out: [{{id: s, where: {{name: {pattern if pattern[0] == '[' else repr(pattern)}}}, reason: r}}]")

    for name in [*fits, *not_fits]:
        assert bool(verdicts(asked, key(name=name))[1]["data"]) == (name in not_fits), name


@pytest.mark.parametrize(
    ("text", "place", "told"),
    [
        ("unclassified: out", (1, 15, "scope.unclassified"), "'out' is not one of in"),
        ("excluded: []", (1, 1, "scope.excluded"), "there is no field 'excluded' here"),
        ("out: {id: a}", (1, 6, "scope.out"), "must be a list of statements"),
        ("out: [{id: a, where: {name: b}}]", (1, 7, "scope.out[0].reason"), "is missing"),
        ("out: [{id: a, where: {name: b}, reason: ' '}]", (1, 41, "scope.out[0].reason"), "must be text"),
        ("out: [{id: a, where: {}, reason: r}]", (1, 22, "scope.out[0].where"), "says nothing"),
        ("out: [{id: a, where: {tag: b}, reason: r}]", (1, 23, "scope.out[0].where.tag"), "did you mean 'tags'?"),
        ("out: [{id: a, where: {tags: {}}, reason: r}]", (1, 29, "scope.out[0].where.tags"), "names no tag"),
        ("out: [{id: a, where: {tags: {x: []}}, reason: r}]", (1, 33, "scope.out[0].where.tags.x"), "names nothing"),
        ("out: [{id: a, where: {tags: {'*': '*'}}, reason: r}]", (1, 35, "scope.out[0].where.tags.*"), "every tag"),
        (
            "out: [{id: a, where: {tags: {'*x': []}}, reason: r}]",
            (1, 36, "scope.out[0].where.tags.*x"),
            "names nothing",
        ),
        ("out: [{id: a, where: {tags: {'a*b*c*d': x}}, reason: r}]", (1, 30, "scope.out[0].where.tags.a*b*c*d"), "2"),
        ("out: [{id: a, where: {tags: {'*x': 'a*b*c*d'}}, reason: r}]", (1, 36, "scope.out[0].where.tags.*x"), "2"),
        ("out: [{id: a, where: {account: 12}, reason: r}]", (1, 32, "scope.out[0].where.account"), "quote it"),
        ("out: [{id: a, where: {name: '*'}, reason: r}]", (1, 29, "scope.out[0].where.name"), "fits every name"),
        ("out: [{id: a, where: {name: 'a*b*c*d'}, reason: r}]", (1, 29, "scope.out[0].where.name"), "more than 2"),
        ("out: [{id: a, where: {macie: clean}, reason: r}]", (1, 30, "scope.out[0].where.macie"), "not one of"),
        ("out: [{id: A b, where: {name: b}, reason: r}]", (1, 12, "scope.out[0].id"), "kebab-case"),
        (f"{WEBSITE}\nin: [{{id: website, where: {{id: a}}, reason: r}}]", (1, 12, "scope.out[0].id"), "twice"),
    ],
)
def test_a_wrong_scope_is_told(text: str, place: tuple[int, int, str], told: str) -> None:
    """Each kind of mistake is found, where it stands, in words that lead to it."""
    _, problems = scope(text)

    assert [(each.line, each.column, each.field) for each in problems] == [place]
    assert told in str(problems[0])


def test_a_type_that_there_is_none_of_is_told(tmp_path: Path) -> None:
    """The nearest type is named, and a statement that fits none is no silent one."""
    text = (
        'id: law\ntitle: t\nversion: "1"\nsource: s\nscope:\n  out:\n    - id: a\n      where: {type: test.kee}\n'
        "      reason: r\nrequirements: [{id: r, title: t, level: required, asks: a}]\n"
    )
    (tmp_path / "controls").mkdir()
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "law.yaml").write_text(text)

    problems = lint(Folders((tmp_path / "controls",), (tmp_path / "policies",)), CATALOG)

    assert [(each.line, each.column, each.field, each.nearest) for each in problems if each.nearest] == [
        (8, 15, "scope.out[0].where.type", "test.key")
    ]


_WORDS = st.sampled_from(["public", "phi", "a", "ab"])
_PATTERNS = st.sampled_from(["public", "phi", "a*", "*b", "*"])
_HIDEABLE = ("tags", "tags.x", "tags.y", "tags.xz", "name", "account", "sensitive_data")


@st.composite
def scopes(draw: st.DrawFn) -> str:
    """Draw statements of both sides."""
    listed: dict[str, list[Any]] = {"in": [], "out": []}
    for number in range(draw(st.integers(1, 4))):
        tags = st.dictionaries(st.sampled_from(["x", "y", "x*", "*z*"]), _PATTERNS, min_size=1, max_size=2)
        exact = st.sampled_from(["public", "phi", "a*", "*b"])
        where = st.fixed_dictionaries(
            {},
            optional={
                "tags": tags,
                "name": exact,
                "account": exact,
                "macie": st.sampled_from(["sensitive", "not-sensitive"]),
            },
        ).filter(bool)
        statement = {"id": f"s{number}", "where": draw(where), "reason": "r"}
        listed[draw(st.sampled_from(["in", "out", "out"]))].append(statement)
    return msgspec.json.encode({"unclassified": "in", **listed}).decode()


@st.composite
def facts(draw: st.DrawFn) -> dict[str, Any]:
    """Draw what a resource says of itself."""
    tags = st.dictionaries(st.sampled_from(["x", "y", "xz"]), _WORDS, max_size=2)
    optional = {"tags": tags, "name": _WORDS, "account": _WORDS, "sensitive_data": st.booleans()}
    return draw(st.fixed_dictionaries({}, optional=optional))


def without(given_facts: dict[str, Any], paths: list[str]) -> dict[str, Any]:
    """Hide what stands at some paths."""
    body = {name: dict(value) if isinstance(value, dict) else value for name, value in given_facts.items()}
    for path in paths:
        head, _, last = path.partition(".")
        if last:
            body.get(head, {}).pop(last, None)
        else:
            body.pop(head, None)
    return body | {"unknown": [[path, "denied"] for path in paths]}


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(scopes(), facts(), st.lists(st.sampled_from(_HIDEABLE), max_size=3, unique=True))
def test_a_statement_about_what_is_unknown_never_hides_a_fail(
    text: str, known: dict[str, Any], hidden: list[str]
) -> None:
    """Whatever is hidden, a fail stays or becomes unknown, unless what is left takes the resource out by itself."""
    asked = rules(text)
    whole = verdicts(asked, key(**known))[1]["data"]

    evaluation, found = verdicts(asked, key(**without(known, hidden)))

    assert found["house"] == [Verdict.FAIL]
    if found["data"] != [Verdict.UNKNOWN]:
        assert found["data"] == whole
    [told] = Classification(lambda: [key(**without(known, hidden))], asked, NOW)
    by_scope = {Standing.IN: [Verdict.FAIL], Standing.OUT: [], Standing.UNKNOWN: [Verdict.UNKNOWN]}
    assert found["data"] == by_scope[told.scope]
    counted = evaluation.summary.scope
    assert (counted.out_of_scope, counted.unknown) == (told.scope is Standing.OUT, told.scope is Standing.UNKNOWN)


@pytest.mark.parametrize(
    ("more", "scope_", "statement", "why"),
    [
        ({"tags": {"data-class": "public"}}, Standing.OUT, "website", ["public"]),
        ({"tags": {"data-class": "phi"}}, Standing.IN, "phi", ["phi"]),
        ({"unknown": [["tags", "access denied"]]}, Standing.UNKNOWN, "phi", [None]),
        ({}, Standing.IN, None, []),
    ],
)
def test_the_classification_says_what_decided(
    more: dict[str, Any], scope_: Standing, statement: str | None, why: list[Any]
) -> None:
    """The statement, what it met, and, of what cannot be told, what could not be seen."""
    lines = [key(**more), b'{"gap":{"source":"aws","where":"w","reason":"r"}}']
    classification = Classification(lambda: lines, rules(PHI + WEBSITE), NOW)

    [told] = classification

    assert (told.scope, told.statement and told.statement.id) == (scope_, statement)
    assert [each.observed for each in told.why] == why
    assert [each.unknown for each in told.why] == (
        ["access denied"] if scope_ is Standing.UNKNOWN else [None] * len(why)
    )
    assert (classification.counts[scope_], len(classification.gaps)) == (1, 1)
