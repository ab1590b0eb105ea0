"""The value of an expression, as far as it is known."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from phiward.collectors.terraform.evaluate.numbers import calculate
from phiward.collectors.terraform.evaluate.partly import (
    PartlyKnownList,
    PartlyKnownMap,
    Rest,
    listed,
    mapped,
    ordered,
    parts_of,
)
from phiward.collectors.terraform.evaluate.values import (
    COLLECTION_SIZE,
    Exhausted,
    Failure,
    Handle,
    ListOf,
    MapOf,
    PartlyKnownText,
    SetOf,
    SeveralUnknown,
    as_bool,
    as_number,
    as_text,
    both,
    concat,
    kind,
    parts_in,
    same,
    unknowns,
)
from phiward.collectors.terraform.hcl import syntax as hcl
from phiward.inventory.unknown import Unknown

_ELEMENT = "\0element"
_LONG = 1000
ATTRIBUTE_BUDGET = 1_000_000
"""Steps one argument may take: some hundred thousand elements, about a second."""
PARTS_A_STEP = 4
"""How many parts of a value are copied, or looked through, in the time of one step."""
LETTERS_A_STEP = 20
"""How many letters of a long text count as one step: they cost memory rather than time."""
INSTANCES = 200_000
"""How many resources a run may make: count and for_each within count and for_each."""
TOTAL_BUDGET = 20_000_000
"""Steps all arguments of a run may take together."""


class Budget:
    """What is left of the steps that evaluation may take."""

    __slots__ = ("doubt", "instances", "left", "total")

    def __init__(self, total: int = TOTAL_BUDGET) -> None:
        self.total = total
        self.left = ATTRIBUTE_BUDGET
        self.instances = INSTANCES
        """How many more resources and modules may be made; a module counts as several."""
        self.doubt: Unknown | None = None
        """Set when an instance was taken that may not exist: `try` and `can` must not rely on it."""

    def renew(self) -> None:
        """Begin another argument."""
        self.total -= ATTRIBUTE_BUDGET - self.left
        self.left = min(ATTRIBUTE_BUDGET, self.total)

    def doubted(self) -> Unknown | None:
        """Return why the last value may not be there at all."""
        return self.doubt

    def make(self, number: int) -> None:
        """Make instances. Raises `Exhausted` when there would be too many."""
        if number > self.instances:
            raise Exhausted(f"the code makes more than {INSTANCES:,} instances")
        self.instances -= number

    def spend(self, steps: int) -> None:
        """Take steps. Raises `Exhausted` when there are none left."""
        self.left -= steps
        if self.left < 0:
            raise Exhausted("evaluating this takes too many steps")


class Names(Protocol):
    """What the names outside an expression mean: variables, locals, resources, modules."""

    budget: Budget

    def resolve(self, names: tuple[str, ...]) -> tuple[Any, int]:
        """Return what a reference begins with, and how many of its names that took."""
        ...

    def call(self, name: str, arguments: list[Any]) -> Any:
        """Call a function that reads files or needs the module's surroundings."""
        ...

    def told(self, file: str) -> str:
        """Return a file as people are told it."""
        ...


class Scope:
    """The names an expression sees: those of its module, and those its surroundings define (`each`, iterators)."""

    __slots__ = ("local", "module")

    def __init__(self, module: Names, local: Mapping[str, Any]) -> None:
        self.module = module
        self.local = local

    def having(self, **names: Any) -> "Scope":
        """Return this scope with more names."""
        return Scope(self.module, {**self.local, **names})


def evaluate(node: Any, scope: Scope) -> Any:
    """Return the value of an expression. Raises `Failure` where Terraform would refuse it, and `Exhausted`."""
    kind_ = type(node)
    if kind_ is hcl.Literal:
        return node.value
    budget = scope.module.budget
    budget.left -= 1
    if budget.left < 0:
        budget.spend(0)
    return _EVALUATE[kind_](node, scope)


def attribute(value: Any, name: str) -> Any:
    """Return `value.name`."""
    if isinstance(value, dict):
        if name in value:
            return value[name]
        raise Failure(f"there is no attribute {name!r}")
    if isinstance(value, Handle):
        return value.attribute(name)
    if isinstance(value, Unknown):
        if isinstance(value, PartlyKnownMap) and name in value.known:
            return value.known[name]
        return Unknown(value.reason, value.refs)
    raise Failure(f"a {kind(value)} has no attribute {name!r}")


def index(value: Any, key: Any) -> Any:
    """Return `value[key]`."""
    if isinstance(key, Handle):
        key = key.opaque()
    if isinstance(value, SeveralUnknown):
        return value.instance if isinstance(key, Unknown) else value.known.get(key, value.instance)
    if isinstance(value, Unknown) or isinstance(key, Unknown):
        return both(value, key) if isinstance(key, Unknown) else _within(value, key)
    if isinstance(value, SetOf):
        raise Failure("a set has no element by index")
    if isinstance(value, list):
        at = as_number(key)
        if not isinstance(at, int) or not 0 <= at < len(value):
            raise Failure(f"there is no element {key}")
        return value[at]
    if isinstance(value, dict | Handle):
        return attribute(value, as_text(key))
    raise Failure(f"a {kind(value)} has no elements")


def _within(value: Unknown, key: Any) -> Any:
    """Return what is known of an element of a collection that is not."""
    if isinstance(value, PartlyKnownMap) and not isinstance(key, list | dict):
        return attribute(value, as_text(key))
    if isinstance(value, PartlyKnownList):
        first = next(at for at, part in enumerate(value.parts) if isinstance(part, Rest))
        at = as_number(key)
        if isinstance(at, int) and 0 <= at < first:
            return value.parts[at]
    return both(value)


def _reference(node: hcl.Reference, scope: Scope) -> Any:
    names = node.names
    root = names[0]
    if root in scope.local:
        value, used = scope.local[root], 1
    else:
        value, used = scope.module.resolve(names)
    for name in names[used:]:
        value = attribute(value, name) if not name.isdecimal() else index(value, int(name))
    return value


def _splat(node: hcl.Splat, scope: Scope) -> Any:
    of = ordered(evaluate(node.of, scope))
    if isinstance(of, Unknown):
        if not isinstance(of, PartlyKnownList):
            return Unknown(of.reason, of.refs)
        of = list(of.parts)
    if of is None:
        return []
    items = of if isinstance(of, list) else [of]
    scope.module.budget.spend(len(items))
    if type(node.each) is hcl.Element:
        return listed(items)
    return listed(
        item if isinstance(item, Rest) else evaluate(node.each, scope.having(**{_ELEMENT: item})) for item in items
    )


_TAKE_ANY_NUMBER = frozenset({"concat", "merge", "setunion"})


def _call(node: hcl.Call, scope: Scope) -> Any:
    name = node.name
    if name in ("try", "can"):
        return _attempt(node, scope)
    arguments = [evaluate(argument, scope) for argument in node.arguments]
    if node.expand and arguments:
        last_one = arguments.pop()
        if isinstance(last_one, Unknown):
            # Some of these functions can tell something of what they take, however much more of it there is.
            if name not in _TAKE_ANY_NUMBER or not (isinstance(last_one, PartlyKnownList) or arguments):
                return both(last_one)
            last_one = [Unknown(item.reason, item.refs) if isinstance(item, Rest) else item
                        for item in parts_of(last_one) or ()]  # fmt: skip
        if not isinstance(last_one, list):
            raise Failure("only a list can be expanded with '...'")
        arguments.extend(last_one)
    return scope.module.call(name, arguments)


def _attempt(node: hcl.Call, scope: Scope) -> Any:
    """Evaluate `try` and `can`. Whether something fails is not known while any part of it is not."""
    budget = scope.module.budget
    before, last = budget.doubt, len(node.arguments) - 1
    try:
        for at, argument in enumerate(node.arguments):
            budget.doubt = None
            try:
                value = evaluate(argument, scope)
            except Failure:
                if (doubt := budget.doubted()) is not None:
                    return both(doubt)
                continue
            doubt = budget.doubted() or _unsettled(value)
            if node.name == "can":
                return doubt or True
            return value if doubt is None or at == last else both(doubt)
    finally:
        budget.doubt = before
    if node.name == "can" and node.arguments:
        return False
    raise Failure(f"{node.name}() has no argument that can be evaluated")


def _unsettled(value: Any) -> Unknown | None:
    found = list(unknowns(value, handles=False))
    return both(*found) if found else None


def _index(node: hcl.Index, scope: Scope) -> Any:
    of = evaluate(node.of, scope)
    key = evaluate(node.key, scope)
    if isinstance(of, SeveralUnknown) and (isinstance(key, Unknown | Handle) or key not in of.known):
        scope.module.budget.doubt = both(of)
    return index(of, key)


def _unary(node: hcl.Unary, scope: Scope) -> Any:
    value = evaluate(node.of, scope)
    if node.operator == "-":
        number = as_number(value)
        return both(number) if isinstance(number, Unknown) else -number
    truth = as_bool(value)
    return both(truth) if isinstance(truth, Unknown) else not truth


def _binary(node: hcl.Binary, scope: Scope) -> Any:
    operator = node.operator
    if operator in ("&&", "||"):
        return _logic(node, scope, decides=operator == "||")
    left, right = evaluate(node.left, scope), evaluate(node.right, scope)
    if operator in ("==", "!="):
        if isinstance(left, list | dict):
            scope.module.budget.spend(parts_in(left))
        result = _equal(node, left, right)
        return result if operator == "==" or isinstance(result, Unknown) else not result
    left, right = as_number(left), as_number(right)
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return both(left, right)
    return calculate(operator, left, right)


def _equal(node: hcl.Binary, left: Any, right: Any) -> Any:
    """Compare as `==` does. Collections of equal elements are only equal if both are lists, or both tuples."""
    result = same(left, right)
    if result is not True or not isinstance(left, list | dict):
        return result
    sure = (ListOf, SetOf, MapOf)
    written = (hcl.TupleOf, hcl.ObjectOf, hcl.For)
    if isinstance(left, sure) and isinstance(right, sure):
        return type(left) is type(right)
    if isinstance(node.left, written) and isinstance(node.right, written):
        return True
    if (isinstance(left, sure) and isinstance(node.right, written)) or (
        isinstance(right, sure) and isinstance(node.left, written)
    ):
        return False
    return Unknown("whether two collections of equal elements are of one type is not followed")


def _logic(node: hcl.Binary, scope: Scope, *, decides: bool) -> Any:
    left = as_bool(evaluate(node.left, scope))
    if left is decides:
        return decides
    try:
        right = as_bool(evaluate(node.right, scope))
    except Failure as failure:
        if not isinstance(left, Unknown):
            raise
        right = Unknown(str(failure))
    if right is decides:
        return decides
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return both(left, right)
    return right


def _conditional(node: hcl.Conditional, scope: Scope) -> Any:
    test = as_bool(evaluate(node.test, scope))
    if not isinstance(test, Unknown):
        return evaluate(node.then if test else node.otherwise, scope)
    try:
        then, otherwise = evaluate(node.then, scope), evaluate(node.otherwise, scope)
    except Failure:
        return both(test)
    if not any(True for _ in unknowns([then, otherwise])) and same(then, otherwise) is True:
        return then
    return both(test, then, otherwise)


def _object(node: hcl.ObjectOf, scope: Scope) -> Any:
    out: dict[str, Any] = {}
    rests: list[Unknown] = []
    for key_node, value_node in node.items:
        key = as_text(evaluate(key_node, scope))
        value = evaluate(value_node, scope)
        if isinstance(key, Unknown):
            rests.append(key)
            out = {}  # it may be the key of any member before it
        else:
            out[key] = value
    return mapped(out, rests) if rests else out


def pairs(of: Any) -> list[tuple[Any, Any]]:
    """Return the keys and values of a collection, in Terraform's order; a `Rest` for both where they cannot be seen."""
    if isinstance(of, dict):
        return sorted(of.items())
    if isinstance(of, SetOf):
        return [(item, item) for item in of]
    if isinstance(of, list):
        return list(enumerate(of))
    if isinstance(of, Handle):
        return pairs(of.expanded())
    if isinstance(of, Unknown):
        rest = Rest(of.reason, of.refs)
        if isinstance(of, PartlyKnownMap):
            return [(rest, rest), *sorted(of.known.items())]
        if not isinstance(of, PartlyKnownList):
            return [(rest, rest)]
        first = next(at for at, part in enumerate(of.parts) if isinstance(part, Rest))
        after = Unknown(of.reason, of.refs)
        return [
            (part if isinstance(part, Rest) else at if at < first else after, part) for at, part in enumerate(of.parts)
        ]
    raise Failure(f"a {kind(of)} cannot be iterated over")


def _for(node: hcl.For, scope: Scope) -> Any:
    of = evaluate(node.of, scope)
    if isinstance(of, Handle):
        of = of.expanded()
    if node.key is None:
        of = ordered(of)
    if isinstance(of, Unknown) and not isinstance(of, PartlyKnownList | PartlyKnownMap):
        return both(of)
    items = pairs(of)
    scope.module.budget.spend(len(items))
    results: list[Any] = []
    table: dict[str, Any] = {}
    rests: list[Unknown] = []
    for key, value in items:
        if isinstance(value, Rest):
            rests.append(value)
            results.append(value)
            continue
        names = {node.names[-1]: value} if len(node.names) == 1 else {node.names[0]: key, node.names[1]: value}
        inner = scope.having(**names)
        if node.test is not None:
            wanted = as_bool(evaluate(node.test, inner))
            if isinstance(wanted, Unknown):
                rests.append(wanted)
                results.append(Rest(wanted.reason, wanted.refs))
                continue
            if not wanted:
                continue
        if node.key is None:
            results.append(evaluate(node.value, inner))
            continue
        name = as_text(evaluate(node.key, inner))
        result = evaluate(node.value, inner)
        if isinstance(name, Unknown):
            rests.append(name)
        elif node.group:
            table.setdefault(name, []).append(result)
        elif name in table:
            raise Failure(f"two elements have the key {name!r}")
        else:
            table[name] = result
    if node.key is None:
        return listed(results) if rests else results
    if not rests:
        return dict(sorted(table.items()))
    # A group may have more members than could be seen.
    return both(*rests) if node.group else mapped(table, rests)


def _template(node: hcl.Template, scope: Scope) -> Any:
    text = concat(as_text(evaluate(part, scope)) for part in node.parts)
    if isinstance(text, str) and len(text) > _LONG:
        scope.module.budget.spend(len(text) // LETTERS_A_STEP)
    return text


def _template_if(node: hcl.TemplateIf, scope: Scope) -> Any:
    test = as_bool(evaluate(node.test, scope))
    if isinstance(test, Unknown):
        then, otherwise = _template(node.then, scope), _template(node.otherwise, scope)
        return then if isinstance(then, str) and then == otherwise else both(test)
    return _template(node.then if test else node.otherwise, scope)


def _template_for(node: hcl.TemplateFor, scope: Scope) -> Any:
    value = _for(hcl.For(node.names, node.of, node.body), scope)
    if isinstance(value, PartlyKnownList):
        return concat(value.parts)
    return value if isinstance(value, Unknown) else concat(value)


_EVALUATE: dict[type, Callable[[Any, Scope], Any]] = {
    hcl.Reference: _reference,
    hcl.Attr: lambda node, scope: attribute(evaluate(node.of, scope), node.name),
    hcl.Index: _index,
    hcl.Element: lambda _node, scope: scope.local[_ELEMENT],
    hcl.Splat: _splat,
    hcl.Call: _call,
    hcl.Unary: _unary,
    hcl.Binary: _binary,
    hcl.Conditional: _conditional,
    hcl.TupleOf: lambda node, scope: [evaluate(item, scope) for item in node.items],
    hcl.ObjectOf: _object,
    hcl.For: _for,
    hcl.Template: _template,
    hcl.TemplateIf: _template_if,
    hcl.TemplateFor: _template_for,
}
__all__ = ["COLLECTION_SIZE", "Budget", "Names", "PartlyKnownText", "Scope", "attribute", "evaluate", "index", "pairs"]
