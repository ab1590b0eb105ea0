"""S3 buckets: the live and the Terraform form of one bucket agree, and what is refused is unknown."""

import json
from typing import Any

import pytest
from fakes import Code, FakeAws, asked
from fakes_terraform import FakeBlock, FakeSource, Ref

from phiward.collectors.terraform.block import Parts
from phiward.collectors.types.aws import s3_bucket
from phiward.inventory.model import Resource, Unknown

KEY = "arn:aws:kms:us-east-1:123456789012:key/0f0f"
ARN = "arn:aws:s3:::scans"
TLS_ONLY = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [ARN, f"{ARN}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    },
}
PUBLIC = {
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"{ARN}/*"}],
}
ALL_FOUR = {
    "BlockPublicAcls": True,
    "BlockPublicPolicy": True,
    "IgnorePublicAcls": True,
    "RestrictPublicBuckets": True,
}
PRIVATE_LIST = {
    "Owner": {"ID": "me"},
    "Grants": [{"Grantee": {"Type": "CanonicalUser", "ID": "me"}, "Permission": "FULL_CONTROL"}],
}
ACCOUNT_GUARD = asked("s3:GetPublicAccessBlock", AccountId="123456789012")
NOT_SET = {
    "s3:GetBucketLocation": {"LocationConstraint": None},
    "s3:GetBucketEncryption": Code("ServerSideEncryptionConfigurationNotFoundError"),
    "s3:GetBucketPolicy": Code("NoSuchBucketPolicy"),
    "s3:GetBucketAcl": PRIVATE_LIST,
    "s3:GetBucketOwnershipControls": Code("OwnershipControlsNotFoundError"),
    "s3:GetPublicAccessBlock": Code("NoSuchPublicAccessBlockConfiguration"),
    ACCOUNT_GUARD: Code("NoSuchPublicAccessBlockConfiguration"),
    "s3:GetBucketVersioning": {},
    "s3:GetObjectLockConfiguration": Code("ObjectLockConfigurationNotFoundError"),
    "s3:GetBucketLogging": {},
    "s3:GetBucketLifecycleConfiguration": Code("NoSuchLifecycleConfiguration"),
    "s3:GetBucketReplication": Code("ReplicationConfigurationNotFoundError"),
    "s3:GetBucketTagging": Code("NoSuchTagSet"),
    "s3:GetBucketNotificationConfiguration": {},
    "cloudtrail:DescribeTrails": {"trailList": []},
}
GOOD = {
    **NOT_SET,
    "kms:DescribeKey": {"KeyMetadata": {"KeyManager": "CUSTOMER"}},
    "s3:GetBucketEncryption": {
        "ServerSideEncryptionConfiguration": {
            "Rules": [
                {
                    "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY},
                    "BucketKeyEnabled": True,
                }
            ]
        }
    },
    "s3:GetBucketPolicy": {"Policy": json.dumps(TLS_ONLY)},
    "s3:GetBucketOwnershipControls": {"OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}},
    "s3:GetPublicAccessBlock": {"PublicAccessBlockConfiguration": ALL_FOUR},
    "s3:GetBucketVersioning": {"Status": "Enabled"},
    "s3:GetObjectLockConfiguration": {
        "ObjectLockConfiguration": {
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Years": 1}},
        }
    },
    "s3:GetBucketLogging": {"LoggingEnabled": {"TargetBucket": "logs", "TargetPrefix": ""}},
    "s3:GetBucketLifecycleConfiguration": {
        "Rules": [{"Status": "Enabled", "NoncurrentVersionExpiration": {"NoncurrentDays": 90}}]
    },
}
PATHS = (
    "encryption_at_rest.enabled",
    "encryption_at_rest.algorithm",
    "encryption_at_rest.key_owner",
    "encryption_in_transit",
    "exposure.public",
    "exposure.ways",
    "exposure.shared_with",
    "exposure.public_access_blocked",
    "logging",
    "backup.enabled",
    "backup.retention_days",
    "backup.other_site",
    "backup.encrypted",
    "integrity.versioned",
    "integrity.immutable",
    "integrity.delete_needs_mfa",
    "config.policy",
    "config.object_ownership",
    "config.bucket_key",
    "config.object_lock",
    "config.default_retention_days",
    "config.acl_grantees",
    "config.public_write",
    "config.lifecycle",
    "config.notifies",
)


def at(resource: Resource, path: str) -> Any:
    """Return the value at a path."""
    value: Any = resource
    for name in path.split("."):
        value = getattr(value, name)
    return value


def facts(resource: Resource) -> dict[str, Any]:
    """Return every fact of a bucket that does not hang on the source."""
    return {path: at(resource, path) for path in PATHS}


def live(answers: dict[str, Any], **given: Any) -> Resource:
    """Return the resource of a live bucket."""
    return s3_bucket.resource(FakeAws(answers, **given), {"Name": "scans"})


def part(kind: str, /, blocks: dict[str, list[Any]] | None = None, **arguments: Any) -> FakeBlock:
    """Return a part of the bucket."""
    return FakeBlock(f"aws_s3_bucket_{kind}.this", blocks, bucket=Ref("aws_s3_bucket.this.id"), **arguments)


def folded(*parts: FakeBlock | Unknown, **of: Unknown) -> Parts:
    """Return parts by type; `of` gives unknown ones by kind."""
    return {
        **{each.type: [each] for each in parts if isinstance(each, FakeBlock)},
        **{f"aws_s3_bucket_{kind}": [unknown] for kind, unknown in of.items()},
    }


def code(parts: Parts, *others: FakeBlock, blocks: dict[str, list[Any]] | None = None, **arguments: Any) -> Resource:
    """Return the resource of a bucket in Terraform."""
    bucket = FakeBlock("aws_s3_bucket.this", blocks, **{"bucket": "scans", **arguments})
    return s3_bucket.from_terraform(bucket, parts, FakeSource([bucket, FakeBlock("aws_kms_key.ephi"), *others]))


def rule(**arguments: Any) -> FakeBlock:
    """Return a nested rule of encryption."""
    default = FakeBlock("aws_s3_bucket.this", sse_algorithm="aws:kms", kms_master_key_id=Ref("aws_kms_key.ephi.arn"))
    return FakeBlock("aws_s3_bucket.this", {"apply_server_side_encryption_by_default": [default]}, **arguments)


SPLIT = folded(
    part("server_side_encryption_configuration", {"rule": [rule(bucket_key_enabled=True)]}),
    part("policy", policy=json.dumps(TLS_ONLY)),
    part("ownership_controls", {"rule": [{"object_ownership": "BucketOwnerEnforced"}]}),
    part(
        "public_access_block",
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
    ),
    part("versioning", {"versioning_configuration": [{"status": "Enabled"}]}),
    part(
        "object_lock_configuration",
        {"rule": [FakeBlock("a_b.c", {"default_retention": [{"mode": "GOVERNANCE", "years": 1}]})]},
    ),
    part("logging", target_bucket="logs"),
    part(
        "lifecycle_configuration",
        {
            "rule": [
                FakeBlock("a_b.c", {"noncurrent_version_expiration": [{"noncurrent_days": 90}]}, status="Enabled"),
            ]
        },
    ),
)


def test_both_forms_of_a_good_bucket_agree() -> None:
    """Every setting, split as provider 4 and later write it."""
    assert facts(code(SPLIT)) == facts(live(GOOD))


def test_the_good_bucket_is_good() -> None:
    """The facts themselves, once."""
    found = facts(live(GOOD))

    assert found["encryption_at_rest.key_owner"] == "customer"
    assert found["encryption_in_transit"].enforced is True
    assert found["exposure.public_access_blocked"] is True
    assert found["integrity.immutable"] is True
    assert found["backup.retention_days"] == 90


def test_both_forms_of_a_bare_bucket_agree() -> None:
    """Nothing is set: S3 encrypts by itself, and the rest is off. Only the guard is told live alone."""
    written, found = facts(code({})), facts(live(NOT_SET))

    assert isinstance(written.pop("exposure.public_access_blocked"), Unknown)
    assert found.pop("exposure.public_access_blocked") is False
    assert written == found
    assert (found["encryption_at_rest.enabled"], found["encryption_at_rest.key_owner"]) == (True, "provider")


def test_the_old_arguments_mean_the_same() -> None:
    """Before provider 4 the bucket had them all itself."""
    still_split = {
        name: SPLIT[name] for name in ("aws_s3_bucket_ownership_controls", "aws_s3_bucket_public_access_block")
    }
    old = code(
        still_split,
        blocks={
            "server_side_encryption_configuration": [
                FakeBlock("aws_s3_bucket.this", {"rule": [rule(bucket_key_enabled=True)]})
            ],
            "versioning": [FakeBlock("a_b.versioning.x", enabled=True)],
            "logging": [{"target_bucket": "logs"}],
            "object_lock_configuration": [
                FakeBlock("a_b.c", {"rule": [FakeBlock("a_b.c", {"default_retention": [{"years": 1}]})]})
            ],
            "lifecycle_rule": [
                FakeBlock("a_b.lifecycle_rule.x", {"noncurrent_version_expiration": [{"days": 90}]}, enabled=True)
            ],
        },
        policy=json.dumps(TLS_ONLY),
    )

    assert facts(old) == facts(live(GOOD))


@pytest.mark.parametrize(
    ("denied", "unseen"),
    [
        (
            "s3:GetBucketEncryption",
            {"encryption_at_rest.algorithm", "encryption_at_rest.key_owner", "config.bucket_key"},
        ),
        ("kms:DescribeKey", {"encryption_at_rest.key_owner"}),
        (
            "s3:GetBucketVersioning",
            {"backup.enabled", "backup.retention_days", "integrity.versioned", "integrity.delete_needs_mfa"},
        ),
        (
            "s3:GetObjectLockConfiguration",
            {"integrity.immutable", "config.object_lock", "config.default_retention_days"},
        ),
        ("s3:GetBucketLogging", {"logging"}),
        ("s3:GetBucketLifecycleConfiguration", {"backup.retention_days", "config.lifecycle"}),
        ("s3:GetBucketNotification", {"config.notifies"}),
        ("s3:GetBucketAcl", {"config.acl_grantees", "exposure.shared_with"}),
        ("s3:GetBucketReplication", {"backup.other_site"}),
        ("s3:GetBucketOwnershipControls", {"config.object_ownership"}),
        ("s3:GetAccountPublicAccessBlock", set()),
    ],
)
def test_a_denied_call_makes_its_own_facts_unknown(denied: str, unseen: set[str]) -> None:
    """What the call would have filled is unknown, and nothing else; what another setting decides is still known."""
    whole, without = facts(live(GOOD)), facts(live(GOOD, denied={denied}))

    assert {path for path in PATHS if without[path] != whole[path]} == unseen


def test_a_denied_policy_leaves_transport_and_exposure_open() -> None:
    """Whether TLS is demanded is not seen; that nobody outside gets in is, since the guard holds."""
    found = facts(live(GOOD, denied={"s3:GetBucketPolicy"}))

    assert isinstance(found["encryption_in_transit"].enforced, Unknown)
    assert isinstance(found["config.policy"], Unknown)
    assert found["exposure.public"] is False


def test_both_forms_of_a_public_bucket_agree() -> None:
    """A policy that lets everybody read, and no guard."""
    open_policy = part("policy", policy=json.dumps(PUBLIC))

    written, found = code(folded(open_policy)), live({**NOT_SET, "s3:GetBucketPolicy": {"Policy": json.dumps(PUBLIC)}})

    assert facts(written) == facts(found)
    assert (at(found, "exposure.public"), at(found, "exposure.ways")) == (True, ("policy",))
    assert at(found, "exposure.public_access_blocked") is False


def test_the_guard_of_the_account_holds_for_its_buckets() -> None:
    """A public policy has no effect while the account restricts public buckets; both forms know it."""
    account = FakeBlock(
        "aws_s3_account_public_access_block.this",
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
    )
    answers = {
        **NOT_SET,
        "s3:GetBucketPolicy": {"Policy": json.dumps(PUBLIC)},
        ACCOUNT_GUARD: {"PublicAccessBlockConfiguration": ALL_FOUR},
    }

    written = code(folded(part("policy", policy=json.dumps(PUBLIC))), account)

    assert facts(written) == facts(live(answers))
    assert at(written, "exposure.public") is False


def test_both_forms_of_a_public_list_agree() -> None:
    """A list of grants that names everybody counts unless ownership is enforced."""
    everybody = {"Grantee": {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AllUsers"}}
    grants = {**PRIVATE_LIST, "Grants": [*PRIVATE_LIST["Grants"], everybody]}

    written, found = code(folded(part("acl", acl="public-read"))), live({**NOT_SET, "s3:GetBucketAcl": grants})

    assert at(written, "exposure") == at(found, "exposure")
    assert at(found, "exposure.ways") == ("acl",)


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("server_side_encryption_configuration", "encryption_at_rest.key_owner"),
        ("versioning", "integrity.versioned"),
        ("policy", "encryption_in_transit.enforced"),
        ("public_access_block", "exposure.public_access_blocked"),
        ("logging", "logging.enabled"),
        ("object_lock_configuration", "integrity.immutable"),
        ("replication_configuration", "backup.other_site"),
    ],
)
def test_a_part_that_may_belong_here_makes_its_facts_unknown(kind: str, path: str) -> None:
    """The reason is the part's own."""
    unknown = Unknown("var.bucket has no value", ("var.bucket",))

    assert at(code(folded(**{kind: unknown})), path) == unknown


def test_a_part_that_surely_belongs_decides() -> None:
    """Another one that may belong here changes nothing: a bucket has one of each."""
    both = {"aws_s3_bucket_versioning": [Unknown("?"), *SPLIT["aws_s3_bucket_versioning"]]}

    assert at(code(both), "integrity.versioned") is True


def test_only_what_is_needed_is_asked() -> None:
    """A run that reads versioning alone asks for that and where the bucket is."""
    aws = FakeAws(GOOD, need={"integrity.versioned"})

    s3_bucket.resource(aws, {"Name": "scans", "BucketRegion": "us-east-1"})

    assert [call for call, _ in aws.calls] == ["s3:GetBucketVersioning"]


def test_a_copy_in_another_region_is_another_site() -> None:
    """The destination's own region says so."""
    replication = {
        "ReplicationConfiguration": {"Rules": [{"Status": "Enabled", "Destination": {"Bucket": "arn:aws:s3:::copy"}}]}
    }
    answers = {
        **NOT_SET,
        "s3:GetBucketReplication": replication,
        asked("s3:GetBucketLocation", Bucket="copy"): {"LocationConstraint": "us-west-2"},
    }

    assert at(live(answers), "backup.other_site") is True
    assert at(live({**answers, asked("s3:GetBucketLocation", Bucket="copy"): {}}), "backup.other_site") is False


def test_lines_point_at_the_part_that_decided() -> None:
    """The rule of encryption is the first nested block of its resource, on line 3."""
    lines = code(SPLIT).lines

    assert lines["encryption_at_rest"].line == 3
    assert lines["exposure.public_access_blocked"].line == 1
