"""Holding controls against the catalog: every path, operator and constant, for every type a control applies to."""

from collections.abc import Iterator

from phiward.engine.condition import Condition, Count, Elements, Related, Test, parts
from phiward.engine.control import AppliesTo, Control
from phiward.engine.operators import OPERATORS, fits, refusal
from phiward.errors import ContentError
from phiward.inventory.catalog import Catalog, Field, PathError, nearest, within

_NUMBER = Field(kind="int")


def types_of(applies: AppliesTo, catalog: Catalog) -> tuple[str, ...]:
    """Return the types that a control applies to, sorted."""
    found: list[str] = []
    for name, info in catalog.types.items():
        named = applies.aspect in info.aspects if applies.aspect else name in applies.types
        if named and applies.stores_data in (None, info.stores_data):
            found.append(name)
    return tuple(sorted(found))


def answerers(related: Related, catalog: Catalog) -> tuple[str, ...]:
    """Return the types that can answer what is asked of a relation's targets.

    They are those that a relation of that name leads to, on whatever type, and that have the paths of the condition.
    """
    declared = [
        info.relations[related.relation] for info in catalog.types.values() if related.relation in info.relations
    ]
    anything = any(not each.to for each in declared)
    led_to = sorted(catalog.types if anything else {name for each in declared for name in each.to} & {*catalog.types})
    return tuple(name for name in led_to if not any(misfits(related.condition, catalog, name)))


def misfits(condition: Condition, catalog: Catalog, type_name: str) -> Iterator[tuple[Condition, str, str | None]]:
    """Yield each part of a condition that cannot be asked of a type, with what is wrong and the nearest valid word."""
    yield from _misfits(condition, catalog, catalog.root(type_name), type_name, nested=False)


def _misfits(
    condition: Condition, catalog: Catalog, field: Field, place: str, *, nested: bool
) -> Iterator[tuple[Condition, str, str | None]]:
    if isinstance(condition, Related):
        yield from _related_misfits(condition, catalog, field, place, nested=nested)
        return
    if not isinstance(condition, Test | Count | Elements):
        for part in parts(condition):
            yield from _misfits(part, catalog, field, place, nested=nested)
        return
    try:
        found = within(field, condition.path, of=place) if condition.path else field
    except PathError as error:
        yield condition, error.message, error.nearest
        return
    shown = f"{condition.path or 'the element'} of {place}"
    if "[" in condition.path:
        yield condition, "a path in a control has no brackets; use each, some or none for elements", None
    elif isinstance(condition, Test):
        if not fits(condition.operator, found):
            kinds = ", ".join(sorted(OPERATORS[condition.operator].kinds))
            yield condition, f"{condition.operator} asks {kinds}, and {shown} is {found.kind}", None
        elif message := refusal(condition.operator, condition.value, found):
            yield condition, f"{shown}: {message}", None
    elif found.kind not in ("list", "any") and not (isinstance(condition, Count) and found.kind == "map"):
        yield condition, f"{shown} is {found.kind}, not a list", None
    elif isinstance(condition, Count):
        yield from _misfits(condition.condition, catalog, _NUMBER, "the count", nested=True)
    else:
        element = found.item or Field(kind="any")
        yield from _misfits(condition.condition, catalog, element, f"an element of {shown}", nested=True)


def _related_misfits(
    condition: Related, catalog: Catalog, field: Field, place: str, *, nested: bool
) -> Iterator[tuple[Condition, str, str | None]]:
    if nested:
        yield condition, "`related` stands at the top of a control, not inside elements or another relation", None
        return
    known = field.fields["relations"].fields if "relations" in field.fields else {}
    if condition.relation not in known:
        yield condition, f"{place} has no relation {condition.relation!r}", nearest(condition.relation, known)
    if any(isinstance(each, Related) for each in _everything(condition.condition)):
        yield condition, "`related` stands at the top of a control, not inside elements or another relation", None
    elif condition.relation in known and not answerers(condition, catalog):
        reasons = [next(misfits(condition.condition, catalog, name), None) for name in sorted(catalog.types)]
        told = next((reason[1] for reason in reasons if reason), "there are no types")
        yield condition, f"no resource type can answer what is asked of the target ({told})", None


def _everything(condition: Condition) -> Iterator[Condition]:
    yield condition
    for part in parts(condition):
        yield from _everything(part)


def problems_of(control: Control, file: str, catalog: Catalog) -> list[ContentError]:
    """Return what is wrong with a control, seen from the catalog. One wrong path is told once, not per type."""
    applies = control.applies_to
    found: list[ContentError] = []
    if applies.aspect and applies.aspect not in catalog.aspects:
        message = f"there is no aspect {applies.aspect!r}"
        near = nearest(applies.aspect, catalog.aspects)
        return [ContentError(message, file=file, field="applies_to.aspect", nearest=near)]
    for name in applies.types:
        if name not in catalog.types:
            near = nearest(name, catalog.types)
            message = f"there is no resource type {name!r}"
            found.append(ContentError(message, file=file, field="applies_to.types", nearest=near))
    if found:
        return found
    named = [(f"remediation.by_type.{name}", name) for name in control.remediation.by_type]
    named += [(f"remediation.fixes.{name}", name) for name in control.remediation.fixes]
    named += [(f"equivalents.{name}", name) for name in control.equivalents]
    for field, name in named:
        if name not in catalog.types:
            near = nearest(name, catalog.types)
            found.append(ContentError(f"there is no resource type {name!r}", file=file, field=field, nearest=near))
    told: set[tuple[int, int, str]] = set()
    for name in types_of(applies, catalog):
        for field, condition in (("applies_to.where", applies.where), ("assert", control.condition)):
            if condition is None:
                continue
            for part, message, near in misfits(condition, catalog, name):
                line, column = getattr(part, "line", 0), getattr(part, "column", 0)
                path = getattr(part, "path", "")
                if (line, column, path) not in told:
                    told.add((line, column, path))
                    found.append(
                        ContentError(
                            message, file=file, line=line or None, column=column or None, field=field, nearest=near
                        )
                    )
    return found
