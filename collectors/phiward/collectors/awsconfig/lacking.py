"""Taking back what rests on members that an item does not hold.

A normalizer reads a member that is not there as the service's default. For an answer of the service that is right; an
item may lack it because AWS Config does not record it. So the members that were missed are noted (`members.noting`),
and what rests on them is made unknown. A member that nobody knows of makes everything unknown: nothing is guessed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from phiward.collectors.awsconfig import knowledge
from phiward.collectors.awsconfig.records import SCAN
from phiward.inventory.aspects import Aspect
from phiward.inventory.model import Resource, Unknown

if TYPE_CHECKING:
    from collections.abc import Collection

    from phiward.collectors.awsconfig.answer import Kind


def corrected(resource: Resource, missed: Collection[str]) -> Resource:
    """Return a resource without what rests on the members that were missed: `AWS::RDS::DBInstance networktype`."""
    for each in sorted(missed):
        resource_type, _, path = each.partition(" ")
        kind = knowledge.kinds().get(resource_type)
        if kind is not None and _recorded(kind, path):
            continue
        reason = Unknown(f"{_why(resource_type, kind, path)}: {SCAN}")
        own = kind is not None and kind.covers == resource.type
        if path in _TAGS:
            resource = _without(resource, "tags", reason) if own else resource
            continue
        paths = {name.lower(): rests for name, rests in kind.lacking.items()}.get(path) if kind is not None else None
        if paths is None or not own:
            resource = _blind(resource, reason)
            continue
        for rests in paths:
            resource = _without(resource, rests, reason)
    return resource


def _recorded(kind: Kind, path: str) -> bool:
    """Say whether AWS Config records a member where there is one."""
    names = {name.lower() for name in kind.optional}
    return path in names or f"{path.rpartition('.')[0]}.*" in names


_TAGS = frozenset({"tags", "taglist"})


def _why(resource_type: str, kind: Kind | None, path: str) -> str:
    name = _named(kind, path)
    if kind is not None and name in kind.fleeting:
        return f"{name} of {resource_type} changes without AWS Config recording it"
    return f"the configuration item of {resource_type} does not hold {name}"


def _named(kind: Kind | None, path: str) -> str:
    return next((name for name in (kind.lacking if kind else ()) if name.lower() == path), path)


def _without(resource: Resource, path: str, reason: Unknown) -> Resource:
    """Return a resource with one path unknown: `exposure`, `resilience.redundant`, `relations.role`, `tags`.

    A path that ends in `?` stays where it is true: what was not seen could only add to it.
    """
    stays, path = path.endswith("?"), path.rstrip("?")
    head, _, rest = path.partition(".")
    if head == "relations":
        return msgspec.structs.replace(resource, relations={**resource.relations, rest: reason})
    value = getattr(resource, head)
    if value is None or isinstance(value, Unknown):
        return resource
    if stays and getattr(value, rest or "public") is True:
        return resource
    if not rest:
        return msgspec.structs.replace(resource, **{head: reason})
    return msgspec.structs.replace(resource, **{head: msgspec.structs.replace(value, **{rest: reason})})


def _blind(resource: Resource, reason: Unknown) -> Resource:
    """Return a resource of which nothing is known but that it is there."""
    said: dict[str, Any] = {
        name: reason for name in resource.__struct_fields__ if isinstance(getattr(resource, name), Aspect)
    }
    if isinstance(resource.config, msgspec.Struct):
        said["config"] = type(resource.config)(**dict.fromkeys(resource.config.__struct_fields__, reason))
    said["relations"] = dict.fromkeys(resource.relations, reason)
    return msgspec.structs.replace(resource, **said)
