"""What there is to know of an RDS database or cluster, and the aspects it makes: the same for live and for code."""

from typing import Any

from msgspec import Struct

from phiward.collectors.types.aws.backup_coverage import Coverage
from phiward.collectors.types.aws.kms_keys import KeyOwner, under_kms
from phiward.collectors.types.aws.rds_parameters import Transit
from phiward.collectors.types.aws.rds_support import end_of_support
from phiward.inventory.aspects import (
    Authentication,
    Backup,
    EncryptionInTransit,
    Logging,
    Monitoring,
    Patching,
    Resilience,
)
from phiward.inventory.model import Maybe, Unknown

INSIDE = Unknown("set inside the database, which is not asked")


class DatabaseFacts(Struct, frozen=True, kw_only=True):
    """One database instance or cluster."""

    engine: Maybe[str]
    version: Maybe[str]
    encrypted: Maybe[bool]
    key_owner: Maybe[KeyOwner | None]
    key: Maybe[str | None]
    tls: Transit
    iam_sign_in: Maybe[bool]
    log_exports: Maybe[tuple[str, ...]]
    retention_days: Maybe[int]
    last_backup: Maybe[str | None]
    other_site: Maybe[bool]
    redundant: Maybe[bool]
    deletion_protected: Maybe[bool]
    coverage: Coverage


def data_aspects(facts: DatabaseFacts) -> dict[str, Any]:
    """Return the aspects that an instance and a cluster share."""
    kinds = facts.log_exports
    days = facts.retention_days
    return {
        "encryption_at_rest": under_kms(facts.encrypted, facts.key_owner, facts.key),
        "authentication": Authentication(
            mfa=None,
            password=True,
            anonymous=False,
            centralized=facts.iam_sign_in,
            session_timeout_minutes=INSIDE,
            rules=INSIDE,
            credentials=INSIDE,
            last_activity=INSIDE,
        ),
        "logging": Logging(
            enabled=kinds if isinstance(kinds, Unknown) else bool(kinds),
            destinations=Unknown("the log groups are named after the database") if kinds else (),
            off_host=kinds if isinstance(kinds, Unknown) else bool(kinds),
            retention_days=Unknown("its log groups decide how long the log is kept") if kinds else 0,
            kinds=kinds,
        ),
        "backup": facts.coverage.onto(
            Backup(
                enabled=days if isinstance(days, Unknown) else days > 0,
                retention_days=days,
                last_success=facts.last_backup,
                other_site=facts.other_site,
                encrypted=facts.encrypted,
            )
        ),
        "resilience": Resilience(redundant=facts.redundant, deletion_protected=facts.deletion_protected),
    }


def transit(tls: Transit, certificate_expires: Maybe[str | None]) -> EncryptionInTransit:
    """Return how connections are protected."""
    return EncryptionInTransit(enforced=tls.enforced, minimum_tls=tls.minimum, certificate_expires=certificate_expires)


def patched(
    automatic: Maybe[bool], engine: Maybe[str], version: Maybe[str], *, reboot_required: bool | None = None
) -> Patching:
    """Return how an instance is patched.

    RDS keeps no list of updates that could be counted or dated, so there is none. It does say when something waits
    for a restart, and nothing where nothing does.
    """
    return Patching(
        automatic=automatic,
        version=version,
        end_of_support=end_of_support(engine, version),
        reboot_required=reboot_required,
    )


def watched(interval: Maybe[int], insights: Maybe[bool]) -> Monitoring:
    """Return how an instance is watched: enhanced monitoring (seconds between measures, 0: off) or its insights."""
    on: Maybe[bool]
    if insights is True or (isinstance(interval, int) and interval > 0):
        on = True
    else:
        on = interval if isinstance(interval, Unknown) else insights
    return Monitoring(enabled=on, alerts=Unknown("alarms and event subscriptions are not read"))
