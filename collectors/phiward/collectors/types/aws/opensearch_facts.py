"""What there is to know of an OpenSearch or Elasticsearch domain, and the aspects it makes."""

from typing import Any, Final

from msgspec import Struct

from phiward.collectors.types.aws.kms_keys import KeyOwner, under_kms
from phiward.collectors.types.aws.opensearch_support import end_of_support
from phiward.inventory.aspects import (
    Authentication,
    Backup,
    EncryptionInTransit,
    Exposure,
    Logging,
    Network,
    Patching,
    Resilience,
)
from phiward.inventory.iam import PolicyDocument
from phiward.inventory.iam_questions import cross_account, is_public
from phiward.inventory.kleene import every, negate, some
from phiward.inventory.model import Maybe, Unknown

AUDIT = "AUDIT_LOGS"
_SNAPSHOT_DAYS = 14
_PROVIDER_KEEPS_THEM = None  # snapshots stay in the region, in a bucket of the service's

MINIMUM_TLS: Final = {
    "Policy-Min-TLS-1-0-2019-07": "1.0",
    "Policy-Min-TLS-1-2-2019-07": "1.2",
    "Policy-Min-TLS-1-2-PFS-2023-10": "1.2",
    "Policy-Min-TLS-1-2-RFC9151-FIPS-2024-08": "1.3",
    "Policy-Min-TLS-1-2-FIPS-PQ-2026-10": "1.2",
}
"""TLS security policy to the lowest version that it accepts (OpenSearch Service API, *DomainEndpointOptions*). One with
RFC9151 in its name accepts 1.3 alone, whatever its name says."""

BY_DEFAULT = "Policy-Min-TLS-1-0-2019-07"
"""The policy of a domain that names none: of its name, and of the API's reference."""


class DomainConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only a search domain has."""

    engine_version: Maybe[str]
    """`OpenSearch_2.19`, `Elasticsearch_7.10`."""
    in_vpc: Maybe[bool]
    """Its endpoint lies in a VPC, and has no public address."""
    node_to_node_encryption: Maybe[bool]
    """Its own machines encrypt what they send to each other."""
    fine_grained_access: Maybe[bool]
    """Each request is checked against users and roles of its own, down to documents and fields."""
    tls_policy: Maybe[str | None]
    """`Policy-Min-TLS-1-2-2019-07`. None: the service's default."""
    policy: Maybe[PolicyDocument | None]
    """Who may send requests to it."""


class DomainFacts(Struct, frozen=True, kw_only=True):
    """One domain."""

    account: Maybe[str]
    engine_version: Maybe[str]
    encrypted: Maybe[bool]
    key_owner: Maybe[KeyOwner | None]
    key: Maybe[str | None]
    node_to_node: Maybe[bool]
    in_vpc: Maybe[bool]
    https: Maybe[bool]
    tls_policy: Maybe[str | None]
    policy: Maybe[PolicyDocument | None]
    fine_grained: Maybe[bool]
    anonymous: Maybe[bool]
    """Requests without a name are let in beside fine-grained access control."""
    internal_users: Maybe[bool]
    logs: Maybe[tuple[str, ...]]
    """The kinds of log that are published: `AUDIT_LOGS`, `ES_APPLICATION_LOGS`, `INDEX_SLOW_LOGS`, ..."""
    log_groups: Maybe[tuple[str, ...]]
    updates: Maybe[bool]
    snapshots_paused: Maybe[bool]
    zones: Maybe[bool]
    """Its machines lie in more than one zone."""


def aspects(facts: DomainFacts) -> dict[str, Any]:
    """Return the aspects of a domain and its config."""
    anybody = _anybody(facts)
    paused = facts.snapshots_paused
    return {
        "encryption_at_rest": under_kms(facts.encrypted, facts.key_owner, facts.key),
        "encryption_in_transit": EncryptionInTransit(enforced=facts.https, minimum_tls=minimum_tls(facts.tls_policy)),
        "exposure": _exposure(facts, anybody),
        "authentication": _authentication(facts, anybody),
        "logging": _logging(facts),
        "patching": Patching(
            automatic=facts.updates,
            version=facts.engine_version,
            end_of_support=end_of_support(facts.engine_version),
        ),
        "backup": Backup(
            enabled=negate(paused),
            retention_days=paused if isinstance(paused, Unknown) else 0 if paused else _SNAPSHOT_DAYS,
            last_success=Unknown("OpenSearch Service does not say when it last took a snapshot"),
            other_site=_PROVIDER_KEEPS_THEM,
            encrypted=facts.encrypted,
        ),
        "resilience": Resilience(redundant=facts.zones),
        "network": Network(
            default_deny=None,  # no filter of its own; its endpoint is filtered by security groups only inside a VPC
            ingress=Unknown("what is admitted is in its security groups and its access policy"),
            egress=Unknown("what may leave is in its security groups"),
            listeners=Unknown("which ports its machines listen on is the service's own affair"),
            private=facts.in_vpc,
            in_use=True,
        ),
        "config": DomainConfig(
            engine_version=facts.engine_version,
            in_vpc=facts.in_vpc,
            node_to_node_encryption=facts.node_to_node,
            fine_grained_access=facts.fine_grained,
            tls_policy=facts.tls_policy,
            policy=facts.policy,
        ),
    }


def minimum_tls(policy: Maybe[str | None]) -> Maybe[str]:
    """Return the lowest TLS version that a policy accepts."""
    if isinstance(policy, Unknown):
        return policy
    name = policy or BY_DEFAULT
    return MINIMUM_TLS.get(name, Unknown(f"what the TLS policy {name} accepts is not recorded here"))


def _anybody(facts: DomainFacts) -> Maybe[bool]:
    """Say whether a request without a name is served.

    The access policy must admit it, and fine-grained access control, which asks for a name of its own, must be off or
    let it in (*Fine-grained access control*, the service's guide). Without a policy only the account's own identities
    are admitted.
    """
    admitted = False if facts.policy is None else is_public(facts.policy)
    return every((admitted, some((negate(facts.fine_grained), facts.anonymous))))


def _exposure(facts: DomainFacts, anybody: Maybe[bool]) -> Exposure:
    public = every((negate(facts.in_vpc), anybody))
    ways: Maybe[tuple[str, ...]] = public if isinstance(public, Unknown) else ("policy",) if public else ()
    shared: Maybe[tuple[str, ...]] = () if facts.policy is None else cross_account(facts.policy, facts.account)
    return Exposure(public=public, ways=ways, shared_with=shared)


def _authentication(facts: DomainFacts, anybody: Maybe[bool]) -> Authentication:
    inside = Unknown("set inside the domain, which is not asked")
    internal = facts.internal_users
    return Authentication(
        mfa=inside,
        password=internal,
        anonymous=anybody,
        centralized=negate(internal),
        session_timeout_minutes=inside,
        rules=inside,
        credentials=() if internal is False else inside,
        last_activity=inside,
    )


def _logging(facts: DomainFacts) -> Logging:
    """Return what is recorded. Only its audit log tells who did what; the others tell of errors and slow requests."""
    kinds = facts.logs
    if isinstance(kinds, Unknown):
        return Logging(enabled=kinds, destinations=kinds, off_host=kinds, retention_days=kinds, kinds=kinds)
    return Logging(
        enabled=AUDIT in kinds,
        destinations=facts.log_groups,
        off_host=bool(kinds),
        retention_days=Unknown("its log groups decide how long the log is kept") if kinds else 0,
        kinds=kinds,
    )
