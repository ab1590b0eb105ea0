"""What there is to know of a DynamoDB table, and the aspects it makes: the same for a live table and for code."""

from typing import Any

from msgspec import Struct

from phiward.collectors.types.aws.backup_coverage import Coverage
from phiward.collectors.types.aws.kms_keys import KeyOwner
from phiward.collectors.types.aws.resource_policies import policy_exposure
from phiward.inventory.aspects import Backup, EncryptionAtRest, Resilience
from phiward.inventory.iam import PolicyDocument
from phiward.inventory.kleene import some
from phiward.inventory.model import Maybe, Unknown

ON_DEMAND = "PAY_PER_REQUEST"
PROVISIONED = "PROVISIONED"
RECOVERY_DAYS = 35
"""How far back point-in-time recovery reaches where nobody shortened it."""


class TableConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only a DynamoDB table has."""

    billing_mode: Maybe[str]
    """`PROVISIONED` (capacity is bought ahead) or `PAY_PER_REQUEST` (it follows the load by itself)."""
    read_autoscaled: Maybe[bool]
    """Application Auto Scaling follows the load of reads. Not where the mode is `PAY_PER_REQUEST`."""
    write_autoscaled: Maybe[bool]
    """Application Auto Scaling follows the load of writes. Not where the mode is `PAY_PER_REQUEST`."""
    point_in_time_recovery: Maybe[bool]
    """Every second of the last days can be restored."""
    policy: Maybe[PolicyDocument | None]
    """The table's own policy. None: only the identities' policies decide."""


class TableFacts(Struct, frozen=True, kw_only=True):
    """One table."""

    kms: Maybe[bool]
    """It is under a KMS key, and not under the one that DynamoDB owns."""
    key_owner: Maybe[KeyOwner | None]
    key: Maybe[str | None]
    policy: Maybe[PolicyDocument | None]
    account: Maybe[str]
    recovery: Maybe[bool]
    """Point-in-time recovery is on."""
    recovery_days: Maybe[int]
    last_restorable: Maybe[str | None]
    replicated: Maybe[bool]
    """It has a replica in another region."""
    deletion_protected: Maybe[bool]
    billing_mode: Maybe[str]
    read_autoscaled: Maybe[bool]
    write_autoscaled: Maybe[bool]
    coverage: Coverage


def aspects(facts: TableFacts) -> dict[str, Any]:
    """Return the aspects and the config of a table.

    DynamoDB encrypts every table, keeps each in three availability zones, and encrypts every copy of it (*DynamoDB
    Developer Guide*, encryption at rest, resilience).
    """
    return {
        "encryption_at_rest": _encryption(facts),
        "exposure": policy_exposure(facts.policy, facts.account),
        "backup": _backup(facts),
        "resilience": Resilience(redundant=True, deletion_protected=facts.deletion_protected),
        "config": TableConfig(
            billing_mode=facts.billing_mode,
            read_autoscaled=facts.read_autoscaled,
            write_autoscaled=facts.write_autoscaled,
            point_in_time_recovery=facts.recovery,
            policy=facts.policy,
        ),
    }


def _encryption(facts: TableFacts) -> EncryptionAtRest:
    if isinstance(facts.kms, Unknown):
        return EncryptionAtRest(enabled=True, algorithm=facts.kms, key_owner=facts.kms, key=facts.kms)
    if not facts.kms:
        return EncryptionAtRest(enabled=True, algorithm="AES256", key_owner="provider")
    return EncryptionAtRest(enabled=True, algorithm="aws:kms", key_owner=facts.key_owner, key=facts.key)


def _backup(facts: TableFacts) -> Backup:
    on, plan = facts.recovery, facts.coverage
    copies = plan.alone(otherwise=on, encrypted=True)
    days = copies.retention_days
    if on is True:
        # The plan's copies are kept longer, or the last days' are all there is.
        longer = plan.planned is True and (days is None or (isinstance(days, int) and days > RECOVERY_DAYS))
        days = days if longer else facts.recovery_days
    return Backup(
        enabled=copies.enabled,
        retention_days=days,
        last_success=facts.last_restorable if on is True else on if isinstance(on, Unknown) else copies.last_success,
        other_site=some((facts.replicated, plan.other_site)),
        encrypted=True,
        planned=plan.planned,
        last_recovery_point=plan.last_recovery_point,
    )
