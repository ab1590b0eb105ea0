"""Which reads and writes of S3 objects a trail records.

Two forms say it (*Logging data events*, CloudTrail User Guide): event selectors with `AWS::S3::Object` and the
beginnings of the ARNs (`arn:aws:s3` is every bucket), and advanced ones with `resources.ARN`. Each part of a trail
records all that its ARNs begin with, less what it leaves out.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Literal, NamedTuple, TypeAlias

from phiward.inventory.kleene import every, negate, some
from phiward.inventory.model import Maybe, Unknown

Kind: TypeAlias = Literal["reads", "writes"]
OBJECTS = "AWS::S3::Object"
_NOTHING_NARROWER = frozenset({"eventCategory", "resources.type", "readOnly", "resources.ARN"})


class Part(NamedTuple):
    """What one selector records of objects."""

    kinds: Maybe[frozenset[Kind]]
    beginnings: tuple[Maybe[str], ...]
    """What the ARNs of its objects begin with."""
    without: tuple[Maybe[str], ...] = ()
    """What the ARNs that it leaves out begin with."""


Objects: TypeAlias = tuple[Maybe[Part], ...]


def objects(simple: Iterable[Maybe[dict[str, Any]]], advanced: Iterable[Maybe[dict[str, Any]]]) -> Objects:
    """Return what selectors, in the API's shape, record of objects. Any leaf may be `Unknown`."""
    parts: list[Maybe[Part]] = []
    for selector in simple:
        parts += [selector] if isinstance(selector, Unknown) else _simple(selector)
    for selector in advanced:
        part = selector if isinstance(selector, Unknown) else _advanced(selector)
        parts += [part] if part is not None else []
    return tuple(parts)


def records(given: Objects, kind: Kind, bucket: str | None, *, log_bucket: str | None = None) -> Maybe[bool]:
    """Say whether every read (write) of every object is recorded: of one bucket, by ARN, or of all (None).

    Of all buckets, the trail's own log bucket may be left out: a trail that records its own deliveries never ends.
    """
    return some(part if isinstance(part, Unknown) else _records(part, kind, bucket, log_bucket) for part in given)


def _records(part: Part, kind: Kind, bucket: str | None, log_bucket: str | None) -> Maybe[bool]:
    kinds = part.kinds if isinstance(part.kinds, Unknown) else kind in part.kinds
    whole = some(
        each if isinstance(each, Unknown) else _is_all(each) or (bucket is not None and _begins(each, f"{bucket}/"))
        for each in part.beginnings
    )
    spared = some(
        each
        if isinstance(each, Unknown)
        else not (log_bucket and each.startswith(f"{log_bucket}/"))
        if bucket is None
        else _begins(each, f"{bucket}/") or each.startswith(f"{bucket}/")
        for each in part.without
    )
    return every((kinds, whole, negate(spared)))


def _is_all(beginning: str) -> bool:
    """Say whether every bucket's ARN begins so: `arn:aws:s3`, `arn:aws:s3:::`, with a star or without."""
    return beginning.removesuffix("*").rstrip(":").removesuffix("*").rstrip(":").count(":") <= 2


def _begins(beginning: str, arn: str) -> bool:
    return arn.startswith(beginning.removesuffix("*"))


def _simple(selector: dict[str, Any]) -> list[Maybe[Part]]:
    kind = selector.get("ReadWriteType", "All")
    kinds: Maybe[frozenset[Kind]] = kind if isinstance(kind, Unknown) else _KINDS.get(kind, frozenset())
    found: list[Maybe[Part]] = []
    for resource in selector.get("DataResources") or ():
        of = resource if isinstance(resource, Unknown) else resource.get("Type")
        if isinstance(of, Unknown):
            found.append(of)
        elif of == OBJECTS:
            found.append(_part(kinds, resource.get("Values") or ()))
    return found


def _part(kinds: Maybe[frozenset[Kind]], values: Any) -> Maybe[Part]:
    return values if isinstance(values, Unknown) else Part(kinds, tuple(values))


_KINDS: dict[str, frozenset[Kind]] = {
    "All": frozenset({"reads", "writes"}),
    "ReadOnly": frozenset({"reads"}),
    "WriteOnly": frozenset({"writes"}),
}


def _advanced(selector: dict[str, Any]) -> Maybe[Part | None]:
    """Return what an advanced selector records; None where it is not about objects, or only about some calls."""
    fields: Sequence[Any] = selector.get("FieldSelectors") or ()
    by_name: dict[str, list[dict[str, Any]]] = {}
    for field in fields:
        name = field if isinstance(field, Unknown) else field.get("Field")
        if isinstance(name, Unknown):
            return name
        by_name.setdefault(name, []).append(field)
    types = _equals(by_name.get("resources.type", ()))
    if isinstance(types, Unknown):
        return types
    if OBJECTS not in types or set(by_name) - _NOTHING_NARROWER:
        return None
    reads = _equals(by_name.get("readOnly", ()))
    kinds: Maybe[frozenset[Kind]] = reads if isinstance(reads, Unknown) else _READ_ONLY[tuple(sorted(reads))]
    beginnings: list[Maybe[str]] = []
    without: list[Maybe[str]] = []
    for field in by_name.get("resources.ARN", ()):
        for operator in ("StartsWith", "NotStartsWith", "NotEquals"):
            values = field.get(operator) or ()
            found = [values] if isinstance(values, Unknown) else list(values)
            (beginnings if operator == "StartsWith" else without).extend(found)
        if field.get("Equals") or field.get("EndsWith") or field.get("NotEndsWith"):
            return None  # single objects, or all but those of a kind: of no bucket everything
    return Part(kinds, tuple(beginnings) or ("arn:aws:s3",), tuple(without))


_READ_ONLY: dict[tuple[str, ...], frozenset[Kind]] = {
    (): frozenset({"reads", "writes"}),
    ("true",): frozenset({"reads"}),
    ("false",): frozenset({"writes"}),
    ("false", "true"): frozenset({"reads", "writes"}),
}


def _equals(fields: Iterable[dict[str, Any]]) -> Maybe[set[str]]:
    found: set[str] = set()
    for field in fields:
        values = field.get("Equals") or ()
        for value in [values] if isinstance(values, Unknown) else values:
            if isinstance(value, Unknown):
                return value
            found.add(str(value).lower() if field.get("Field") == "readOnly" else str(value))
    return found
