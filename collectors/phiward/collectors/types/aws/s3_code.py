"""An S3 bucket as Terraform writes it: the bucket's own arguments, and the resources split from it since provider 4."""

from typing import Any

from msgspec.structs import replace

from phiward.collectors.terraform.addresses import parse
from phiward.collectors.terraform.block import Block, Lines, Parts
from phiward.collectors.terraform.evaluate.values import PartlyKnownText
from phiward.collectors.terraform.form import Source
from phiward.collectors.terraform.plan_block import KNOWN_AFTER_APPLY
from phiward.collectors.types.aws.arguments import as_number, flag, text
from phiward.collectors.types.aws.kms_keys import named_key
from phiward.collectors.types.aws.policies import policy_argument
from phiward.collectors.types.aws.s3_facts import BY_DEFAULT, BucketFacts, Guard
from phiward.inventory.iam import PolicyDocument, Statement
from phiward.inventory.iam_questions import enforces_tls
from phiward.inventory.model import Maybe, Unknown

_ENCRYPTION = "aws_s3_bucket_server_side_encryption_configuration"
_ACCOUNT_GUARD = "aws_s3_account_public_access_block"
_GUARD = "aws_s3_bucket_public_access_block"
_OWNERSHIP = "aws_s3_bucket_ownership_controls"
_LOCK = "aws_s3_bucket_object_lock_configuration"
_LIFECYCLE = "aws_s3_bucket_lifecycle_configuration"
_REPLICATION = "aws_s3_bucket_replication_configuration"

PARTS = {
    _ENCRYPTION: "bucket",
    _GUARD: "bucket",
    _OWNERSHIP: "bucket",
    _LOCK: "bucket",
    _LIFECYCLE: "bucket",
    _REPLICATION: "bucket",
    "aws_s3_bucket_versioning": "bucket",
    "aws_s3_bucket_policy": "bucket",
    "aws_s3_bucket_acl": "bucket",
    "aws_s3_bucket_logging": "bucket",
}
"""The resources that configure a bucket, with the argument that names it."""

_INLINE = {
    _ENCRYPTION: "server_side_encryption_configuration",
    _LOCK: "object_lock_configuration",
    _LIFECYCLE: "lifecycle_rule",
    _REPLICATION: "replication_configuration",
    "aws_s3_bucket_versioning": "versioning",
    "aws_s3_bucket_policy": "policy",
    "aws_s3_bucket_acl": "acl",
    "aws_s3_bucket_logging": "logging",
}
"""What the bucket's own argument for the same was called before provider 4."""

_DECIDES = {
    "encryption_at_rest": _ENCRYPTION,
    "config.bucket_key": _ENCRYPTION,
    "encryption_in_transit": "aws_s3_bucket_policy",
    "exposure": "aws_s3_bucket_policy",
    "exposure.public_access_blocked": _GUARD,
    "config.policy": "aws_s3_bucket_policy",
    "logging": "aws_s3_bucket_logging",
    "backup": "aws_s3_bucket_versioning",
    "backup.retention_days": _LIFECYCLE,
    "backup.other_site": _REPLICATION,
    "integrity": "aws_s3_bucket_versioning",
    "integrity.immutable": _LOCK,
    "config.object_lock": _LOCK,
    "config.default_retention_days": _LOCK,
    "config.object_ownership": _OWNERSHIP,
}
_ARGUMENT = {
    _ENCRYPTION: "rule",
    _LIFECYCLE: "rule",
    _REPLICATION: "rule",
    _LOCK: "rule",
    _OWNERSHIP: "rule",
    "aws_s3_bucket_versioning": "versioning_configuration",
    "aws_s3_bucket_policy": "policy",
    "aws_s3_bucket_logging": "target_bucket",
}
_PUBLIC_ACLS = ("public-read", "public-read-write", "authenticated-read")
_UNGUARDED = Unknown(
    "no aws_s3_bucket_public_access_block: AWS blocks public access to buckets made since April 2023 by itself, but "
    "not to older ones; write the block out"
)


def facts_of_code(block: Block, parts: Parts, source: Source) -> BucketFacts:
    """Return what the code says of a bucket."""
    policy, tls = _policy(block, parts, source)
    acl = _acl(block, parts)
    logging = _part(block, parts, "aws_s3_bucket_logging")
    target = _target(logging, source)
    return BucketFacts(
        **_encryption(_part(block, parts, _ENCRYPTION), source),
        **_versioning(_part(block, parts, "aws_s3_bucket_versioning")),
        **_lock(block, _part(block, parts, _LOCK)),
        policy=policy,
        tls=tls,
        account=source.account,
        public_acl=acl if isinstance(acl, Unknown) else acl in _PUBLIC_ACLS,
        ownership=_ownership(_part(block, parts, _OWNERSHIP)),
        guard=_guard(_part(block, parts, _GUARD)),
        unguarded=_UNGUARDED,
        account_guard=next((_guard(source.certain(each)) for each in source.blocks(_ACCOUNT_GUARD)), None),
        log_target=target,
        logs_to_itself=target == source.id(block.address),
        noncurrent_days=_noncurrent_days(block, parts),
        other_site=_other_site(_part(block, parts, _REPLICATION), source),
    )


def relations_of_code(facts: BucketFacts) -> dict[str, Maybe[tuple[str, ...]]]:
    """Return where a bucket's relations lead."""
    return {
        name: value if isinstance(value, Unknown) else (value,) if value else ()
        for name, value in (("logging_destination", facts.log_target), ("encrypts_with", facts.key))
    }


def lines_of_code(block: Block, parts: Parts) -> dict[str, Lines]:
    """Return, for each path, the lines of the argument that decided it."""
    lines: dict[str, Lines] = {}
    for path, part_type in _DECIDES.items():
        certain = [part for part in parts.get(part_type, ()) if not isinstance(part, Unknown)]
        if certain:
            argument = _ARGUMENT.get(part_type)
            lines[path] = certain[0].lines(argument) if argument else certain[0].where
        else:
            lines[path] = block.lines(_INLINE.get(part_type, "bucket"))
    return lines


def _part(block: Block, parts: Parts, part_type: str) -> Block | Unknown | None:
    """Return what configures the bucket: the split resource, else the bucket's own nested block."""
    for wanted in (True, False):
        for part in parts.get(part_type, ()):
            if isinstance(part, Unknown) is not wanted:
                return part
    inline = _INLINE.get(part_type)
    if inline is None or inline in {"policy", "acl"}:
        return None
    return _nested(block, inline)


def _nested(block: Block, name: str) -> Block | Unknown | None:
    """Return the first nested block of a name.

    A plan calls a bucket's old arguments *known after apply* where the code does not set them: without a reference
    that would decide them they are not set.
    """
    for nested in block.blocks(name):
        if not (isinstance(nested, Unknown) and not nested.refs and nested.reason == KNOWN_AFTER_APPLY):
            return nested
    return None


def _encryption(part: Block | Unknown | None, source: Source) -> dict[str, Any]:
    rule = _nested(part, "rule") if part is not None and not isinstance(part, Unknown) else part
    default: Block | Unknown | None = rule
    bucket_key: Maybe[bool] = False
    if rule is not None and not isinstance(rule, Unknown):
        default = _nested(rule, "apply_server_side_encryption_by_default")
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
        inner = _nested(part, "versioning_configuration")
    if isinstance(inner, Unknown):
        return {"versioned": inner, "mfa_delete": inner}
    if inner is None:
        return {"versioned": False, "mfa_delete": False}
    if inner.type == "versioning":
        return {
            "versioned": flag(inner, "enabled", default=False),
            "mfa_delete": flag(inner, "mfa_delete", default=False),
        }
    return {"versioned": _enabled(inner, "status"), "mfa_delete": _enabled(inner, "mfa_delete")}


def _lock(block: Block, part: Block | Unknown | None) -> dict[str, Any]:
    on = flag(block, "object_lock_enabled", default=False)
    if isinstance(part, Unknown):
        return {"object_lock": part, "lock_days": part}
    if part is None:
        return {"object_lock": on, "lock_days": None}
    rule = _nested(part, "rule")
    default = _nested(rule, "default_retention") if rule is not None and not isinstance(rule, Unknown) else rule
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
    part = _part(block, parts, "aws_s3_bucket_policy")
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
            part if isinstance(part, str) else _own(part, address, name)
            for part in (leaf.parts if isinstance(leaf, PartlyKnownText) else (leaf,))
        ]
        return leaf if None in parts else "".join(part for part in parts if part)

    def of(statement: Maybe[Statement]) -> Maybe[Statement]:
        if isinstance(statement, Unknown) or not isinstance(statement.resources, tuple):
            return statement
        return replace(statement, resources=tuple(spelled(leaf) for leaf in statement.resources))

    return replace(document, statements=tuple(of(statement) for statement in document.statements))


def _own(unknown: Unknown, address: str, name: str) -> str | None:
    """Return what a reference to the bucket itself says; None for anything else.

    What a plan only calls *known after apply* may have lost a suffix like `/*`, so it is left unknown.
    """
    if len(unknown.refs) != 1 or unknown.reason == KNOWN_AFTER_APPLY:
        return None
    place = parse(unknown.refs[0])
    if place is None or place.text != address:
        return None
    return f"arn:aws:s3:::{name}" if unknown.refs[0].endswith(".arn") else name


def _acl(block: Block, parts: Parts) -> Maybe[str | None]:
    part = _part(block, parts, "aws_s3_bucket_acl")
    if isinstance(part, Unknown):
        return part
    if part is None:
        return text(block, "acl", None)
    granted = part.blocks("access_control_policy")
    for policy in granted:
        if isinstance(policy, Unknown):
            return policy if policy.refs or part.get("acl") is None else text(part, "acl", None)
        for grant in policy.blocks("grant"):
            for grantee in [grant] if isinstance(grant, Unknown) else grant.blocks("grantee"):
                uri = grantee if isinstance(grantee, Unknown) else grantee.get("uri", "")
                if isinstance(uri, Unknown):
                    return uri
                if str(uri).endswith(("/AllUsers", "/AuthenticatedUsers")):
                    return "public-read"
    return text(part, "acl", None)


def _ownership(part: Block | Unknown | None) -> Maybe[str | None]:
    rule = _nested(part, "rule") if part is not None and not isinstance(part, Unknown) else part
    return rule if isinstance(rule, Unknown) or rule is None else text(rule, "object_ownership", None)


def _guard(part: Block | Unknown | None) -> Maybe[Guard | None]:
    if part is None or isinstance(part, Unknown):
        return part
    return Guard(**{setting: flag(part, setting, default=False) for setting in Guard.__struct_fields__})


def _target(part: Block | Unknown | None, source: Source) -> Maybe[str | None]:
    if part is None or isinstance(part, Unknown):
        return part
    return _bucket_named(part, "target_bucket", source)


def _bucket_named(part: Block, argument: str, source: Source) -> Maybe[str | None]:
    """Return the id of a bucket of this tree, or the ARN of one elsewhere."""
    owners = source.owners("aws_s3_bucket", part, argument)
    if isinstance(owners, Unknown):
        return owners
    if owners:
        return source.id(owners[0])
    name = text(part, argument, None)
    return name if name is None or isinstance(name, Unknown) or ":" in name else f"arn:aws:s3:::{name}"


def _noncurrent_days(block: Block, parts: Parts) -> Maybe[int | None]:
    part = _part(block, parts, _LIFECYCLE)
    if part is None or isinstance(part, Unknown):
        return part
    inline = part.type == "lifecycle_rule"
    found: list[int] = []
    for rule in block.blocks("lifecycle_rule") if inline else part.blocks("rule"):
        if isinstance(rule, Unknown):
            return rule
        on = flag(rule, "enabled", default=False) if inline else _enabled(rule, "status")
        for expiry in rule.blocks("noncurrent_version_expiration") if on is not False else ():
            days = expiry if isinstance(expiry, Unknown) else expiry.get("days" if inline else "noncurrent_days")
            if isinstance(days, Unknown) or isinstance(on, Unknown):
                return days if isinstance(days, Unknown) else on
            if days is not None:
                number = as_number("noncurrent_days", days)
                if isinstance(number, Unknown):
                    return number
                found.append(number)
    return min(found, default=None)


def _other_site(part: Block | Unknown | None, source: Source) -> Maybe[bool]:
    """A copy under another provider configuration is in another region or account; under the same one it is not."""
    if part is None:
        return False
    if isinstance(part, Unknown):
        return part
    here = {each.address for each in source.blocks("aws_s3_bucket")}
    unseen: Unknown | None = None
    for rule in [part, *part.blocks("rule"), *(part.blocks("rules") if part.type != _REPLICATION else ())]:
        if isinstance(rule, Unknown):
            unseen = rule
            continue
        on = _enabled(rule, "status")
        for to in rule.blocks("destination") if on is not False else ():
            owners = to if isinstance(to, Unknown) else source.owners("aws_s3_bucket", to, "bucket")
            if isinstance(owners, Unknown) or isinstance(on, Unknown):
                unseen = next(each for each in (owners, on) if isinstance(each, Unknown))
            elif not owners:
                unseen = Unknown("the bucket it is replicated to is not in the code, so its region is not known")
            elif not set(owners) <= here:
                return True
    return unseen or False


def _enabled(block: Block, argument: str) -> Maybe[bool]:
    value = block.get(argument)
    return value if isinstance(value, Unknown) else value == "Enabled"
