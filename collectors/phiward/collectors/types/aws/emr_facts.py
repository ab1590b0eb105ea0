"""What there is to know of an EMR cluster, and the aspects it makes: the same for live and for code."""

from typing import Any, NamedTuple

from msgspec import Struct

from phiward.collectors.types.aws.emr_security import Security
from phiward.collectors.types.aws.kms_keys import KeyOwner, under_kms
from phiward.collectors.types.aws.placement import placed
from phiward.collectors.types.aws.reach import Reach
from phiward.inventory.aspects import EncryptionInTransit, Exposure, Logging, Resilience
from phiward.inventory.model import Maybe, Unknown

_SSH = "22-22"


class ClusterConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only an EMR cluster has."""

    kerberos: Maybe[bool]
    """Its users and services prove who they are with Kerberos."""
    primary_has_public_address: Maybe[bool]
    """A primary node (*master*) has a public address."""
    open_ports: Maybe[tuple[str, ...]]
    """The ports, `22-22`, that the region's block of public access lets security groups open to the world."""
    release: Maybe[str | None]
    """`emr-7.2.0`."""


class Guard(NamedTuple):
    """The region's block of public access: whether it is on, and the ports that it leaves out."""

    on: Maybe[bool]
    ports: Maybe[tuple[str, ...]]


class ClusterFacts(Struct, frozen=True, kw_only=True):
    """One cluster."""

    security: Security
    key_owner: Maybe[KeyOwner | None]
    address: Maybe[bool]
    reached: Reach
    guard: Guard
    log: Maybe[str | None]
    """Where its logs are kept (`s3://...`)."""
    protected: Maybe[bool | None]
    release: Maybe[str | None]


def aspects(facts: ClusterFacts) -> dict[str, Any]:
    """Return the aspects of a cluster and its config."""
    security, log = facts.security, facts.log
    return {
        "encryption_at_rest": under_kms(security.at_rest, facts.key_owner, security.key),
        "encryption_in_transit": EncryptionInTransit(enforced=security.in_transit),
        "exposure": Exposure(
            public=facts.reached.public, ways=facts.reached.ways, public_access_blocked=_blocked(facts.guard)
        ),
        "logging": Logging(
            enabled=log if isinstance(log, Unknown) else bool(log),
            destinations=log if isinstance(log, Unknown) else (log,) if log else (),
            off_host=log if isinstance(log, Unknown) else bool(log),
            retention_days=Unknown("the bucket it goes to decides how long it is kept") if log else 0,
        ),
        "resilience": Resilience(deletion_protected=facts.protected),
        "network": placed(facts.address),
        "config": ClusterConfig(
            kerberos=security.kerberos,
            primary_has_public_address=facts.address,
            open_ports=facts.guard.ports,
            release=facts.release,
        ),
    }


def _blocked(guard: Guard) -> Maybe[bool]:
    """Say whether the guard stands: on, and leaving out nothing but SSH, as AWS sets it up.

    What a group opens on port 22 is judged where the group is.
    """
    if isinstance(guard.on, Unknown) or not guard.on:
        return guard.on
    return guard.ports if isinstance(guard.ports, Unknown) else set(guard.ports) <= {_SSH}
