"""S3 buckets. Calls `s3:ListBuckets` and, for what is needed of each bucket, `s3:GetBucketLocation`,
`s3:GetBucketEncryption`, `s3:GetBucketPolicy`, `s3:GetBucketAcl`, `s3:GetBucketOwnershipControls`,
`s3:GetPublicAccessBlock`, `s3control:GetPublicAccessBlock`, `s3:GetBucketVersioning`, `s3:GetObjectLockConfiguration`,
`s3:GetBucketLogging`, `s3:GetBucketLifecycleConfiguration`, `s3:GetBucketReplication`,
`s3:GetBucketNotificationConfiguration`, `s3:GetBucketTagging`, `kms:DescribeKey`, `cloudtrail:DescribeTrails`,
`cloudtrail:GetTrailStatus`, `cloudtrail:GetEventSelectors` and, where the policy's scope asks for it,
`macie2:DescribeBuckets`.

What another answer already says is not asked:

- The region, where the listing names it.
- Replication and object lock, where versioning was read and is not enabled: both need it, and it cannot be suspended
  while either is set (*What does Amazon S3 replicate?*, *Object Lock considerations*). Nor, then, when earlier
  versions end.
- Replication where only backups are asked about: versions, which it needs, are kept already.
- What `s3_access` says of lists, ownership and blocks.
"""  # noqa: D205 - the calls are the summary

from collections.abc import Collection, Iterator
from typing import Any

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws import macie
from phiward.collectors.types.aws.answers import live, tags_of
from phiward.collectors.types.aws.kms_keys import owner_of
from phiward.collectors.types.aws.s3_access import OPEN, Access, access, account_guard, closes
from phiward.collectors.types.aws.s3_acl import lets_logs_in as list_lets_logs_in
from phiward.collectors.types.aws.s3_code import facts_of_code, relations_of_code
from phiward.collectors.types.aws.s3_facts import BY_DEFAULT, BucketConfig, BucketFacts, aspects
from phiward.collectors.types.aws.s3_facts import lets_logs_in as policy_lets_logs_in
from phiward.collectors.types.aws.s3_parts import PARTS, lines_of_code
from phiward.collectors.types.aws.s3_recording import recorded
from phiward.inventory.aspects import Backup, EncryptionAtRest, EncryptionInTransit, Exposure, Integrity, Logging
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.iam import PolicyDocument
from phiward.inventory.iam_parse import parse_policy
from phiward.inventory.iam_questions import enforces_tls
from phiward.inventory.kleene import some
from phiward.inventory.model import Maybe, Resource, Unknown

TYPE = ResourceType(
    name="aws.s3.bucket",
    title="S3 bucket",
    aspects=(EncryptionAtRest, EncryptionInTransit, Exposure, Logging, Backup, Integrity),
    config=BucketConfig,
    relations={
        "logging_destination": Relation("the bucket its access log goes to", ("aws.s3.bucket",)),
        "encrypts_with": Relation("the KMS key it is encrypted with", ("aws.kms.key",)),
        "recorded_by": Relation(
            "the trails, switched on, that record every read and write of its objects", ("aws.cloudtrail.trail",)
        ),
    },
    stores_data=True,
)
GLOBAL = True

_AT_ONCE = 1000
"""Buckets of a page. Only asked by pages does S3 name their regions, and list accounts that may have many."""
_WHOLE = ("encryption_at_rest", "encryption_in_transit", "exposure", "logging", "backup", "integrity", "config", "tags")
_KEY = ("encryption_at_rest.algorithm", "encryption_at_rest.key_owner", "encryption_at_rest.key", "config.bucket_key")
_POLICY = ("encryption_in_transit.enforced", "exposure.shared_with", "config.policy")


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every bucket of the account."""
    yield from aws.pages("s3", "list_buckets", "Buckets", MaxBuckets=_AT_ONCE)


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one bucket, asked in its own region."""
    bucket = Bucket(aws, item["Name"], _region(aws, item))
    facts = bucket.facts()
    tags = bucket.ask("get_bucket_tagging", ("tags",), absent=("NoSuchTagSet",))
    key, target = facts.key, facts.log_target
    return live(
        aws,
        TYPE,
        bucket.arn,
        name=item["Name"],
        region=bucket.region,
        tags=tags if isinstance(tags, Unknown) else tags_of((tags or {}).get("TagSet", ())),
        sensitive_data=macie.sensitive_data(aws, bucket.region, item["Name"]),
        relations={
            "logging_destination": target if isinstance(target, Unknown) else (target,) if target else (),
            "encrypts_with": key if isinstance(key, Unknown) else (key,) if key else (),
            "recorded_by": facts.trails,
        },
        **aspects(facts),
    )


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the bucket that an `aws_s3_bucket` block makes, with the resources that configure it."""
    facts = facts_of_code(block, parts, source)
    name = block.get("bucket")
    named = {"name": name} if isinstance(name, str) else {}
    return source.resource(
        block,
        TYPE,
        parts=parts,
        relations=relations_of_code(facts),
        lines=lines_of_code(block, parts),
        **named,
        **aspects(facts),
    )


TERRAFORM = (Form(main="aws_s3_bucket", build=from_terraform, parts=PARTS, identified_by=("bucket", "id", "arn")),)


class Bucket:
    """One live bucket, asked for what is needed."""

    def __init__(self, aws: Aws, name: str, region: str | None) -> None:
        self.aws = aws
        self.name = name
        self.region = region
        self.arn = f"arn:{aws.partition}:s3:::{name}"

    def ask(self, operation: str, fills: Collection[str], absent: Collection[str] = ()) -> Maybe[dict[str, Any] | None]:
        """Ask the bucket's own region about the bucket."""
        return self.aws.ask("s3", operation, fills=fills, absent=absent, region=self.region, Bucket=self.name)

    def facts(self) -> BucketFacts:
        """Return what the service says of the bucket; what it refuses is `Unknown`."""
        guard = account_guard(self.aws)
        fills = _POLICY if closes(guard) else (*_POLICY, *OPEN)
        policy = self.ask("get_bucket_policy", fills, ("NoSuchBucketPolicy",))
        document = policy if isinstance(policy, Unknown) else _document(policy)
        entry = access(self.ask, guard, document)
        versioning = self.ask("get_bucket_versioning", ("backup", "integrity.versioned", "integrity.delete_needs_mfa"))
        versioned = _is(versioning, "Status")
        logs = self.ask("get_bucket_logging", ("logging",), ())
        enabled = (logs or {}).get("LoggingEnabled") if not isinstance(logs, Unknown) else None
        target = enabled["TargetBucket"] if enabled else None
        return BucketFacts(
            **self._encryption(),
            **entry.listed,
            **self._lock(versioned),
            **self._lifecycle(versioned),
            **recorded(self.aws, self.region, self.arn),
            policy=document,
            tls=False if document is None else enforces_tls(document, self.arn),
            account=self.aws.account,
            ownership=entry.ownership,
            guard=entry.guard,
            account_guard=guard,
            versioned=versioned,
            mfa_delete=_is(versioning, "MFADelete"),
            log_target=logs
            if isinstance(logs, Unknown)
            else f"arn:{self.aws.partition}:s3:::{target}"
            if target
            else None,
            logs_to_itself=target == self.name,
            receives_logs=False if target or isinstance(logs, Unknown) else self._receives_logs(entry),
            other_site=self._other_site(versioned),
            notifies=self._notifies(),
        )

    def _encryption(self) -> dict[str, Any]:
        answer = self.ask(
            "get_bucket_encryption",
            (
                "encryption_at_rest.algorithm",
                "encryption_at_rest.key_owner",
                "encryption_at_rest.key",
                "config.bucket_key",
            ),
            ("ServerSideEncryptionConfigurationNotFoundError",),
        )
        if isinstance(answer, Unknown):
            return {"algorithm": answer, "key_owner": answer, "key": answer, "bucket_key": answer}
        rules = (answer or {}).get("ServerSideEncryptionConfiguration", {}).get("Rules", ())
        rule = rules[0] if rules else {}
        default = rule.get("ApplyServerSideEncryptionByDefault", {})
        algorithm, key = default.get("SSEAlgorithm", BY_DEFAULT), default.get("KMSMasterKeyID")
        owner: Any = "provider"
        if algorithm != BY_DEFAULT:
            owner = owner_of(self.aws, key) if key else "managed"
        return {
            "algorithm": algorithm,
            "key_owner": owner,
            "key": key,
            "bucket_key": bool(rule.get("BucketKeyEnabled", False)),
        }

    def _receives_logs(self, entry: Access) -> Maybe[bool]:
        """Asked only where the bucket keeps no access log: its policy or its list lets in the service that delivers."""
        policy = self.ask("get_bucket_policy", ("logging.enabled",), ("NoSuchBucketPolicy",))
        by_policy = policy_lets_logs_in(policy if isinstance(policy, Unknown) else _document(policy))
        if by_policy is True or entry.enforced:
            return by_policy
        return some((by_policy, list_lets_logs_in(self.ask("get_bucket_acl", ("logging.enabled",)))))

    def _lock(self, versioned: Maybe[bool]) -> dict[str, Any]:
        if versioned is False:
            return {"object_lock": False, "lock_days": None}
        answer = self.ask(
            "get_object_lock_configuration",
            ("integrity.immutable", "config.object_lock", "config.default_retention_days"),
            ("ObjectLockConfigurationNotFoundError",),
        )
        if isinstance(answer, Unknown):
            return {"object_lock": answer, "lock_days": answer}
        lock = (answer or {}).get("ObjectLockConfiguration", {})
        default = lock.get("Rule", {}).get("DefaultRetention", {})
        days = default.get("Days") or default.get("Years", 0) * 365
        return {"object_lock": lock.get("ObjectLockEnabled") == "Enabled", "lock_days": days or None}

    def _lifecycle(self, versioned: Maybe[bool]) -> dict[str, Any]:
        fills = ("config.lifecycle",) if versioned is False else ("backup.retention_days", "config.lifecycle")
        answer = self.ask("get_bucket_lifecycle_configuration", fills, ("NoSuchLifecycleConfiguration",))
        if isinstance(answer, Unknown):
            return {"noncurrent_days": answer, "lifecycle": answer}
        rules = [rule for rule in (answer or {}).get("Rules", ()) if rule.get("Status") == "Enabled"]
        days = [rule.get("NoncurrentVersionExpiration", {}).get("NoncurrentDays") for rule in rules]
        return {"noncurrent_days": min((each for each in days if each), default=None), "lifecycle": bool(rules)}

    def _notifies(self) -> Maybe[tuple[str, ...]]:
        answer = self.ask("get_bucket_notification_configuration", ("config.notifies",))
        if isinstance(answer, Unknown):
            return answer
        given = answer or {}
        told = [
            entry[arn]
            for kind, arn in (
                ("TopicConfigurations", "TopicArn"),
                ("QueueConfigurations", "QueueArn"),
                ("LambdaFunctionConfigurations", "LambdaFunctionArn"),
            )
            for entry in given.get(kind, ())
        ]
        bridge = ["eventbridge"] if "EventBridgeConfiguration" in given else []
        return tuple(sorted({*told, *bridge}))

    def _other_site(self, versioned: Maybe[bool]) -> Maybe[bool]:
        """Where a replica is in the same region and account, it is no other site."""
        if versioned is False:
            return False
        fills = ("backup.other_site",)
        answer = self.ask("get_bucket_replication", fills, ("ReplicationConfigurationNotFoundError",))
        if isinstance(answer, Unknown):
            return answer
        rules = (answer or {}).get("ReplicationConfiguration", {}).get("Rules", ())
        for rule in rules:
            if rule.get("Status") != "Enabled":
                continue
            to = rule.get("Destination", {})
            if to.get("Account", self.aws.account) != self.aws.account:
                return True
            where = self.aws.ask(
                "s3", "get_bucket_location", fills=fills, Bucket=to.get("Bucket", "").rpartition(":")[2]
            )
            if isinstance(where, Unknown):
                return where
            if _location(where or {}) != self.region:
                return True
        return False


def _document(answer: dict[str, Any] | None) -> Maybe[PolicyDocument | None]:
    return parse_policy(answer["Policy"]) if answer else None


def _region(aws: Aws, item: dict[str, Any]) -> str | None:
    """The bucket's region: newer answers of the listing name it, older ones are asked for it."""
    if item.get("BucketRegion"):
        return str(item["BucketRegion"])
    answer = aws.ask("s3", "get_bucket_location", fills=_WHOLE, Bucket=item["Name"])
    return None if isinstance(answer, Unknown) else _location(answer or {})


def _location(answer: dict[str, Any]) -> str:
    """The two oldest regions are named in their own way."""
    named = answer.get("LocationConstraint")
    return "us-east-1" if not named else "eu-west-1" if named == "EU" else str(named)


def _is(answer: Maybe[dict[str, Any] | None], key: str) -> Maybe[bool]:
    return answer if isinstance(answer, Unknown) else (answer or {}).get(key) == "Enabled"
