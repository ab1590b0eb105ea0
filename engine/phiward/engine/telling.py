"""Generating explanations: for a control whose reasons are plain values, code that tells why it failed.

It says what `phiward.engine.explain` would say of a resource that hides nothing, mostly without decoding the whole
line: of a whole object it says `...`, which stands for what the line holds there. A control whose reasons hold policies
is left to `explain`.
"""

from phiward.engine.condition import All, Any_, Condition, Count, Elements, Not, Quantifier, Related, Test
from phiward.engine.explain import alternatives, asked, either, names_culprits, phrase
from phiward.engine.facts import steps_of
from phiward.engine.generate import Module, Scope, literal
from phiward.engine.operators import words
from phiward.engine.projection import Unprojectable
from phiward.inventory import paths
from phiward.inventory.catalog import Field

_SCALARS = frozenset({"bool", "int", "str"})


def teller(module: Module, condition: Condition, root: Field) -> str:
    """Write the explanation of a control as a function, and return its name. Raises `Unprojectable`."""
    body = _told(module, condition, Scope(module, "r", root), "''", wanted=True, prefix="")
    name = module.name("x")
    module.functions.append(f"    def {name}(r, say):\n" + _indented(body, 8))
    return name


def _indented(lines: list[str], spaces: int) -> str:
    return "".join(f"{' ' * spaces}{line}\n" for line in lines)


def _told(  # noqa: PLR0913 - where the code goes, and what is told
    module: Module, condition: Condition, scope: Scope, place: str, *, wanted: bool, prefix: str
) -> list[str]:
    """Return lines that tell why a condition is not as wanted, in a scope, with what they read before them."""
    body = _lines(module, condition, scope, place, wanted=wanted, prefix=prefix)
    return [*scope.lines, *body] or ["pass"]


def _lines(  # noqa: PLR0913 - where the code goes, and what is told
    module: Module, condition: Condition, scope: Scope, place: str, *, wanted: bool, prefix: str
) -> list[str]:
    match condition:
        case All(conditions) | Any_(conditions):
            if path := alternatives(condition, wanted=wanted):
                variable, _, field = scope.read(path)
                _plain(field)
                expected = prefix + either(conditions, wanted=wanted)
                return [f"say(({_path(place, path)}, {variable}, {literal(expected)}))"]
            found: list[str] = []
            for each in conditions:
                inner = _lines(module, each, scope, place, wanted=wanted, prefix=prefix)
                found.append(f"if {'not ' if wanted else ''}{module.expression(each, scope)}:")
                found += ["    " + line for line in inner or ["pass"]]
            return found
        case Not(inner_condition):
            return _lines(module, inner_condition, scope, place, wanted=not wanted, prefix=prefix)
        case Test(path, operator, value):
            variable, _, field = scope.read(path)
            _plain(field)
            expected = prefix + words(operator, value, wanted=wanted)
            return [f"say(({_path(place, path)}, {variable}, {literal(expected)}))"]
        case Count(path, inner_condition):
            return _count(module, condition, inner_condition, scope, place, wanted=wanted)
        case Elements():
            return _elements(module, condition, scope, place, wanted=wanted)
        case Related(relation):
            variable, _, _ = scope.read(f"relations.{relation}")
            path = _path(place, f"relations.{relation}")
            expected = literal(asked(condition, wanted=wanted))
            if not names_culprits(condition, wanted=wanted):
                return [f"say(({path}, {variable}, {expected}))"]
            culprit = condition.quantifier is not Quantifier.EACH
            return [
                f"for i, e in enumerate({variable}):",
                f"    if answer({module.relations[id(condition)]}, e) is {culprit}:",
                f"        say(({path} + f'[{{i}}]', e, {expected}))",
            ]


def _path(place: str, path: str) -> str:
    """Return the source of a path below a place (itself source of text)."""
    if not path:
        return place
    if place == "''":
        return literal(paths.join(steps_of(path)))
    return f"{place} + {literal(''.join(paths.key(step) for step in steps_of(path)))}"


def _plain(field: Field) -> None:
    """Refuse to tell of what is not a scalar or a list of scalars."""
    if field.kind == "list" and field.item is not None:
        field = field.item
    if field.kind not in _SCALARS:
        raise Unprojectable


def _count(  # noqa: PLR0913 - where the code goes, and what is told
    module: Module, condition: Count, inner: Condition, scope: Scope, place: str, *, wanted: bool
) -> list[str]:
    variable, maybe, _ = scope.read(condition.path)
    number = module.name("n")
    path = _path(place, condition.path)
    counted = Scope(module, number, Field(kind="int"))
    body = [f"{number} = len({variable})", *_lines(module, inner, counted, path, wanted=wanted, prefix="a count of ")]
    if not maybe:
        return body
    absent = literal("a count of " + phrase(inner, wanted=wanted))
    return [f"if {variable} is None:", f"    say(({path}, None, {absent}))", "else:", *("    " + line for line in body)]


def _elements(module: Module, condition: Elements, scope: Scope, place: str, *, wanted: bool) -> list[str]:
    quantifier, inner = condition.quantifier, condition.condition
    variable, maybe, field = scope.read(condition.path)
    path = _path(place, condition.path)
    whole = f"say(({path}, {variable}, {literal(asked(condition, wanted=wanted))}))"
    if quantifier is Quantifier.SOME if wanted else quantifier is not Quantifier.SOME:
        _plain(field)
        return [whole]
    turned = wanted if quantifier is not Quantifier.NONE else not wanted
    element = Scope(module, "e", field.item or Field(kind="any"))
    name = module.name("y")
    test = f"if {'not ' if turned else ''}{module.expression(inner, element)}:"
    if not turned and element.field.kind == "struct":
        body = [f"say((p, ..., {literal(asked(condition, wanted=wanted))}))"]
    else:
        if not turned:
            _plain(field)
        body = _lines(module, inner, element, "p", wanted=turned, prefix="")
    lines = ["p = f'{p0}[{i}]'", *element.lines, test, *("    " + line for line in body or ["pass"])]
    module.functions.append(
        f"    def {name}(v, p0, r, say):\n        for i, e in enumerate(v):\n" + _indented(lines, 12)
    )
    call = f"{name}({variable}, {path}, r, say)"
    return [f"if {variable} is None: {whole}", f"else: {call}"] if maybe else [call]
