"""The catalog of resource types: what each has, and what a control may therefore ask of it.

A `ResourceType` is declared in code by the module that reads it. A `Catalog` is the same knowledge as plain data,
built from the declared structs: controls are validated and compiled against it, `phiward schema` prints it, and it
goes into the evidence as JSON, so that old facts can be evaluated again by a later phiward.
"""

from collections.abc import Iterable
from typing import Any, Literal, TypeAlias

import msgspec
from msgspec import Struct

from phiward.inventory import paths
from phiward.inventory.aspects import Aspect

Kind: TypeAlias = Literal["bool", "int", "str", "list", "map", "struct", "any", "policy"]


class Relation(Struct, frozen=True, omit_defaults=True):
    """What a relation of a type means, and which types its ids are of."""

    doc: str
    to: tuple[str, ...] = ()
    """The types it leads to. Empty: any. An id of another type is not asked, and so answers nothing."""


class ResourceType(Struct, frozen=True, kw_only=True):
    """One resource type, declared once by the module that reads it."""

    name: str
    """`provider.service.thing`, lower case: `aws.s3.bucket`."""
    title: str
    """What people call one of it: `S3 bucket`."""
    aspects: tuple[type[Aspect], ...]
    """The aspects that every resource of the type fills (with `Unknown` where it could not see)."""
    config: type[Struct] | None = None
    """The struct of what only this type has."""
    relations: dict[str, Relation | str] = {}
    """Name of a relation to what it means; words alone where it may lead to any type."""
    stores_data: bool = False
    """It may hold ePHI itself: a bucket, a database, a volume, a log."""


class PathError(LookupError):
    """A path or type that the catalog does not have. `nearest` is the valid word that comes closest, if any does."""

    def __init__(self, message: str, nearest: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.nearest = nearest

    def __str__(self) -> str:
        return self.message + (f" (did you mean {self.nearest!r}?)" if self.nearest else "")


class Field(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a path leads to."""

    kind: Kind
    """A PolicyDocument is of kind `policy`; a union of several kinds is `any`."""
    optional: bool = False
    """The target may say that there is none: null or missing is *absent*. Otherwise it is unknown."""
    stated: bool = False
    """The collector must state it: a value, null where `optional`, or unknown."""
    default: Any = None
    """What a missing field means, where that is neither absent nor unknown: `[]`, `false`. None: no such default."""
    item: "Field | None" = None
    """What each element of a list, or each value of a map, is."""
    fields: dict[str, "Field"] = {}
    """The members of a struct."""
    values: tuple[str | int, ...] = ()
    """The values allowed, where they are few."""
    doc: str = ""
    """What it means. Empty unless the catalog was built with docs."""


class TypeInfo(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One resource type, as plain data."""

    name: str
    title: str
    aspects: tuple[str, ...] = ()
    """The names of the aspects that it fills: `encryption_at_rest`."""
    config: Field | None = None
    relations: dict[str, Relation] = {}
    stores_data: bool = False


class Catalog(Struct, frozen=True, kw_only=True):
    """Every resource type and aspect, and what they hold."""

    types: dict[str, TypeInfo]
    aspects: dict[str, Field]
    """All aspects of the model, also those that no type fills."""
    common: dict[str, Field]
    """What every resource has: `id`, `type`, `name`, `tags`, `origin`, ..."""

    @classmethod
    def of(cls, types: Iterable[ResourceType], *, docs: bool = False) -> "Catalog":
        """Build the catalog of declared types. With `docs`, fields carry their documentation (reads source files)."""
        from phiward.inventory.shapes import aspect_fields, aspect_names, common_fields, struct_field

        names = aspect_names()
        infos: dict[str, TypeInfo] = {}
        for declared in sorted(types, key=lambda each: each.name):
            if declared.name in infos:
                raise ValueError(f"two modules declare the resource type {declared.name!r}")
            infos[declared.name] = TypeInfo(
                name=declared.name,
                title=declared.title,
                aspects=tuple(names[aspect] for aspect in declared.aspects),
                config=struct_field(declared.config, docs=docs) if declared.config else None,
                relations={
                    name: Relation(given) if isinstance(given, str) else given
                    for name, given in declared.relations.items()
                },
                stores_data=declared.stores_data,
            )
        return cls(types=infos, aspects=aspect_fields(docs=docs), common=common_fields(docs=docs))

    def info(self, type_name: str) -> TypeInfo:
        """Return a type. Raises `PathError` with the nearest one."""
        if found := self.types.get(type_name):
            return found
        raise PathError(f"there is no resource type {type_name!r}", nearest(type_name, self.types))

    def root(self, type_name: str) -> Field:
        """Return what a whole resource of a type is: a struct of common fields, aspects, `config` and `relations`."""
        info = self.info(type_name)
        members = dict(self.common)
        members.update((name, self.aspects[name]) for name in info.aspects)
        if info.config:
            members["config"] = info.config
        relation = Field(kind="list", default=[], item=Field(kind="str"))
        members["relations"] = Field(
            kind="struct",
            default={},
            fields={name: msgspec.structs.replace(relation, doc=each.doc) for name, each in info.relations.items()},
        )
        return Field(kind="struct", fields=members, doc=info.title)

    def at(self, type_name: str, path: str) -> Field:
        """Return what a path of a type leads to. Raises `PathError` (a `LookupError`) with the nearest valid word."""
        root = self.root(type_name)
        head = path.partition(".")[0].partition("[")[0]
        if head in self.aspects and head not in root.fields:
            has = ", ".join(self.types[type_name].aspects) or "none"
            raise PathError(f"{type_name} has no aspect {head!r} (its aspects: {has})")
        return within(root, path, of=type_name)

    def to_json(self) -> bytes:
        """Write the catalog as canonical JSON."""
        return msgspec.json.encode(self, order="sorted")

    @classmethod
    def from_json(cls, data: bytes) -> "Catalog":
        """Read what `to_json` wrote. Raises `ContentError`."""
        from phiward.errors import ContentError

        try:
            return msgspec.json.decode(data, type=cls)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise ContentError(f"not a catalog: {error}") from error


def within(field: Field, path: str, *, of: str = "it") -> Field:
    """Return what a path, relative to a field, leads to. Raises `PathError`; `of` names the field in the message."""
    try:
        steps = paths.parse(path)
    except ValueError as error:
        raise PathError(str(error)) from error
    for number, step in enumerate(steps):
        if field.kind == "any":
            return field
        so_far = paths.join(steps[:number])
        place = f"{so_far!r} of {of}" if so_far else of
        if isinstance(step, str):
            field = _member(field, step, place)
        elif field.kind == "list" and field.item is not None:
            field = field.item
        else:
            raise PathError(f"{place} is a {field.kind}, not a list, and has no elements")
    return field


def _member(field: Field, name: str, place: str) -> Field:
    """Return a struct's member or a map's value."""
    if field.kind == "map" and field.item is not None:
        return field.item
    if field.kind == "struct":
        if found := field.fields.get(name):
            return found
        raise PathError(f"{place} has no {name!r}", nearest(name, field.fields))
    if field.kind == "list":
        raise PathError(f"{place} is a list: write `[]` before {name!r} for its elements, or use each, some, none")
    if field.kind == "policy":
        raise PathError(f"{place} is a policy document: ask it with policy_public, policy_allows and their like")
    raise PathError(f"{place} is a {field.kind} and holds no {name!r}")


def nearest(word: str, words: Iterable[str]) -> str | None:
    """Return the valid word that a mistyped one most likely meant, or None."""
    import difflib

    found = difflib.get_close_matches(word, list(words), n=1, cutoff=0.5)
    return found[0] if found else None
