"""Which events a CloudTrail trail records.

Two forms say it: event selectors (*EventSelector* of the CloudTrail API), and advanced ones, whose field selectors all
have to match (*AdvancedFieldSelector*). Selectors add up. A trail that has none records all management events.
"""

from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

from phiward.inventory.model import Maybe, Unknown

Management = Literal["all", "read", "write", "some", "none"]

_BY_TYPE: dict[str, Management] = {"All": "all", "ReadOnly": "read", "WriteOnly": "write"}


class Selected(NamedTuple):
    """What the selectors of a trail add up to."""

    management: Maybe[Management]
    """Which calls that manage the account: all, only those that read or write, some services' alone, none."""
    excluded: Maybe[tuple[str, ...]]
    """Services whose management events are left out: `kms.amazonaws.com`."""
    data: Maybe[tuple[str, ...]]
    """Kinds of things whose data events are recorded: `AWS::S3::Object`."""


DEFAULT = Selected("all", (), ())


def selected(simple: Iterable[Maybe[dict[str, Any]]], advanced: Iterable[Maybe[dict[str, Any]]]) -> Selected:
    """Return what selectors, in the API's shape, add up to. Any leaf may be `Unknown`, and so may a whole selector."""
    parts = [Selected(each, each, each) if isinstance(each, Unknown) else _simple(each) for each in simple]
    parts += [Selected(each, each, each) if isinstance(each, Unknown) else _advanced(each) for each in advanced]
    if not parts:
        return DEFAULT
    return Selected(
        _sum(part.management for part in parts),
        _union(part.excluded for part in parts if part.management != "none"),
        _union(part.data for part in parts),
    )


def _simple(selector: dict[str, Any]) -> Selected:
    include = selector.get("IncludeManagementEvents", True)
    kind = selector.get("ReadWriteType", "All")
    management: Maybe[Management]
    if isinstance(include, Unknown) or isinstance(kind, Unknown):
        management = include if isinstance(include, Unknown) else kind
    else:
        management = _BY_TYPE.get(kind, "some") if include else "none"
    data = [
        resource if isinstance(resource, Unknown) else resource.get("Type")
        for resource in selector.get("DataResources", ())
    ]
    return Selected(management, _texts(selector.get("ExcludeManagementEventSources", ())), _texts(data))


def _advanced(selector: dict[str, Any]) -> Selected:
    fields = selector.get("FieldSelectors", ())
    unseen = next((each for field in fields for each in (field, *_leaves(field)) if isinstance(each, Unknown)), None)
    if unseen is not None:
        return Selected(unseen, unseen, unseen)
    by_name: dict[str, list[dict[str, Any]]] = {}
    for field in fields:
        by_name.setdefault(field["Field"], []).append(field)
    category = {value for field in by_name.pop("eventCategory", []) for value in field.get("Equals") or ()}
    if category != {"Management"}:
        kinds = {value for field in by_name.get("resources.type", []) for value in field.get("Equals") or ()}
        return Selected("none", (), tuple(sorted(kinds)))
    reads = {value for field in by_name.pop("readOnly", []) for value in field.get("Equals") or ()}
    excluded = tuple(
        sorted({value for field in by_name.get("eventSource", []) for value in field.get("NotEquals") or ()})
    )
    if any(set(field) - {"Field", "NotEquals"} for field in by_name.pop("eventSource", [])) or by_name:
        return Selected("some", excluded, ())
    return Selected("read" if reads == {"true"} else "write" if reads == {"false"} else "all", excluded, ())


def _sum(parts: Iterable[Maybe[Management]]) -> Maybe[Management]:
    found = list(parts)
    known = {part for part in found if not isinstance(part, Unknown)}
    if "all" in known or {"read", "write"} <= known:
        return "all"
    for part in found:
        if isinstance(part, Unknown):
            return part
    kinds: tuple[Management, ...] = ("write", "read", "some")
    return next((kind for kind in kinds if kind in known), "none")


def _union(parts: Iterable[Maybe[tuple[str, ...]]]) -> Maybe[tuple[str, ...]]:
    names: set[str] = set()
    for part in parts:
        if isinstance(part, Unknown):
            return part
        names.update(part)
    return tuple(sorted(names))


def _texts(values: Any) -> Maybe[tuple[str, ...]]:
    if isinstance(values, Unknown):
        return values
    for value in values or ():
        if isinstance(value, Unknown):
            return value
    return tuple(sorted({str(value) for value in values or ()}))


def _leaves(field: Any) -> Iterable[Any]:
    if not isinstance(field, Unknown):
        for value in field.values():
            yield value
            if isinstance(value, list):
                yield from value
