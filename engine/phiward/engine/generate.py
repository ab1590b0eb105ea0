"""Generating Python: all controls of one resource type as one function over its projection.

The code is two-valued. Whatever could be unknown is not asked of it (a control that reads something unknown, a line
its projection refuses) or raises on the way: then that one control, and no other, goes to the reference interpreter.
Text of controls enters the source only as literals of text, numbers and booleans (`literal`), names only where they
are identifiers.
"""

from contextlib import suppress
from typing import Any

from phiward.engine.condition import All, Any_, Condition, Count, Elements, Not, Quantifier, Related, Test
from phiward.engine.facts import steps_of
from phiward.engine.operators import EMPTY_POLICY
from phiward.engine.projection import OWNER_ASKED, Unprojectable, field_at
from phiward.inventory.catalog import Field

_TRY, _EL = "        try:\n            ", "            el"
_ORDER = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


def literal(value: Any) -> str:
    """Write a constant as source. Only text, numbers, booleans and lists and mappings of them can be."""
    if type(value) in (str, int, float, bool):
        return repr(value)
    if type(value) in (list, tuple):
        return f"({''.join(literal(each) + ', ' for each in value)})"
    if type(value) is dict:
        return "{" + ", ".join(f"{literal(key)}: {literal(each)}" for key, each in value.items()) + "}"
    raise TypeError(f"{type(value).__name__} is not a constant of a control")


class Scope:
    """A value whose paths are read into local variables, each once."""

    def __init__(self, module: "Module", base: str, field: Field) -> None:
        self.module = module
        self.base = base
        self.field = field
        self.lines: list[str] = []
        self.seen: dict[tuple[str, ...], tuple[str, bool, Field]] = {(): (base, False, field)}

    def read(self, path: str) -> tuple[str, bool, Field]:
        """Return the variable of a path, whether it may be None, and what it is."""
        return self._at(steps_of(path))

    def _at(self, steps: tuple[str, ...]) -> tuple[str, bool, Field]:
        if found := self.seen.get(steps):
            return found
        above, maybe, field = self._at(steps[:-1])
        name = self.module.name("v")
        if field.kind == "map":
            value, declared, lacks = f"{above}.get({literal(steps[-1])})", field_at(field, steps[-1]), True
        else:
            declared = field_at(field, steps[-1])
            value, lacks = f"{above}.{steps[-1]}", declared.optional
        self.lines.append(f"{name} = {value}" if not maybe else f"{name} = None if {above} is None else {value}")
        self.seen[steps] = (name, maybe or lacks, declared)
        return self.seen[steps]


class Module:
    """The source of one type: constants and element functions first, then the fused function."""

    def __init__(self, relations: dict[int, int]) -> None:
        self.relations = relations
        self.constants: dict[str, str] = {}
        self.functions: list[str] = []
        self.count = 0

    def name(self, kind: str) -> str:
        """Return a name that is not taken yet."""
        self.count += 1
        return f"{kind}{self.count}"

    def constant(self, source: str) -> str:
        """Return the name of something worked out once per run."""
        if source not in self.constants:
            self.constants[source] = self.name("k")
        return self.constants[source]

    def expression(self, condition: Condition, scope: Scope) -> str:
        """Return a condition as a boolean expression."""
        match condition:
            case All(conditions) | Any_(conditions):
                word = " and " if isinstance(condition, All) else " or "
                joined = word.join(self.expression(each, scope) for each in conditions)
                return f"({joined})" if conditions else str(isinstance(condition, All))
            case Not(inner):
                return f"(not {self.expression(inner, scope)})"
            case Test():
                return self.test(condition, scope)
            case Count(path, inner):
                return self.counted(path, inner, scope)
            case Elements(path, quantifier, inner):
                return self.quantified(path, quantifier, inner, scope)
            case Related(relation, quantifier):
                value, _, _ = scope.read(f"relations.{relation}")
                return f"related_{quantifier.value}({value}, {self.relations[id(condition)]})"

    def counted(self, path: str, inner: Condition, scope: Scope) -> str:
        """Return a condition on the number of elements."""
        value, maybe, _ = scope.read(path)
        number = self.name("n")
        scope.lines.append(
            f"{number} = -1 if {value} is None else len({value})" if maybe else f"{number} = len({value})"
        )
        inside = Scope(self, number, Field(kind="int"))
        told = self.expression(inner, inside)
        return f"({value} is not None and {told})" if maybe else told

    def quantified(self, path: str, quantifier: Quantifier, inner: Condition, scope: Scope) -> str:
        """Return a condition on elements: a call of a function of its own."""
        value, maybe, field = scope.read(path)
        name = self.name("q")
        inside = Scope(self, "e", field.item or Field(kind="any"))
        told = self.expression(inner, inside)
        stop = f"not {told}" if quantifier is Quantifier.EACH else told
        body = "".join(f"            {line}\n" for line in inside.lines)
        self.functions.append(
            f"    def {name}(v, r):\n        for e in v:\n{body}            if {stop}: return "
            f"{quantifier is Quantifier.SOME}\n        return {quantifier is not Quantifier.SOME}\n"
        )
        call = f"{name}({value}, r)"
        if not maybe:
            return call
        guard = "is not None and" if quantifier is Quantifier.SOME else "is None or"
        return f"({value} {guard} {call})"

    def test(self, condition: Test, scope: Scope) -> str:
        """Return one test, guarded where the value may be absent."""
        operator, constant = condition.operator, condition.value
        value, maybe, field = scope.read(condition.path)
        if operator == "exists" and field.kind == "policy" and maybe:
            there = f"({value} is not None and bytes({value}) != b'null')"
            return there if constant else f"(not {there})"
        if operator == "exists":
            if not maybe:
                return str(constant)
            return f"({value} is {'not ' if constant else ''}None)"
        if operator in EMPTY_POLICY:
            owner = "r.account" if operator == OWNER_ASKED else None
            return f"asked({literal(operator)}, {self.constant(literal(constant))}, {value}, {maybe}, {owner})"
        told = self.compared(operator, constant, value)
        unguarded = operator in ("equals", "in")
        return f"({value} is not None and {told})" if maybe and not unguarded else told

    def compared(self, operator: str, constant: Any, value: str) -> str:
        """Compare a value that is there (or, for `equals` and `in`, None)."""
        if operator == "equals":
            if isinstance(constant, bool):
                return f"({value} is {constant})"
            return f"({value} == {literal(constant)})"
        if operator == "in":
            return f"({value} in {self.constant(f'frozenset({literal(constant)})')})"
        if operator in _ORDER:
            return f"({value} {_ORDER[operator]} {literal(constant)})"
        match operator:
            case "contains":
                return f"({literal(constant)} in {value})"
            case "starts_with":
                return f"{value}.startswith({literal(constant)})"
            case "ends_with":
                return f"{value}.endswith({literal(constant)})"
            case "matches":
                return f"matches({value}, {self.constant(f'pattern({literal(constant)})')})"
            case "has_entry":
                key, held = (
                    self.constant(f"pattern({literal(constant[name])})") if name in constant else None
                    for name in ("key", "value")
                )
                return f"has_entry({value}, {key}, {held})"
            case "older_than" | "newer_than":
                limit = self.constant(f"moment({literal(f'now-{constant}')}, now)")
                told = f"before({value}, {limit})"
                return told if operator == "older_than" else f"(not {told})"
            case "before" | "after":
                return f"{operator}({value}, {self.constant(f'moment({literal(constant)}, now)')})"
            case "version_gte" | "version_lt":
                sign = ">=" if operator == "version_gte" else "<"
                return f"(version({value}) {sign} {self.constant(f'version({literal(constant)})')})"
        networks = self.constant(f"networks({literal(constant)})")
        return f"{'within' if operator == 'cidr_within' else 'overlaps'}({value}, {networks})"


def source_of(
    root: Field, rules: list[tuple[int, Condition | None, Condition]], relations: dict[int, int], *, tell: bool
) -> str:
    """Write the module of one type: `build(now, ...)` returns `fused` and, by number, what tells why a control failed.

    `rules` are number, where and condition. `fused(r, out, outside, later)` calls `out` with the number of each that
    fails and `later` with that of each that it cannot say, and adds one to `outside[number]` where the resource is out
    of scope. `relations` numbers each `Related` by identity.
    """
    from phiward.engine.telling import teller

    module = Module(relations)
    scope = Scope(module, "r", root)
    tellers: dict[int, str] = {}
    body: list[str] = []
    for number, where, condition in rules:
        told = module.expression(condition, scope)
        if tell:
            with suppress(Unprojectable):
                tellers[number] = teller(module, condition, root)
        inside = "" if where is None else f"if not {module.expression(where, scope)}: outside[{number}] += 1\n{_EL}"
        body.append(f"{_TRY}{inside}if not {told}: out({number})\n        except surprises: later({number})\n")
    return (
        "def build(now, surprises, networks, pattern, moment, version, before, after, matches, within, overlaps, asked,"
        " has_entry,"
        " answer, related_each, related_some, related_none):\n"
        + "".join(f"    {name} = {source}\n" for source, name in module.constants.items())
        + "".join(module.functions)
        + "    def fused(r, out, outside, later):\n"
        + "".join(f"        {line}\n" for line in scope.lines)
        + "".join(body)
        + "        return\n"
        + f"    return fused, {{{', '.join(f'{number}: {name}' for number, name in tellers.items())}}}\n"
    )
