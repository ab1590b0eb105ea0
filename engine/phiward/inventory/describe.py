"""What a control may ask of a type or an aspect, as rows: what `phiward schema` prints."""

from collections.abc import Iterator

from msgspec import Struct

from phiward.inventory import paths
from phiward.inventory.catalog import Catalog, Field, PathError, nearest


class Row(Struct, frozen=True, kw_only=True):
    """One path that a control may name."""

    path: str
    type: str
    """`true/false`, `number`, `text`, `list of text`, ...; or the values allowed, separated by ` | `."""
    absent: bool
    """The target may say that there is none."""
    doc: str


_WORDS = {
    "bool": "true/false",
    "int": "number",
    "str": "text",
    "struct": "group",
    "any": "anything",
    "policy": "policy document",
}


def describe(catalog: Catalog, name: str) -> tuple[Row, ...]:
    """Return the rows of a resource type (`aws.s3.bucket`) or an aspect (`backup`), in the order of declaration.

    The catalog should have been built with docs. Raises `PathError` with the nearest name.
    """
    if name in catalog.types:
        return tuple(row for member, field in catalog.root(name).fields.items() for row in _rows(field, member))
    if name in catalog.aspects:
        return tuple(_rows(catalog.aspects[name], name))
    raise PathError(f"there is no type or aspect {name!r}", nearest(name, [*catalog.types, *catalog.aspects]))


def overview(catalog: Catalog) -> tuple[Row, ...]:
    """Return one row for each aspect, then for each type: what `phiward schema` prints without a name."""
    aspects = (Row(path=name, type="aspect", absent=False, doc=field.doc) for name, field in catalog.aspects.items())
    types = (
        Row(path=info.name, type="type", absent=False, doc=f"{info.title}: {', '.join(info.aspects)}")
        for info in catalog.types.values()
    )
    return (*aspects, *types)


def words(field: Field) -> str:
    """Say in words what a field holds."""
    if field.values:
        return " | ".join(map(str, field.values))
    if field.kind in ("list", "map") and field.item is not None:
        return f"{field.kind} of {words(field.item)}"
    return _WORDS.get(field.kind, field.kind)


def _rows(field: Field, path: str) -> Iterator[Row]:
    """Yield the row of a field, then those of what is below it."""
    yield Row(path=path, type=words(field), absent=field.optional, doc=field.doc)
    below = field
    while below.kind in ("list", "map") and below.item is not None:
        path += "[]" if below.kind == "list" else ".NAME"
        below = below.item
    for name, member in below.fields.items():
        yield from _rows(member, path + paths.key(name))
