"""What there is to know of an ElastiCache cache, and the aspects it makes: for groups, single nodes and Memcached."""

from typing import Any, Final

from msgspec import Struct

from phiward.collectors.types.aws.kms_keys import KeyOwner
from phiward.inventory.aspects import (
    Authentication,
    Backup,
    Credential,
    EncryptionAtRest,
    EncryptionInTransit,
    Patching,
    Resilience,
)
from phiward.inventory.kleene import every, negate
from phiward.inventory.model import Maybe, Unknown

MEMCACHED = "memcached"

END_OF_STANDARD_SUPPORT: Final = {
    "2": "2023-01-13",
    "3": "2023-07-31",
    "4": "2026-01-31",
    "5": "2026-01-31",
    "6": "2027-01-31",
}
"""Major version of Redis OSS to the last day of standard support (*Engine versions and upgrading*, ElastiCache User
Guide). Of Redis OSS 7, Valkey and Memcached no end is announced."""

_LOWEST_TLS = "1.2"
"""The lowest version that ElastiCache accepts, since 8 May 2025 (*ElastiCache in-transit encryption*)."""


class CacheConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only a cache has."""

    engine: Maybe[str]
    """`redis`, `valkey` or `memcached`."""
    engine_version: Maybe[str]


class CacheFacts(Struct, frozen=True, kw_only=True):
    """One cache."""

    engine: Maybe[str]
    version: Maybe[str]
    encrypted: Maybe[bool]
    key_owner: Maybe[KeyOwner | None]
    key: Maybe[str | None]
    tls: Maybe[bool]
    plain_too: Maybe[bool]
    """It accepts plain text beside TLS (`preferred`), while its clients move."""
    anonymous: Maybe[bool]
    token_set: Maybe[str | None]
    """When its AUTH token was last set (a time). None: it has none."""
    upgrades: Maybe[bool]
    retention_days: Maybe[int]
    redundant: Maybe[bool | None]


def aspects(facts: CacheFacts) -> dict[str, Any]:
    """Return the aspects of a Redis or Valkey cache and its config."""
    days = facts.retention_days
    return {
        **memcached_aspects(facts),
        "encryption_at_rest": _encryption(facts),
        "authentication": _authentication(facts),
        "backup": Backup(
            enabled=days if isinstance(days, Unknown) else days > 0,
            retention_days=days,
            last_success=Unknown("its snapshots are not listed"),
            other_site=Unknown("snapshots stay in the region unless they are exported, which is not seen"),
            encrypted=facts.encrypted,
        ),
        "resilience": Resilience(redundant=facts.redundant),
    }


def memcached_aspects(facts: CacheFacts) -> dict[str, Any]:
    """Return the aspects that every cache has. Memcached keeps nothing on disk, makes no backups and asks no names."""
    enforced = every((facts.tls, negate(facts.plain_too)))
    return {
        "encryption_in_transit": EncryptionInTransit(
            enforced=enforced,
            minimum_tls=facts.tls if isinstance(facts.tls, Unknown) else _LOWEST_TLS if facts.tls else None,
        ),
        "patching": Patching(
            automatic=facts.upgrades,
            version=facts.version,
            end_of_support=end_of_support(facts.engine, facts.version),
        ),
        "config": CacheConfig(engine=facts.engine, engine_version=facts.version),
    }


def end_of_support(engine: Maybe[str], version: Maybe[str]) -> Maybe[str | None]:
    """Return the last day of standard support (a date), None where no end is announced."""
    if isinstance(engine, Unknown) or engine != "redis":
        return engine if isinstance(engine, Unknown) else None
    return version if isinstance(version, Unknown) else END_OF_STANDARD_SUPPORT.get(version.partition(".")[0])


def _encryption(facts: CacheFacts) -> EncryptionAtRest:
    """Return the encryption of what is written to disk: snapshots, swap, and what replicas are sent."""
    if isinstance(facts.encrypted, Unknown):
        why = facts.encrypted
        return EncryptionAtRest(enabled=why, algorithm=why, key_owner=why, key=why)
    if not facts.encrypted:
        return EncryptionAtRest(enabled=False)
    algorithm = "aws:kms" if facts.key else "AES256"
    return EncryptionAtRest(enabled=True, algorithm=algorithm, key_owner=facts.key_owner, key=facts.key)


def _authentication(facts: CacheFacts) -> Authentication:
    """Return how its clients prove who they are: with one token that all share, as users of its groups, or not."""
    anonymous, token = facts.anonymous, facts.token_set
    inside = Unknown("what its users and tokens were used for is not told")
    credentials: Maybe[tuple[Credential, ...]] = inside
    if anonymous is True:
        credentials = ()
    elif token is not None:
        credentials = (Credential(id="auth-token", kind="token", active=True, created=token, last_used=inside),)
    return Authentication(
        mfa=None,
        password=negate(anonymous),
        anonymous=anonymous,
        centralized=False if anonymous is True or token is not None else Unknown("its users may sign in through IAM"),
        credentials=credentials,
        last_activity=inside,
    )
