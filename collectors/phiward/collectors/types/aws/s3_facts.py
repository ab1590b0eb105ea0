"""What there is to know of an S3 bucket, and the aspects it makes: the same for a live bucket and for code."""

from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from phiward.collectors.types.aws.kms_keys import KeyOwner
from phiward.collectors.types.aws.resource_policies import lets_anyone_in
from phiward.inventory.aspects import Backup, EncryptionAtRest, EncryptionInTransit, Exposure, Integrity, Logging
from phiward.inventory.iam import PolicyDocument, Statement
from phiward.inventory.iam_match import covers_action
from phiward.inventory.iam_questions import cross_account
from phiward.inventory.kleene import each, every, negate, some
from phiward.inventory.model import Maybe, Unknown

BY_DEFAULT = "AES256"
"""What S3 does where no rule is given, to every new object since January 2023 (*S3 User Guide*)."""

MINIMUM_TLS = "1.2"
"""The lowest version that S3 endpoints accept: the service's own setting, which nobody can lower."""


class Guard(Struct, frozen=True, kw_only=True):
    """The four settings of a public access block."""

    block_public_acls: Maybe[bool] = False
    block_public_policy: Maybe[bool] = False
    ignore_public_acls: Maybe[bool] = False
    restrict_public_buckets: Maybe[bool] = False


class BucketConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only an S3 bucket has."""

    policy: Maybe[PolicyDocument | None]
    """The bucket policy."""
    object_ownership: Maybe[str | None]
    """`BucketOwnerEnforced` (lists of grants are off), `BucketOwnerPreferred`, `ObjectWriter`. None: not set."""
    bucket_key: Maybe[bool]
    """One key per bucket stands between its objects and KMS."""
    object_lock: Maybe[bool]
    """Versions can be locked against deletion."""
    default_retention_days: Maybe[int | None]
    """Days that a new version is locked. None: no default."""
    acl_grantees: Maybe[tuple[str, ...]]
    """Whom its list of grants names beside its owner: `canonical:ID`, or a group's address. The group that delivers
    access logs is left out."""
    public_write: Maybe[bool]
    """Anyone may put or delete objects, or change who may, once its public access blocks are applied."""
    lifecycle: Maybe[bool]
    """Rules say what becomes of its objects and their earlier versions, and at least one is enabled."""
    notifies: Maybe[tuple[Maybe[str], ...]]
    """What is told when objects come or go: topics, queues and functions by id, and `eventbridge`."""
    object_reads_recorded: Maybe[bool]
    """A trail that is switched on records every read of its objects."""
    object_writes_recorded: Maybe[bool]
    """A trail that is switched on records every write of its objects."""


class BucketFacts(Struct, frozen=True, kw_only=True):
    """One bucket."""

    algorithm: Maybe[str]
    key_owner: Maybe[KeyOwner | None]
    key: Maybe[str | None]
    bucket_key: Maybe[bool]
    policy: Maybe[PolicyDocument | None]
    tls: Maybe[bool]
    """Its policy refuses connections without TLS."""
    account: Maybe[str | None]
    """The account that owns it."""
    public_acl: Maybe[bool]
    """Its list of grants names everybody, or every customer of AWS."""
    granted: Maybe[tuple[str, ...]] = ()
    """Other owners that its list of grants names."""
    grantees: Maybe[tuple[str, ...]] = ()
    """Whoever beside its owner the list names, public groups included."""
    public_write_acl: Maybe[bool] = False
    """Its list of grants lets everybody, or every customer of AWS, write."""
    ownership: Maybe[str | None]
    guard: Maybe[Guard | None]
    """The bucket's own public access block. None: it has none."""
    unguarded: Maybe[bool] = False
    """What `public_access_blocked` is where the bucket has no block of its own."""
    account_guard: Maybe[Guard | None]
    versioned: Maybe[bool]
    mfa_delete: Maybe[bool]
    object_lock: Maybe[bool]
    lock_days: Maybe[int | None]
    log_target: Maybe[str | None]
    """The id or name of the bucket that its access log goes to."""
    logs_to_itself: bool = False
    receives_logs: Maybe[bool] = False
    """Access logs of other buckets are delivered into it. Where it keeps none of its own, none is asked of it: logs of
    logs would never end."""
    noncurrent_days: Maybe[int | None]
    """Days until an earlier version is deleted. None: never."""
    other_site: Maybe[bool]
    """It is replicated into another region or account."""
    lifecycle: Maybe[bool]
    notifies: Maybe[tuple[Maybe[str], ...]]
    reads_recorded: Maybe[bool]
    writes_recorded: Maybe[bool]
    trails: Maybe[tuple[str, ...]]
    """The trails that record every read and write of its objects, by id."""


def aspects(facts: BucketFacts) -> dict[str, Any]:
    """Return the aspects and the config of a bucket."""
    return {
        "encryption_at_rest": _encryption(facts),
        "encryption_in_transit": EncryptionInTransit(enforced=facts.tls, minimum_tls=MINIMUM_TLS),
        "exposure": _exposure(facts),
        "logging": _logging(facts),
        "backup": _backup(facts),
        "integrity": Integrity(
            versioned=facts.versioned, immutable=_immutable(facts), delete_needs_mfa=facts.mfa_delete
        ),
        "config": BucketConfig(
            policy=facts.policy,
            object_ownership=facts.ownership,
            bucket_key=facts.bucket_key,
            object_lock=facts.object_lock,
            default_retention_days=facts.lock_days,
            acl_grantees=facts.grantees,
            public_write=_public_write(facts),
            lifecycle=facts.lifecycle,
            notifies=facts.notifies,
            object_reads_recorded=facts.reads_recorded,
            object_writes_recorded=facts.writes_recorded,
        ),
    }


def _encryption(facts: BucketFacts) -> EncryptionAtRest:
    """Every object is encrypted, whatever the rule says: S3 has no other way since January 2023."""
    return EncryptionAtRest(enabled=True, algorithm=facts.algorithm, key_owner=facts.key_owner, key=facts.key)


def _exposure(facts: BucketFacts) -> Exposure:
    guards = (facts.guard, facts.account_guard)
    lists_count = facts.ownership if isinstance(facts.ownership, Unknown) else facts.ownership != "BucketOwnerEnforced"
    by_policy = every(
        (
            lets_anyone_in(facts.policy) if facts.policy is not None else False,
            negate(_either(guards, "restrict_public_buckets")),
        )
    )
    by_list = every((facts.public_acl, lists_count, negate(_either(guards, "ignore_public_acls"))))
    public = some((by_policy, by_list))
    ways = tuple(way for way, open_ in (("acl", by_list), ("policy", by_policy)) if open_ is True)
    unseen = next((each for each in (by_policy, by_list) if isinstance(each, Unknown)), None)
    return Exposure(
        public=public,
        ways=unseen or ways,
        shared_with=_shared_with(facts),
        public_access_blocked=_blocked(facts, public),
    )


def _public_write(facts: BucketFacts) -> Maybe[bool]:
    guards = (facts.guard, facts.account_guard)
    policy = writes_alone(facts.policy) if facts.policy is not None else None
    lists_count = facts.ownership if isinstance(facts.ownership, Unknown) else facts.ownership != "BucketOwnerEnforced"
    return some(
        (
            every(
                (
                    lets_anyone_in(policy) if policy is not None else False,
                    negate(_either(guards, "restrict_public_buckets")),
                )
            ),
            every((facts.public_write_acl, lists_count, negate(_either(guards, "ignore_public_acls")))),
        )
    )


def writes_alone(document: Maybe[PolicyDocument]) -> Maybe[PolicyDocument]:
    """Return a policy without the Allow statements that let nobody write."""
    if isinstance(document, Unknown) or isinstance(document.statements, Unknown):
        return document
    kept: list[Maybe[Statement]] = []
    for statement in document.statements:
        if isinstance(statement, Unknown) or statement.effect == "Deny":
            kept.append(statement)
            continue
        writes = some(covers_action(statement, action) for action in _WRITES)
        if writes is not False:
            kept.append(writes if isinstance(writes, Unknown) else statement)
    return replace(document, statements=tuple(kept))


def lets_logs_in(policy: Maybe[PolicyDocument | None]) -> Maybe[bool]:
    """Say whether a bucket policy lets S3 deliver access logs."""
    if policy is None or isinstance(policy, Unknown):
        return policy or False
    statements = policy.statements
    return some(
        statement
        if isinstance(statement, Unknown)
        else every(
            (
                statement.effect if isinstance(statement.effect, Unknown) else statement.effect == "Allow",
                some(each(statement.principals or (), lambda principal: principal == _DELIVERS)),
                covers_action(statement, "s3:putobject"),
            )
        )
        for statement in ((statements,) if isinstance(statements, Unknown) else statements)
    )


_DELIVERS = "service:logging.s3.amazonaws.com"
_WRITES = (
    "s3:putobject",
    "s3:deleteobject",
    "s3:putobjectacl",
    "s3:putbucketacl",
    "s3:putbucketpolicy",
    "s3:deletebucketpolicy",
)
"""What changes objects, or who may reach them."""


def _shared_with(facts: BucketFacts) -> Maybe[tuple[str, ...]]:
    by_policy = cross_account(facts.policy, facts.account) if facts.policy is not None else ()
    if isinstance(by_policy, Unknown):
        return by_policy
    if isinstance(facts.granted, Unknown):
        return facts.granted
    return tuple(sorted({*by_policy, *facts.granted}))


def _either(guards: tuple[Maybe[Guard | None], ...], setting: str) -> Maybe[bool]:
    """Say whether a setting is on for the bucket or for its account."""
    return some(
        guard if isinstance(guard, Unknown) else False if guard is None else getattr(guard, setting) for guard in guards
    )


def _blocked(facts: BucketFacts, public: Maybe[bool]) -> Maybe[bool]:
    guards = (facts.guard, facts.account_guard)
    blocked = every(_either(guards, setting) for setting in Guard.__struct_fields__)
    if blocked is False and facts.guard is None and public is not True:
        return facts.unguarded
    return blocked


def _logging(facts: BucketFacts) -> Logging:
    if isinstance(facts.log_target, Unknown):
        return Logging(
            enabled=facts.log_target,
            destinations=facts.log_target,
            off_host=facts.log_target,
            retention_days=facts.log_target,
            kinds=facts.log_target,
        )
    if facts.log_target is None:
        spared = facts.receives_logs
        return Logging(
            enabled=spared if isinstance(spared, Unknown) else None if spared else False,
            off_host=False,
            retention_days=0,
        )
    return Logging(
        enabled=True,
        destinations=(facts.log_target,),
        off_host=not facts.logs_to_itself,
        retention_days=Unknown("the bucket that holds the log decides how long it is kept"),
        kinds=("access",),
    )


def _backup(facts: BucketFacts) -> Backup:
    """Earlier versions, and copies elsewhere, are what a bucket can be brought back from."""
    kept = facts.versioned
    if kept is False and facts.other_site is not True:
        retention: Maybe[int | None] = facts.other_site if isinstance(facts.other_site, Unknown) else 0
    else:
        retention = kept if isinstance(kept, Unknown) else facts.noncurrent_days
    return Backup(
        enabled=some((kept, facts.other_site)),
        retention_days=retention,
        last_success=Unknown("S3 does not say when a version or copy was last made"),
        other_site=facts.other_site,
        encrypted=True,
    )


def _immutable(facts: BucketFacts) -> Maybe[bool]:
    days = facts.lock_days
    return every((facts.object_lock, days if isinstance(days, Unknown) else bool(days)))
