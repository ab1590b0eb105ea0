"""How the properties of a CloudFormation type become the arguments of the Terraform blocks that say the same.

A `Shape` names what is different; every other property is renamed by itself (`KmsMasterKeyId`: `kms_master_key_id`).
"""

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as Table
from functools import cache, lru_cache
from typing import Any, TypeAlias

from msgspec import Struct

from phiward.collectors.cloudformation.intrinsics import json_of
from phiward.collectors.cloudformation.values import Plain, as_text, plain
from phiward.collectors.documents import Mapping, Sequence, Span
from phiward.inventory.unknown import Unknown

_WORD = re.compile(r"(.)([A-Z][a-z]+)")
_TAIL = re.compile(r"([a-z0-9])([A-Z])")


class Rule(Struct, frozen=True):
    """What becomes of a property: the arguments that it makes."""

    names: tuple[str, ...]
    """All arguments that it may make. Where the property is not known, they are not."""
    make: Callable[[Any, Span], Iterable[tuple[str, Any]]]
    inner: "Spec" = {}
    """What becomes of the members of the property, where they have a table of their own."""


Spec: TypeAlias = Table[str, "str | Rule | None"]
"""Property to the name of its argument, to a rule, or to None: nothing reads it."""


class Made(Struct, frozen=True):
    """A resource of a template, for the functions that make further blocks of it."""

    logical_id: str
    properties: Mapping
    """The properties, evaluated, by CloudFormation's names."""
    span: Span
    """The lines of the whole resource."""
    me: Callable[[str], Unknown]
    """Returns what an attribute of the resource itself is: `me("id")` names it as the owner of a part."""
    other: Callable[[str], tuple[str, ...]]
    """Returns the addresses of all resources of a Terraform type of the stack."""


class Extra(Struct, frozen=True):
    """A further block that a resource makes."""

    type: str
    args: Mapping
    label: str = ""
    """What is added to the logical id for the block's name."""
    uncertain: Unknown | None = None
    where: Span | None = None
    """Its lines. None: those of its arguments."""


class Part(Struct, frozen=True, kw_only=True):
    """A property that Terraform has a resource of its own for."""

    property: str
    type: str
    """The Terraform type: `aws_s3_bucket_versioning`."""
    owner: str
    """Its argument that names the resource: `bucket`."""
    spec: Spec = {}
    wrap: str | None = None
    """The nested block that the property's members lie in."""
    argument: str | None = None
    """Where the property is no mapping: the argument that it becomes."""
    each: bool = False
    """The property is a list, each element of it a block."""


class Shape(Struct, frozen=True):
    """The Terraform form of a CloudFormation type."""

    type: str
    """`AWS::S3::Bucket`."""
    main: str
    """The Terraform type of its block: `aws_s3_bucket`."""
    names: Spec = {}
    parts: tuple[Part, ...] = ()
    defaults: Table[str, Any] = {}
    """What CloudFormation (or AWS) does where a property is left out, where the Terraform provider does otherwise."""
    also: Callable[[Made], Iterable[Extra]] | None = None
    """Makes further blocks."""
    ref: str = "id"
    """The attribute that `Ref` gives: mostly the id, `arn` for some types."""
    args: Callable[[Made, Mapping], None] | None = None
    """Changes the arguments where a table cannot say it."""
    by: str = ""
    """The property that chooses between Terraform types, where there are several."""
    variant: Callable[[Any], str] | None = None
    """Returns the Terraform type that the value of that property chooses (None where it is left out)."""
    silent: bool = False
    """It makes no block by itself: only what `also` makes."""


@lru_cache(8192)
def snake(name: str) -> str:
    """Return a property's name as Terraform would write it."""
    return _TAIL.sub(r"\1_\2", _WORD.sub(r"\1_\2", name)).lower().replace("__", "_")


def shaped(value: Mapping, spec: Spec) -> Mapping:
    """Return the members of a mapping under Terraform's names, with their lines."""
    made = Mapping(value.span)
    made.unseen = value.unseen
    for key, each in value.items():
        span = value.spans.get(key, value.span)
        rule = spec.get(key, _TAGS if key == "Tags" else snake(key))
        if rule is None or each is None:
            continue
        if isinstance(rule, str):
            made.put(rule, automatic(each), span)
        elif isinstance(each, Unknown):
            for name in rule.names:
                made.put(name, each, span)
        else:
            for name, found in rule.make(each, span):
                made.put(name, found, span)
    return made


def automatic(value: Any, spec: Spec | None = None) -> Any:
    """Return a value with what is nested in it renamed."""
    if isinstance(value, Mapping):
        return shaped(value, spec or {})
    if isinstance(value, Sequence):
        return Sequence(value.span, [automatic(each, spec) for each in value])
    return value


def block(name: str, spec: Spec | None = None) -> Rule:
    """Return the rule of a nested block, or of a list of them, whose members have a spec of their own."""
    return Rule((name,), lambda value, _: ((name, automatic(value, spec)),), spec or {})


def lifted(spec: Spec, *names: str) -> Rule:
    """Return the rule of a mapping whose members are arguments of the block itself; `names`: those they may make."""

    def make(value: Any, _: Span) -> Iterator[tuple[str, Any]]:
        if isinstance(value, Mapping):
            yield from shaped(value, spec).items()
            if value.unseen is not None:
                yield from ((name, value.unseen) for name in names if name not in shaped(value, spec))

    return Rule(names, make, spec)


def mapping(name: str) -> Rule:
    """Return the rule of a mapping that is one value."""
    return Rule((name,), lambda value, _: ((name, Plain(plain(value)) if isinstance(value, dict) else value),))


def document(name: str) -> Rule:
    """Return the rule of a policy document, which Terraform holds as JSON text."""
    return Rule((name,), lambda value, _: ((name, json_of(value) if isinstance(value, dict | list) else value),))


def meaning(name: str, words: Table[Any, Any]) -> Rule:
    """Return the rule of a word that stands for another value: `Enabled` for true."""

    def make(value: Any, _: Span) -> Iterator[tuple[str, Any]]:
        word = as_text(value)
        if isinstance(word, Unknown):
            yield name, word
        else:
            yield name, words.get(word, words.get(word.lower(), Unknown(f"{word} is none of {', '.join(words)}")))

    return Rule((name,), make)


def within(*path: str) -> Rule:
    """Return the rule of a property that is an argument of a nested block, which has only this one."""

    def make(value: Any, span: Span) -> Iterator[tuple[str, Any]]:
        found = automatic(value)
        for name in reversed(path[1:]):
            inner = Mapping(span)
            inner.put(name, found, span)
            found = inner
        yield path[0], found

    return Rule((path[0],), make)


def wrapped(name: str, inner: str, spec: Spec | None = None) -> Rule:
    """Return the rule of a list that Terraform nests one level deeper: `rules` in a block, each a block `inner`."""

    def make(value: Any, span: Span) -> Iterator[tuple[str, Any]]:
        outer = Mapping(span)
        outer.put(inner, automatic(value, spec), span)
        yield name, outer

    return Rule((name,), make, spec or {})


def tags(name: str = "tags") -> Rule:
    """Return the rule of tags: a list of keys and values, or a mapping."""
    return Rule((name,), lambda value, _: ((name, _tag_map(value)),))


def _tag_map(value: Any) -> Any:
    if isinstance(value, Mapping):
        return Plain({key: as_text(plain(each)) for key, each in value.items()})
    if not isinstance(value, list):
        return Unknown("the tags are no list")
    made = Plain()
    for each in value:
        if isinstance(each, Unknown):
            return each
        key = as_text(plain(each.get("Key"))) if isinstance(each, Mapping) else Unknown("a tag is no mapping")
        if isinstance(key, Unknown):
            return key
        made[key] = as_text(plain(each.get("Value", "")))
    return made


_TAGS = tags()


def of(span: Span, **args: Any) -> Mapping:
    """Return arguments that are all at the same lines."""
    made = Mapping(span)
    for name, value in args.items():
        if value is not None:
            made.put(name, value, span)
    return made


def extras(shape: Shape, made: Made) -> Iterator[Extra]:
    """Yield the further blocks of a resource: of its parts, and those that the shape makes."""
    for number, part in enumerate(shape.parts):
        value = made.properties.get(part.property)
        if value is None:
            if made.properties.unseen is not None:
                yield Extra(part.type, of(made.span, **{part.owner: made.me("id")}), uncertain=made.properties.unseen)
            continue
        span = made.properties.spans.get(part.property, made.span)
        for count, each in enumerate(value if part.each and isinstance(value, list) else [value]):
            label = (
                f"-{part.property}-{count}" if part.each else f"-{part.property}" if number and part.argument else ""
            )
            yield Extra(
                part.type,
                _part_args(part, each, span, made),
                label,
                uncertain=each if isinstance(each, Unknown) and part.argument is None else None,
            )
    if shape.also is not None:
        yield from shape.also(made)


def _part_args(part: Part, value: Any, span: Span, made: Made) -> Mapping:
    args = Mapping(value.span if part.each and isinstance(value, Mapping) else span)
    args.put(part.owner, made.me("id"), span)
    if part.argument is not None:
        # What has members is a document, which Terraform holds as JSON text.
        args.put(part.argument, json_of(value) if isinstance(value, Mapping) else automatic(value), span)
    elif isinstance(value, Unknown):
        args.unseen = value
    else:
        inner = automatic(value, part.spec)
        if part.wrap is not None:
            args.put(part.wrap, inner, span)
        elif isinstance(inner, Mapping):
            args.unseen = inner.unseen
            for name, each in inner.items():
                args.put(name, each, inner.spans.get(name, span))
    return args


@cache
def discover() -> dict[str, Shape]:
    """Return the shapes of all modules in `types/`, by CloudFormation type. Two of one type are a mistake."""
    from phiward.collectors.cloudformation import types

    found: dict[str, Shape] = {}
    for each in pkgutil.iter_modules(types.__path__, f"{types.__name__}."):
        for shape in importlib.import_module(each.name).SHAPES:
            if shape.type in found:
                message = f"{shape.type} has two shapes"
                raise ValueError(message)
            found[shape.type] = shape
    return found
