"""An S3 bucket as Terraform writes it: the bucket's own arguments, and the resources split from it since provider 4."""

from typing import Any

from msgspec.structs import replace

from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.evaluate.values import PartlyKnownText
from phiward.collectors.terraform.form import Source
from phiward.collectors.terraform.plan_block import KNOWN_AFTER_APPLY
from phiward.collectors.types.aws.arguments import as_number, flag, text, there
from phiward.collectors.types.aws.kms_keys import named_key
from phiward.collectors.types.aws.policies import policy_argument
from phiward.collectors.types.aws.s3_acl import grants_of_code
from phiward.collectors.types.aws.s3_facts import BY_DEFAULT, BucketFacts, Guard, lets_logs_in
from phiward.collectors.types.aws.s3_parts import (
    ENCRYPTION,
    GUARD,
    LOCK,
    NOTIFICATION,
    OWNERSHIP,
    REPLICATION,
    enabled_in,
    nested_in,
    part_of,
)
from phiward.collectors.types.aws.s3_recording import own_name, recorded_of_code
from phiward.collectors.types.aws.s3_rules import lifecycle, noncurrent_days, notifies, other_site
from phiward.inventory.iam import PolicyDocument, Statement
from phiward.inventory.iam_questions import enforces_tls
from phiward.inventory.kleene import some
from phiward.inventory.model import Maybe, Unknown

_ACCOUNT_GUARD = "aws_s3_account_public_access_block"
_UNGUARDED = Unknown(
    "no aws_s3_bucket_public_access_block: AWS blocks public access to buckets made since April 2023 by itself, but "
    "not to older ones; write the block out"
)


def facts_of_code(block: Block, parts: Parts, source: Source) -> BucketFacts:
    """Return what the code says of a bucket."""
    policy, tls = _policy(block, parts, source)
    logging = part_of(block, parts, "aws_s3_bucket_logging")
    target = _target(logging, source)
    return BucketFacts(
        **_encryption(part_of(block, parts, ENCRYPTION), source),
        **_versioning(part_of(block, parts, "aws_s3_bucket_versioning")),
        **_lock(block, part_of(block, parts, LOCK)),
        policy=policy,
        tls=tls,
        account=source.account,
        **grants_of_code(block, part_of(block, parts, "aws_s3_bucket_acl")),
        **recorded_of_code(block, source),
        ownership=_ownership(part_of(block, parts, OWNERSHIP)),
        guard=_guard(part_of(block, parts, GUARD)),
        unguarded=_UNGUARDED,
        account_guard=next((_guard(source.certain(each)) for each in source.blocks(_ACCOUNT_GUARD)), None),
        log_target=target,
        logs_to_itself=target == source.id(block.address),
        receives_logs=_receives_logs(block, parts, policy, source),
        noncurrent_days=noncurrent_days(block, parts),
        lifecycle=lifecycle(block, parts),
        notifies=notifies(part_of(block, parts, NOTIFICATION), source),
        other_site=other_site(part_of(block, parts, REPLICATION), source),
    )


def relations_of_code(facts: BucketFacts) -> dict[str, Maybe[tuple[str, ...]]]:
    """Return where a bucket's relations lead."""
    return {
        **{
            name: value if isinstance(value, Unknown) else (value,) if value else ()
            for name, value in (("logging_destination", facts.log_target), ("encrypts_with", facts.key))
        },
        "recorded_by": facts.trails,
    }


def _encryption(part: Block | Unknown | None, source: Source) -> dict[str, Any]:
    rule = nested_in(part, "rule") if part is not None and not isinstance(part, Unknown) else part
    default: Block | Unknown | None = rule
    bucket_key: Maybe[bool] = False
    if rule is not None and not isinstance(rule, Unknown):
        default = nested_in(rule, "apply_server_side_encryption_by_default")
        bucket_key = flag(rule, "bucket_key_enabled", default=False)
    if isinstance(default, Unknown):
        return {"algorithm": default, "key_owner": default, "key": default, "bucket_key": default}
    algorithm = text(default, "sse_algorithm", BY_DEFAULT) if default is not None else BY_DEFAULT
    if isinstance(algorithm, Unknown):
        return {"algorithm": algorithm, "key_owner": algorithm, "key": algorithm, "bucket_key": bucket_key}
    if default is None or algorithm == BY_DEFAULT:
        return {"algorithm": algorithm, "key_owner": "provider", "key": None, "bucket_key": bucket_key}
    owner, key = named_key(default, "kms_master_key_id", source)
    return {"algorithm": algorithm, "key_owner": owner, "key": key, "bucket_key": bucket_key}


def _versioning(part: Block | Unknown | None) -> dict[str, Any]:
    inner = part
    if part is not None and not isinstance(part, Unknown) and part.type != "versioning":
        inner = nested_in(part, "versioning_configuration")
    if isinstance(inner, Unknown):
        return {"versioned": inner, "mfa_delete": inner}
    if inner is None:
        return {"versioned": False, "mfa_delete": False}
    if inner.type == "versioning":
        return {
            "versioned": flag(inner, "enabled", default=False),
            "mfa_delete": flag(inner, "mfa_delete", default=False),
        }
    return {"versioned": enabled_in(inner, "status"), "mfa_delete": enabled_in(inner, "mfa_delete")}


def _lock(block: Block, part: Block | Unknown | None) -> dict[str, Any]:
    on = flag(block, "object_lock_enabled", default=False)
    if isinstance(part, Unknown):
        return {"object_lock": part, "lock_days": part}
    if part is None:
        return {"object_lock": on, "lock_days": None}
    rule = nested_in(part, "rule")
    default = nested_in(rule, "default_retention") if rule is not None and not isinstance(rule, Unknown) else rule
    if isinstance(default, Unknown):
        return {"object_lock": True, "lock_days": default}
    if default is None:
        return {"object_lock": True, "lock_days": None}
    days, years = default.get("days"), default.get("years")
    if days:
        return {"object_lock": True, "lock_days": as_number("days", days)}
    held = as_number("years", years) if years else None
    return {"object_lock": True, "lock_days": held * 365 if isinstance(held, int) else held}


def _policy(block: Block, parts: Parts, source: Source) -> tuple[Maybe[PolicyDocument | None], Maybe[bool]]:
    """Return the bucket's policy, and whether it refuses connections without TLS.

    A policy names its own bucket by an ARN that is known only after the apply. Whatever it turns out to be, it is the
    bucket's, so the question is asked with a name in its place: the bucket and its objects must both be covered.
    """
    part = part_of(block, parts, "aws_s3_bucket_policy")
    if isinstance(part, Unknown):
        return part, part
    document = policy_argument(part or block, "policy", source)
    if document is None:
        return None, False
    if isinstance(document, Unknown):
        if part is None and not document.refs and document.reason == KNOWN_AFTER_APPLY:
            return None, False
        return document, document
    name = block.get("bucket")
    stands_for = name if isinstance(name, str) else "a-name-known-after-the-apply"
    named = _with_own_name(document, block.address, stands_for)
    if named == document and not isinstance(name, str):
        return document, enforces_tls(document, Unknown("the bucket's name is not known"))
    return document, enforces_tls(named, f"arn:aws:s3:::{stands_for}")


def _with_own_name(document: PolicyDocument, address: str, name: str) -> PolicyDocument:
    """Return a policy with the bucket's name put where its resources refer to the bucket itself."""
    if isinstance(document.statements, Unknown):
        return document

    def spelled(leaf: Maybe[str]) -> Maybe[str]:
        if not isinstance(leaf, Unknown):
            return leaf
        parts = [
            part if isinstance(part, str) else own_name(part, address, f"arn:aws:s3:::{name}")
            for part in (leaf.parts if isinstance(leaf, PartlyKnownText) else (leaf,))
        ]
        return leaf if None in parts else "".join(part for part in parts if part)

    def of(statement: Maybe[Statement]) -> Maybe[Statement]:
        if isinstance(statement, Unknown) or not isinstance(statement.resources, tuple):
            return statement
        return replace(statement, resources=tuple(spelled(leaf) for leaf in statement.resources))

    return replace(document, statements=tuple(of(statement) for statement in document.statements))


def _ownership(part: Block | Unknown | None) -> Maybe[str | None]:
    rule = nested_in(part, "rule") if part is not None and not isinstance(part, Unknown) else part
    return rule if isinstance(rule, Unknown) or rule is None else text(rule, "object_ownership", None)


def _guard(part: Block | Unknown | None) -> Maybe[Guard | None]:
    if part is None or isinstance(part, Unknown):
        return part
    return Guard(**{setting: flag(part, setting, default=False) for setting in Guard.__struct_fields__})


def _target(part: Block | Unknown | None, source: Source) -> Maybe[str | None]:
    if part is None or isinstance(part, Unknown):
        return part
    return _bucket_named(part, "target_bucket", source)


def _receives_logs(block: Block, parts: Parts, policy: Maybe[PolicyDocument | None], source: Source) -> Maybe[bool]:
    """Say whether access logs are delivered here: another bucket of the code names it, or its rights let them in."""
    named = []
    for part in source.blocks("aws_s3_bucket_logging"):
        owners = source.owners("aws_s3_bucket", part, "target_bucket")
        if not isinstance(owners, Unknown) and block.address in owners:
            named.append(there(part, source))
    listed = part_of(block, parts, "aws_s3_bucket_acl")
    canned = listed if isinstance(listed, Unknown) else text(block if listed is None else listed, "acl", None)
    return some(
        (*named, lets_logs_in(policy), canned if isinstance(canned, Unknown) else canned == "log-delivery-write")
    )


def _bucket_named(part: Block, argument: str, source: Source) -> Maybe[str | None]:
    """Return the id of a bucket of this tree, or the ARN of one elsewhere."""
    owners = source.owners("aws_s3_bucket", part, argument)
    if isinstance(owners, Unknown):
        return owners
    if owners:
        return source.id(owners[0])
    name = text(part, argument, None)
    return name if name is None or isinstance(name, Unknown) or ":" in name else f"arn:aws:s3:::{name}"
