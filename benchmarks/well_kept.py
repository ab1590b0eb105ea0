"""A well-kept resource of each type: one that passes what the shipped controls ask of it, as far as that can be made.

It begins with a plain value for every field, and gives each control what it asks. Where two controls ask opposite
things of one field, or a control asks a policy document, one of them goes on failing: the benchmark counts those too.
"""

from typing import Any

from phiward.engine.condition import All, Any_, Condition, Count, Elements, Not, Quantifier, Related, Test
from phiward.engine.facts import facts_of
from phiward.engine.findings import Verdict
from phiward.engine.reference import judge
from phiward.engine.rules import Rules
from phiward.inventory import paths
from phiward.inventory.catalog import Field

NOW = "2026-11-23T12:00:00Z"
LONG_AGO, JUST_NOW, FAR_OFF = "2020-01-01T00:00:00Z", "2026-11-23T11:00:00Z", "2031-01-01T00:00:00Z"
ROUNDS = 4


def resources(rules: Rules) -> dict[str, dict[str, Any]]:
    """Return the body of a well-kept resource for each type, without its identity."""
    made = {name: _plain(rules.catalog.root(name)) for name in rules.catalog.types}
    for name, body in made.items():
        body.update(type=name, id="x", origin={"kind": "live"}, relations={}, tags={})
        body.pop("unknown", None)
        asked = [rule.control for rule in rules.rules if name in rule.types]
        for turn in range(ROUNDS):
            facts = facts_of(body, rules.catalog.root(name), NOW, lambda *_: True)
            failing = [
                each for each in asked if judge(each.applies_to.where, each.condition, facts) is not Verdict.PASS
            ]
            failing = [
                each
                for each in failing
                if judge(each.applies_to.where, each.condition, facts) is not Verdict.NOT_APPLICABLE
            ]
            for control in failing:
                _give(body, rules.catalog.root(name), control.condition, wanted=True, turn=turn)
    return made


def _plain(field: Field) -> Any:
    if field.values:
        return field.values[0]
    if field.kind == "struct":
        return {name: _plain(each) for name, each in field.fields.items() if each.kind != "any"}
    return {"bool": False, "int": 0, "list": [], "map": {}, "policy": {"statements": []}}.get(field.kind, "value")


def _give(body: dict[str, Any], field: Field, condition: Condition, *, wanted: bool, turn: int = 0) -> None:
    """Change a body so that a condition holds, or does not. Each turn takes another one of alternatives."""
    match condition:
        case All(conditions) | Any_(conditions):
            one = conditions[turn % len(conditions) :][:1]
            for each in conditions if isinstance(condition, All) is wanted else one:
                _give(body, field, each, wanted=wanted, turn=turn)
        case Not(inner):
            _give(body, field, inner, wanted=not wanted, turn=turn)
        case Test(path, operator, constant):
            _put(body, field, path, lambda at: _value(at, operator, constant, wanted=wanted))
        case Count(path, Test(_, operator, constant)):
            _put(body, field, path, lambda at: [_plain(at.item or at)] * _value(at, operator, constant, wanted=wanted))
        case Elements(path, quantifier, inner):
            _put(body, field, path, lambda at: _elements(at.item or at, quantifier, inner, wanted=wanted))
        case Related() | Count():
            pass


def _elements(item: Field, quantifier: Quantifier, inner: Condition, *, wanted: bool) -> list[Any]:
    if (quantifier is Quantifier.SOME) is not wanted:
        return []
    holder = {"element": _plain(item)}
    holds = quantifier is Quantifier.SOME or quantifier is Quantifier.NONE
    if item.kind == "struct":
        _give(holder["element"], item, inner, wanted=holds)
    elif isinstance(inner, Test):
        holder["element"] = _value(item, inner.operator, inner.value, wanted=holds)
    return [holder["element"]]


def _put(body: dict[str, Any], field: Field, path: str, make: Any) -> None:
    *above, last = (str(step) for step in paths.parse(path))
    for step in above:
        field = field.item if field.kind == "map" and field.item else field.fields[step]
        body = body.setdefault(step, _plain(field))
    field = field.item if field.kind == "map" and field.item else field.fields[last]
    value = make(field)
    if value is None:
        body.pop(last, None)
    else:
        body[last] = value


def _value(field: Field, operator: str, constant: Any, *, wanted: bool) -> Any:
    """Return a value of which a test holds, or does not; None for none at all."""
    if operator == "exists":
        return _plain(field) if bool(constant) is wanted else None
    if operator.startswith("policy_"):
        return _plain(field)
    if operator == "contains" and field.kind == "list":
        return [constant] if wanted else []
    good: dict[str, Any] = {
        "in": constant[0] if isinstance(constant, list | tuple) else constant,
        "gt": constant + 1 if isinstance(constant, int) else constant,
        "lt": constant - 1 if isinstance(constant, int) else constant,
        "older_than": LONG_AGO,
        "newer_than": JUST_NOW,
        "before": LONG_AGO,
        "after": FAR_OFF,
        "version_lt": "0.1",
        "matches": "value",
    }
    if wanted:
        found = good.get(operator, constant)
        return found[0] if operator.startswith("cidr") and isinstance(found, list | tuple) else found
    if field.values:
        return next((each for each in field.values if each != constant), field.values[0])
    opposite = {"older_than": JUST_NOW, "newer_than": LONG_AGO, "before": FAR_OFF, "after": LONG_AGO}
    if isinstance(constant, bool):
        return not constant
    if isinstance(constant, int):
        return constant + (1 if operator in {"lt", "lte", "equals"} else -1)
    return opposite.get(operator, "value")
