"""Who a host is, and the readings a resource of it was made from."""

import re
from typing import Any

from phiward.collectors.host.frames import Answer
from phiward.collectors.host.run import digest
from phiward.collectors.host.sections import FILLS
from phiward.inventory.model import Observation, Origin, OriginKind, Resource


def host_name(answer: Answer) -> str:
    """Return the host's name, in characters that a name may have; `unnamed` where it did not say one."""
    text = answer.text("os/name")
    name = re.sub(r"[^A-Za-z0-9._-]", "", text)[:253] if isinstance(text, str) else ""
    return name or "unnamed"


def part_id(answer: Answer, part: str) -> str:
    """Return the id of a part of the host."""
    return f"host:{host_name(answer)}/{part}"


def resource(answer: Answer, kind: str, now: str | None, *, part: str = "", **fields: Any) -> Resource:
    """Return a resource of a host: itself, or a part of it, told apart by `part` (`filesystem:/srv`)."""
    host = host_name(answer)
    return Resource(
        id=part_id(answer, part) if part else f"host:{host}",
        type=kind,
        name=part.partition(":")[2] if part else host,
        provider="linux",
        account=host,
        origin=Origin(kind=OriginKind.HOST),
        observations=observations(answer, kind, now),
        **fields,
    )


def observations(answer: Answer, kind: str, now: str | None) -> tuple[Observation, ...]:
    """Return what was read: the probe itself by its digest, and each section that gave something of the type."""
    user = answer.text("os/user")
    who = user.strip() if isinstance(user, str) and user.strip().isprintable() else f"uid {answer.uid}"
    found = [
        Observation(call=f"probe:version-{answer.version}", at=now, principal=who, digest=answer.probe or digest())
    ]
    for section, types in FILLS.items():
        raw = answer.digest(section)
        if kind in types and raw is not None:
            found.append(Observation(call=f"probe:{section}", fills=types[kind], at=now, principal=who, digest=raw))
    return tuple(found)
