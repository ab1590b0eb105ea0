"""What there is to know of an EFS file system, and the aspects it makes: the same for live and for code."""

from typing import Any

import msgspec
from msgspec import Struct

from phiward.collectors.types.aws.backup_coverage import Coverage
from phiward.collectors.types.aws.kms_keys import KeyOwner, under_kms
from phiward.inventory.aspects import Backup, EncryptionInTransit, Exposure, Resilience
from phiward.inventory.iam import PolicyDocument
from phiward.inventory.iam_questions import cross_account, enforces_tls_on, is_public
from phiward.inventory.kleene import every
from phiward.inventory.model import Maybe, Unknown

_MOUNT = "elasticfilesystem:ClientMount"
_TLS_OF_THE_SERVICE = "1.2"
"""The version that EFS speaks (*Encrypting data in transit*, Amazon EFS User Guide)."""

_DAYS_OF_THE_DEFAULT_PLAN = 35
"""How long the automatic backups of EFS are kept (*Backing up file systems*, Amazon EFS User Guide)."""


class FileSystemConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only a file system has."""

    automatic_backup: Maybe[bool]
    """Its own backup policy is on: AWS Backup copies it each day."""
    policy: Maybe[PolicyDocument | None]
    """Who may mount it, beyond what its security groups admit. None: whoever reaches it."""
    one_zone: Maybe[bool]
    """It is kept in one zone alone."""


class FileSystemFacts(Struct, frozen=True, kw_only=True):
    """One file system."""

    account: Maybe[str]
    encrypted: Maybe[bool]
    key_owner: Maybe[KeyOwner | None]
    key: Maybe[str | None]
    policy: Maybe[PolicyDocument | None]
    automatic_backup: Maybe[bool]
    coverage: Coverage
    one_zone: Maybe[bool]
    reached: Maybe[bool]
    """The internet reaches a mount target."""
    ways: Maybe[tuple[str, ...]] = ()


def aspects(facts: FileSystemFacts) -> dict[str, Any]:
    """Return the aspects of a file system and its config."""
    policy = facts.policy
    return {
        "encryption_at_rest": under_kms(facts.encrypted, facts.key_owner, facts.key),
        "encryption_in_transit": EncryptionInTransit(
            enforced=False if policy is None else enforces_tls_on(policy, _MOUNT, ()),
            minimum_tls=_TLS_OF_THE_SERVICE,
        ),
        "exposure": _exposure(facts),
        "backup": _backup(facts),
        "resilience": Resilience(
            redundant=facts.one_zone if isinstance(facts.one_zone, Unknown) else not facts.one_zone
        ),
        "config": FileSystemConfig(automatic_backup=facts.automatic_backup, policy=policy, one_zone=facts.one_zone),
    }


def _backup(facts: FileSystemFacts) -> Backup:
    """Return its copies: those of its own backup policy, and those of the plans of AWS Backup that cover it.

    A file system that a plan covers is backed up, whatever its own policy says. AWS Backup encrypts what it copies from
    EFS under the key of its vault.
    """
    copies = facts.coverage.alone(otherwise=facts.automatic_backup, encrypted=True)
    if facts.automatic_backup is True and facts.coverage.planned is not True:
        return msgspec.structs.replace(copies, retention_days=_DAYS_OF_THE_DEFAULT_PLAN)
    return copies


def _exposure(facts: FileSystemFacts) -> Exposure:
    """Return who outside reaches it.

    A policy for everybody opens it to those in the VPC alone: mount targets have private addresses, and only an IPv6
    one can be reached from the internet at all.
    """
    policy = facts.policy
    public = every((facts.reached, True if policy is None else is_public(policy)))
    return Exposure(
        public=public,
        ways=public if isinstance(public, Unknown) else facts.ways if public else (),
        shared_with=() if policy is None else cross_account(policy, facts.account),
    )
