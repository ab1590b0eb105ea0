"""S3 buckets. Calls `s3:ListBuckets` and, for what is needed of each bucket, `s3:GetBucketLocation`,
`s3:GetBucketEncryption`, `s3:GetBucketPolicy`, `s3:GetBucketAcl`, `s3:GetBucketOwnershipControls`,
`s3:GetPublicAccessBlock`, `s3control:GetPublicAccessBlock`, `s3:GetBucketVersioning`, `s3:GetObjectLockConfiguration`,
`s3:GetBucketLogging`, `s3:GetBucketLifecycleConfiguration`, `s3:GetBucketReplication`, `s3:GetBucketTagging` and
`kms:DescribeKey`.
"""  # noqa: D205 - the calls are the summary

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws.answers import live, tags_of
from phiward.collectors.types.aws.kms_keys import owner_of
from phiward.collectors.types.aws.s3_code import PARTS, facts_of_code, lines_of_code, relations_of_code
from phiward.collectors.types.aws.s3_facts import BY_DEFAULT, BucketConfig, BucketFacts, Guard, aspects
from phiward.inventory.aspects import Backup, EncryptionAtRest, EncryptionInTransit, Exposure, Integrity, Logging
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.iam_parse import parse_policy
from phiward.inventory.iam_questions import enforces_tls
from phiward.inventory.model import Maybe, Resource, Unknown

TYPE = ResourceType(
    name="aws.s3.bucket",
    title="S3 bucket",
    aspects=(EncryptionAtRest, EncryptionInTransit, Exposure, Logging, Backup, Integrity),
    config=BucketConfig,
    relations={
        "logging_destination": Relation("the bucket its access log goes to", ("aws.s3.bucket",)),
        "encrypts_with": Relation("the KMS key it is encrypted with", ("aws.kms.key",)),
    },
    stores_data=True,
)
GLOBAL = True

_AT_ONCE = 1000
"""Buckets of a page. Only asked by pages does S3 name their regions, and list accounts that may have many."""
_WHOLE = ("encryption_at_rest", "encryption_in_transit", "exposure", "logging", "backup", "integrity", "config", "tags")
_EVERYBODY = (
    "http://acs.amazonaws.com/groups/global/AllUsers",
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
)
_KEY = ("encryption_at_rest.algorithm", "encryption_at_rest.key_owner", "encryption_at_rest.key", "config.bucket_key")
_POLICY = ("encryption_in_transit.enforced", "exposure", "config.policy")


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
        relations={
            "logging_destination": target if isinstance(target, Unknown) else (target,) if target else (),
            "encrypts_with": key if isinstance(key, Unknown) else (key,) if key else (),
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

    def ask(self, operation: str, fills: Collection[str], absent: Iterable[str] = ()) -> Maybe[dict[str, Any] | None]:
        """Ask the bucket's own region about the bucket."""
        return self.aws.ask("s3", operation, fills=fills, absent=tuple(absent), region=self.region, Bucket=self.name)

    def facts(self) -> BucketFacts:
        """Return what the service says of the bucket; what it refuses is `Unknown`."""
        policy = self.ask("get_bucket_policy", _POLICY, ("NoSuchBucketPolicy",))
        document = policy if isinstance(policy, Unknown) else parse_policy(policy["Policy"]) if policy else None
        owned = self.ask(
            "get_bucket_ownership_controls",
            ("exposure.public", "exposure.ways", "config.object_ownership"),
            ("OwnershipControlsNotFoundError",),
        )
        versioning = self.ask("get_bucket_versioning", ("backup", "integrity.versioned", "integrity.delete_needs_mfa"))
        logs = self.ask("get_bucket_logging", ("logging",))
        enabled = (logs or {}).get("LoggingEnabled") if not isinstance(logs, Unknown) else None
        target = enabled["TargetBucket"] if enabled else None
        return BucketFacts(
            **self._encryption(),
            **self._grants(),
            **self._lock(),
            policy=document,
            tls=False if document is None else enforces_tls(document, self.arn),
            account=self.aws.account,
            ownership=owned
            if isinstance(owned, Unknown)
            else owned["OwnershipControls"]["Rules"][0]["ObjectOwnership"]
            if owned
            else None,
            guard=_guard(self.ask("get_public_access_block", ("exposure",), ("NoSuchPublicAccessBlockConfiguration",))),
            account_guard=_guard(
                self.aws.ask(
                    "s3control",
                    "get_public_access_block",
                    fills=("exposure",),
                    absent=("NoSuchPublicAccessBlockConfiguration",),
                    AccountId=self.aws.account,
                )
            ),
            versioned=_is(versioning, "Status"),
            mfa_delete=_is(versioning, "MFADelete"),
            log_target=logs
            if isinstance(logs, Unknown)
            else f"arn:{self.aws.partition}:s3:::{target}"
            if target
            else None,
            logs_to_itself=target == self.name,
            noncurrent_days=self._noncurrent_days(),
            other_site=self._other_site(),
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

    def _grants(self) -> dict[str, Any]:
        answer = self.ask("get_bucket_acl", ("exposure.public", "exposure.ways", "exposure.shared_with"))
        if isinstance(answer, Unknown) or answer is None:
            return {"public_acl": answer or False, "granted": answer or ()}
        grantees = [grant.get("Grantee", {}) for grant in answer.get("Grants", ())]
        owner = answer.get("Owner", {}).get("ID")
        others = {each["ID"] for each in grantees if each.get("ID") and each["ID"] != owner}
        return {
            "public_acl": any(each.get("URI") in _EVERYBODY for each in grantees),
            "granted": tuple(sorted(f"canonical:{other}" for other in others)),
        }

    def _lock(self) -> dict[str, Any]:
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

    def _noncurrent_days(self) -> Maybe[int | None]:
        answer = self.ask(
            "get_bucket_lifecycle_configuration", ("backup.retention_days",), ("NoSuchLifecycleConfiguration",)
        )
        if isinstance(answer, Unknown):
            return answer
        days = [
            rule.get("NoncurrentVersionExpiration", {}).get("NoncurrentDays")
            for rule in (answer or {}).get("Rules", ())
            if rule.get("Status") == "Enabled"
        ]
        return min((each for each in days if each), default=None)

    def _other_site(self) -> Maybe[bool]:
        """Where a replica is in the same region and account, it is no other site."""
        fills = ("backup.other_site", "backup.enabled")
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


def _guard(answer: Maybe[dict[str, Any] | None]) -> Maybe[Guard | None]:
    if isinstance(answer, Unknown) or answer is None:
        return answer
    given = answer["PublicAccessBlockConfiguration"]
    return Guard(
        block_public_acls=given.get("BlockPublicAcls", False),
        block_public_policy=given.get("BlockPublicPolicy", False),
        ignore_public_acls=given.get("IgnorePublicAcls", False),
        restrict_public_buckets=given.get("RestrictPublicBuckets", False),
    )


def _is(answer: Maybe[dict[str, Any] | None], key: str) -> Maybe[bool]:
    return answer if isinstance(answer, Unknown) else (answer or {}).get(key) == "Enabled"
