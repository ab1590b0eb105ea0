"""What there is to know of a Redshift cluster, and the aspects it makes: the same for live and for code."""

from typing import Any, NamedTuple

from msgspec import Struct

from phiward.collectors.types.aws.kms_keys import KeyOwner, under_kms
from phiward.collectors.types.aws.placement import placed
from phiward.inventory.aspects import (
    Backup,
    EncryptionAtRest,
    EncryptionInTransit,
    Logging,
    Patching,
    Resilience,
)
from phiward.inventory.model import Maybe, Unknown

_NO_END = None  # Redshift upgrades its one line of versions itself; no version has an announced end
_PROVIDER_PATCHES = None  # and tells of no updates that could be counted


class ClusterConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only a Redshift cluster has."""

    publicly_accessible: Maybe[bool]
    """It has a public address, whatever routes and security groups then let through."""
    enhanced_vpc_routing: Maybe[bool]
    """What it loads and unloads goes through the VPC, past its rules and flow logs, and not over the internet."""
    user_activity_logging: Maybe[bool]
    """Its parameter group has each query recorded (`enable_user_activity_logging`)."""
    parameter_group: Maybe[str | None]
    """The name of its parameter group. None: the service's default."""


class Parameters(NamedTuple):
    """What a parameter group says."""

    require_tls: Maybe[bool]
    user_activity: Maybe[bool]


class ClusterFacts(Struct, frozen=True, kw_only=True):
    """One cluster."""

    encrypted: Maybe[bool]
    key_owner: Maybe[KeyOwner | None]
    key: Maybe[str | None]
    hsm: bool
    """A hardware security module of the customer's own holds the key."""
    parameters: Parameters
    parameter_group: Maybe[str | None]
    public: Maybe[bool]
    logging: Logging
    upgrades: Maybe[bool]
    version: Maybe[str | None]
    restart_waits: bool | None
    retention_days: Maybe[int]
    other_site: Maybe[bool]
    redundant: Maybe[bool]
    enhanced_routing: Maybe[bool]


def aspects(facts: ClusterFacts) -> dict[str, Any]:
    """Return the aspects of a cluster and its config; how it is exposed is not among them."""
    days = facts.retention_days
    return {
        "encryption_at_rest": _encryption(facts),
        "encryption_in_transit": EncryptionInTransit(
            enforced=facts.parameters.require_tls,
            minimum_tls=Unknown("the versions of TLS that Redshift accepts are no setting of the cluster"),
        ),
        "logging": facts.logging,
        "patching": Patching(
            automatic=facts.upgrades,
            version=facts.version,
            end_of_support=_NO_END,
            pending_security_updates=_PROVIDER_PATCHES,
            reboot_required=facts.restart_waits,
        ),
        "backup": Backup(
            enabled=days if isinstance(days, Unknown) else days > 0,
            retention_days=days,
            last_success=Unknown("its snapshots are not listed"),
            other_site=facts.other_site,
            encrypted=facts.encrypted,
        ),
        "resilience": Resilience(redundant=facts.redundant),
        "network": placed(facts.public),
        "config": ClusterConfig(
            publicly_accessible=facts.public,
            enhanced_vpc_routing=facts.enhanced_routing,
            user_activity_logging=facts.parameters.user_activity,
            parameter_group=facts.parameter_group,
        ),
    }


def _encryption(facts: ClusterFacts) -> EncryptionAtRest:
    if facts.hsm:
        return EncryptionAtRest(enabled=True, algorithm="hsm", key_owner="customer")
    return under_kms(facts.encrypted, facts.key_owner, facts.key)
