"""The compiled form means exactly what the reference interpreter means, whatever a resource looks like."""

import msgspec
from engine.synthetic import CATALOG, NOW, bodies, conditions, mutated, rules_of
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from phiward.engine.condition import Condition, Related, paths
from phiward.engine.evaluate import evaluate
from phiward.engine.explain import place_of, reasons
from phiward.engine.facts import Answer, facts_of
from phiward.engine.findings import Finding, Verdict
from phiward.engine.fit import answerers, misfits
from phiward.engine.reference import holds, judge
from phiward.engine.rules import Rules

STORE, KEY = CATALOG.root("test.store"), CATALOG.root("test.key")
PHASES = [Phase.explicit, Phase.reuse, Phase.generate]
"""Without shrinking: a failing case is small already."""
Body = dict[str, object]
Asked = tuple[str, Condition | None, Condition]


def oracle(rules: Rules, inventory: list[Body]) -> list[Finding]:
    """Judge every resource by the reference interpreter alone, with all resources at hand."""

    def related(condition: Related, identity: str) -> Answer:
        for other in inventory:
            if other["id"] == identity and other["type"] in answerers(condition, CATALOG):
                facts = facts_of(other, CATALOG.root(str(other["type"])), NOW, related)
                return holds(condition.condition, facts, facts.whole)
        return None

    found = []
    for body in inventory:
        facts = facts_of(body, CATALOG.root(str(body["type"])), NOW, related)
        place = place_of(body)
        for rule in rules.rules:
            if body["type"] not in rule.types:
                continue
            where, condition = rule.control.applies_to.where, rule.control.condition
            verdict = judge(where, condition, facts)
            told = verdict in (Verdict.FAIL, Verdict.UNKNOWN)
            if verdict is not Verdict.NOT_APPLICABLE:
                why = reasons(verdict, where, condition, facts, place) if told else ()
                found.append(
                    Finding(
                        control=rule.control.id, verdict=verdict, requirements=("r1",), why=why, resource=place.ref()
                    )
                )
    return found


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[Asked], list[Body]]:
    """Draw rules that fit the catalog, and an inventory in which things may be wrong."""
    controls: list[Asked] = []
    for name, root in (("test.store", STORE), ("test.store", STORE), ("test.key", KEY)):
        where = draw(st.none() | conditions(root, 1))
        condition = draw(conditions(root, 2))
        if not any(misfits(condition, CATALOG, name)) and not (where and any(misfits(where, CATALOG, name))):
            controls.append((name, where, condition))
    inventory = [
        draw(mutated(draw(bodies("test.key", "k1")))),
        draw(mutated(draw(bodies("test.store", "s1")))),
        draw(bodies("test.store", "s2")),
    ]
    return controls, inventory


@settings(
    max_examples=int(__import__("os").environ.get("FUZZ", "100")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(cases())
def test_compiled_and_reference_agree(case: tuple[list[Asked], list[Body]]) -> None:
    """Verdicts and their reasons are the same, for clean resources and for broken ones."""
    rules, inventory = rules_of(case[0]), case[1]
    lines = [msgspec.json.encode(body, order="sorted") for body in inventory]

    found = [each for each in evaluate(lambda: lines, rules, NOW, passes=True) if each.resource]

    expected = oracle(rules, [msgspec.json.decode(line) for line in lines])
    assert found == expected


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck), phases=PHASES)
@given(cases())
def test_every_fail_and_unknown_says_why(case: tuple[list[Asked], list[Body]]) -> None:
    """A fail or an unknown without a reason helps nobody."""
    rules, inventory = rules_of(case[0]), case[1]
    lines = [msgspec.json.encode(body) for body in inventory]

    found = list(evaluate(lambda: lines, rules, NOW))

    assert all(each.why for each in found if each.verdict in (Verdict.FAIL, Verdict.UNKNOWN))
    assert not [each for each in found if each.verdict is Verdict.ERROR]


def hidden(body: Body, path: str) -> Body:
    """Take a value out, as a collector does that could not see it."""
    body = msgspec.json.decode(msgspec.json.encode(body))
    holder: object = body
    *above, last = path.split(".")
    for step in above:
        holder = holder.get(step) if isinstance(holder, dict) else None
    if isinstance(holder, dict):
        holder.pop(last, None)
    given_before = body.get("unknown")
    body["unknown"] = [*(given_before if isinstance(given_before, list) else []), [path, "hidden"]]
    return body


@settings(
    max_examples=int(__import__("os").environ.get("FUZZ", "100")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=PHASES,
)
@given(cases(), st.data())
def test_what_is_hidden_on_a_path_that_is_read_is_never_overlooked(
    case: tuple[list[Asked], list[Body]], data: st.DataObject
) -> None:
    """The fast path is for lines whose unknowns nobody reads; an optional field that is hidden is not absent."""
    rules = rules_of(case[0])
    read = sorted({path for _, where, condition in case[0] for one in (where, condition) if one for path in paths(one)})
    few = data.draw(st.lists(st.sampled_from(read), min_size=1, max_size=2)) if read else []
    inventory = [hidden(body, data.draw(st.sampled_from(few))) if few else body for body in [*case[1], *case[1]]]
    lines = [msgspec.json.encode(body, order="sorted") for body in inventory]

    found = [each for each in evaluate(lambda: lines, rules, NOW, passes=True) if each.resource]

    assert found == oracle(rules, [msgspec.json.decode(line) for line in lines])
