"""Random resources, with Unknowns at any depth, made from the structs' own type hints."""

import types
import typing
from enum import StrEnum
from typing import Any, Literal, Union, get_args, get_origin

import msgspec
from hypothesis import strategies as st
from inventory.samples import BucketConfig
from msgspec import Struct

from phiward.inventory.model import CollectionGap, Lines, Origin, Resource, Unknown
from phiward.inventory.shapes import hints

texts = st.text(max_size=6) | st.sampled_from(["e\u0301", "\n\u0303", 'a"b', "\x00", "\u2028", "1.5", '"refs":['])
keys = st.text(max_size=5) | st.sampled_from(["a.b", "[]", '"', "kubernetes.io/name"])
numbers = st.integers(-(2**53), 2**53)
unknowns = st.builds(Unknown, texts)
anything = st.recursive(
    st.none() | st.booleans() | numbers | texts | unknowns,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=6,
)


def of(hint: Any) -> st.SearchStrategy[Any]:
    """Return a strategy for values of a type hint."""
    origin, arguments = get_origin(hint), get_args(hint)
    if hint is Any:
        return anything
    if hint is types.NoneType:
        return st.none()
    if hint is Unknown:
        return unknowns
    if origin in (Union, types.UnionType):
        return st.one_of([of(option) for option in arguments])
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin is tuple:
        return st.lists(of(arguments[0]), max_size=2).map(tuple)
    if origin is dict:
        return st.dictionaries(keys, of(arguments[1]), max_size=2)
    if hint is Lines:
        return st.builds(Lines, texts, numbers, numbers)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return st.sampled_from(list(hint))
    if isinstance(hint, type) and issubclass(hint, Struct):
        return struct(hint)
    return {bool: st.booleans(), int: numbers, str: texts}[hint]


def struct(cls: type[Struct], **given: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return a strategy for a struct; fields with a default are often left out."""
    required, optional = {}, {}
    declared = {field.name: field for field in msgspec.structs.fields(cls)}
    for name, hint in hints(cls).items():
        if name in given:
            required[name] = given[name]
        elif declared[name].required:
            required[name] = of(hint)
        else:
            optional[name] = of(hint)
    return st.fixed_dictionaries(required, optional=optional).map(lambda fields: cls(**fields))


@st.composite
def resources(draw: st.DrawFn) -> Resource:
    """Draw a resource with a few aspects, from wholly known to wholly unknown."""
    aspects = draw(st.sets(st.sampled_from(_ASPECTS), max_size=3))
    fields = {name: draw(of(hints(Resource)[name])) for name in sorted(aspects)}
    for name in draw(st.sets(st.sampled_from(_OTHERS), max_size=4)):
        fields[name] = draw(of(hints(Resource)[name]))
    if draw(st.booleans()):
        fields["config"] = draw(struct(BucketConfig))
    return Resource(
        id=draw(texts.filter(bool)), type="aws.s3.bucket", origin=draw(typing.cast("Any", struct(Origin))), **fields
    )


gaps = struct(CollectionGap)
_ASPECTS = ("encryption_at_rest", "exposure", "authentication", "authorization", "logging", "network", "patching")
_OTHERS = ("name", "account", "region", "tags", "relations", "observations", "lines")
