"""S3 buckets: the live and the Terraform form of one bucket agree, and what is refused is unknown."""

import json
from typing import Any

import pytest
from fakes import Code, FakeAws, asked
from fakes_terraform import FakeBlock, FakeSource, Ref

from phiward.collectors.terraform.block import Parts
from phiward.collectors.types.aws import s3_bucket
from phiward.collectors.types.aws.s3_facts import writes_alone
from phiward.inventory.iam import PolicyDocument
from phiward.inventory.iam_parse import parse_policy
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
    "macie2:DescribeBuckets": Code("NotEnabled"),
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
        ("s3:GetBucketAcl", set()),
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


def made(answers: dict[str, Any], *need: str, denied: tuple[str, ...] = ()) -> tuple[Resource, list[str]]:
    """Return a bucket of which only these paths are needed, and the calls that it took beside the listing."""
    aws = FakeAws(answers, need=need or None, denied=denied)
    found = s3_bucket.resource(aws, {"Name": "scans", "BucketRegion": "us-east-1"})
    calls = [f"{call} of the account" if "AccountId" in arguments else call for call, arguments in aws.calls]
    return found, [call.removeprefix("s3:") for call in calls]


GUARDED = {**NOT_SET, ACCOUNT_GUARD: {"PublicAccessBlockConfiguration": ALL_FOUR}}
OF_ACCOUNT = "GetPublicAccessBlock of the account"
OPEN_TO_ALL = {**NOT_SET, "s3:GetBucketPolicy": {"Policy": json.dumps(PUBLIC)}}


@pytest.mark.parametrize(
    ("answers", "calls"),
    [
        (NOT_SET, [OF_ACCOUNT, "GetBucketPolicy", "GetBucketAcl"]),
        (GUARDED, [OF_ACCOUNT]),
        ({**GUARDED, "s3:GetBucketPolicy": {"Policy": json.dumps(PUBLIC)}}, [OF_ACCOUNT]),
        (OPEN_TO_ALL, [OF_ACCOUNT, "GetBucketPolicy", "GetBucketAcl", "GetPublicAccessBlock"]),
    ],
)
def test_who_gets_in_is_asked_as_far_as_it_decides(answers: dict[str, Any], calls: list[str]) -> None:
    """A bucket whose policy and list name nobody needs no block; a block of the whole account leaves nothing to ask."""
    found, asked_for = made(answers, "exposure.public")

    assert asked_for == calls
    assert at(found, "exposure.public") is (answers is OPEN_TO_ALL)


def test_a_public_list_is_asked_whether_it_counts() -> None:
    """Ownership or a block may take its effect away."""
    answers = {**NOT_SET, "s3:GetBucketAcl": listing((ALL_USERS, "READ"))}

    found, calls = made(answers, "exposure.public")
    spared, _ = made({**answers, "s3:GetBucketOwnershipControls": GOOD["s3:GetBucketOwnershipControls"]})

    assert {"GetBucketOwnershipControls", "GetPublicAccessBlock"} <= set(calls)
    assert (at(found, "exposure.public"), at(spared, "exposure.public")) == (True, False)


@pytest.mark.parametrize("denied", ["s3:GetBucketOwnershipControls", "s3:GetBucketPublicAccessBlock"])
def test_a_public_list_may_count_where_what_could_take_its_effect_away_is_denied(denied: str) -> None:
    """Neither passes nor fails: the one that is denied might."""
    found = live({**NOT_SET, "s3:GetBucketAcl": listing((ALL_USERS, "READ"))}, denied={denied})

    assert at(found, "exposure.public") == Unknown(f"access denied: {denied}")


def test_a_list_without_effect_is_not_asked() -> None:
    """Where ownership is enforced it names the owner alone; where that is not seen, the list is asked."""
    spared, without = made(GOOD)
    _, with_list = made(GOOD, denied=("s3:GetBucketOwnershipControls",))

    assert "GetBucketAcl" not in without
    assert (at(spared, "config.acl_grantees"), at(spared, "exposure.shared_with")) == ((), ())
    assert "GetBucketAcl" in with_list


def test_a_block_of_the_account_does_not_say_whom_a_bucket_is_shared_with() -> None:
    """Nor does it stop a list from naming other accounts."""
    answers = {**GUARDED, "s3:GetBucketAcl": listing(("other", "READ"))}

    found, calls = made(answers, "exposure.shared_with")

    assert calls == ["GetBucketPolicy", "GetBucketAcl"]
    assert at(found, "exposure.shared_with") == ("canonical:other",)


def test_a_denied_block_of_the_account_leaves_it_to_the_bucket() -> None:
    """It is asked all that it can say."""
    found, calls = made(OPEN_TO_ALL, "exposure.public", denied=("s3:GetAccountPublicAccessBlock",))

    assert "GetPublicAccessBlock" in calls
    assert at(found, "exposure.public") == Unknown("access denied: s3:GetAccountPublicAccessBlock")


@pytest.mark.parametrize("status", [{}, {"Status": "Suspended"}])
def test_a_bucket_without_versions_has_no_copies_and_no_lock(status: dict[str, str]) -> None:
    """Both need versioning, so that they are not asked."""
    found, calls = made({**GOOD, "s3:GetBucketVersioning": status})

    assert not {"GetBucketReplication", "GetObjectLockConfiguration"} & set(calls)
    assert (at(found, "backup.other_site"), at(found, "backup.retention_days")) == (False, 0)
    assert (at(found, "config.object_lock"), at(found, "config.default_retention_days")) == (False, None)


def test_copies_and_lock_are_asked_where_versioning_is_not_seen() -> None:
    """What they say of themselves is known all the same."""
    found, calls = made(GOOD, denied=("s3:GetBucketVersioning",))

    assert {"GetBucketReplication", "GetObjectLockConfiguration"} <= set(calls)
    assert (at(found, "backup.other_site"), at(found, "config.object_lock")) == (False, True)


def test_copies_are_not_asked_where_versions_say_that_there_is_a_backup() -> None:
    """When earlier versions end is."""
    found, calls = made(GOOD, "backup.enabled", "backup.retention_days")

    assert calls == ["GetBucketVersioning", "GetBucketLifecycleConfiguration"]
    assert (at(found, "backup.enabled"), at(found, "backup.retention_days")) == (True, 90)


def test_a_copy_in_another_region_is_another_site() -> None:
    """The destination's own region says so."""
    replication = {
        "ReplicationConfiguration": {"Rules": [{"Status": "Enabled", "Destination": {"Bucket": "arn:aws:s3:::copy"}}]}
    }
    answers = {
        **NOT_SET,
        "s3:GetBucketVersioning": {"Status": "Enabled"},
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


ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"
DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery"


def listing(*grants: tuple[str, str]) -> dict[str, Any]:
    """Return a list of grants: to a group's address, or to an owner's id."""
    named = [
        {
            "Grantee": {"Type": "Group", "URI": who} if "/" in who else {"Type": "CanonicalUser", "ID": who},
            "Permission": right,
        }
        for who, right in grants
    ]
    return {**PRIVATE_LIST, "Grants": [*PRIVATE_LIST["Grants"], *named]}


@pytest.mark.parametrize(
    ("canned", "grants", "grantees", "writable"),
    [
        ("private", (), (), False),
        ("public-read", ((ALL_USERS, "READ"),), (ALL_USERS,), False),
        ("public-read-write", ((ALL_USERS, "READ"), (ALL_USERS, "WRITE")), (ALL_USERS,), True),
        ("log-delivery-write", ((DELIVERY, "WRITE"), (DELIVERY, "READ_ACP")), (), False),
    ],
)
def test_both_forms_of_a_list_agree(
    canned: str, grants: tuple[tuple[str, str], ...], grantees: tuple[str, ...], *, writable: bool
) -> None:
    """Whom it names beside the owner, and whether everybody may write."""
    written, found = code(folded(part("acl", acl=canned))), live({**NOT_SET, "s3:GetBucketAcl": listing(*grants)})

    for each in (written, found):
        assert (at(each, "config.acl_grantees"), at(each, "config.public_write")) == (grantees, writable)


def test_a_list_written_out_names_others_and_spares_the_owner() -> None:
    """The owner's own right counts as nobody's."""
    grants = [
        FakeBlock("a_b.c", {"grantee": [{"type": "CanonicalUser", "id": who}]}, permission="FULL_CONTROL")
        for who in ("me", "other")
    ]
    policy = FakeBlock("a_b.c", {"owner": [{"id": "me"}], "grant": grants})

    found = code(folded(part("acl", {"access_control_policy": [policy]})))

    assert at(found, "config.acl_grantees") == ("canonical:other",)
    assert at(live({**NOT_SET, "s3:GetBucketAcl": listing(("other", "READ"))}), "config.acl_grantees") == (
        "canonical:other",
    )


@pytest.mark.parametrize(
    ("action", "block", "writable"),
    [
        ("s3:PutObject", Code("NoSuchPublicAccessBlockConfiguration"), True),
        ("s3:*", Code("NoSuchPublicAccessBlockConfiguration"), True),
        ("s3:PutBucketPolicy", Code("NoSuchPublicAccessBlockConfiguration"), True),
        ("s3:GetObject", Code("NoSuchPublicAccessBlockConfiguration"), False),
        ("s3:PutObject", {"PublicAccessBlockConfiguration": ALL_FOUR}, False),
    ],
)
def test_a_policy_may_let_the_public_write(action: str, block: Any, *, writable: bool) -> None:
    """Unless a guard takes the effect away; reading is not writing."""
    policy = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": action, "Resource": f"{ARN}/*"}]}
    answers = {**NOT_SET, "s3:GetBucketPolicy": {"Policy": json.dumps(policy)}, "s3:GetPublicAccessBlock": block}

    assert at(live(answers), "config.public_write") is writable


def test_a_policy_whose_actions_are_not_known_may_let_the_public_write() -> None:
    """It neither passes nor fails."""
    statement = {"Effect": "Allow", "Principal": "*", "Action": Unknown("?"), "Resource": f"{ARN}/*"}

    found = writes_alone(parse_policy({"Statement": [statement]}))

    assert isinstance(found, PolicyDocument)
    assert found.statements == (Unknown("?"),)


LOG_POLICY = {
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "logging.s3.amazonaws.com"},
            "Action": "s3:PutObject",
            "Resource": f"{ARN}/*",
        }
    ]
}


def test_a_bucket_that_receives_logs_need_keep_none_of_itself() -> None:
    """By policy or by list, live and in code; one that keeps a log all the same is told so."""
    by_policy = {**NOT_SET, "s3:GetBucketPolicy": {"Policy": json.dumps(LOG_POLICY)}}
    by_list = {**NOT_SET, "s3:GetBucketAcl": listing((DELIVERY, "WRITE"))}
    other = FakeBlock("aws_s3_bucket_logging.other", bucket="other", target_bucket=Ref("aws_s3_bucket.this.id"))

    spared = [
        live(by_policy),
        live(by_list),
        code(folded(part("policy", policy=json.dumps(LOG_POLICY)))),
        code(folded(part("acl", acl="log-delivery-write"))),
        code({}, other),
    ]

    assert [at(each, "logging.enabled") for each in spared] == [None] * 5
    assert at(live({**GOOD, "s3:GetBucketPolicy": {"Policy": json.dumps(LOG_POLICY)}}), "logging.enabled") is True
    assert (at(live(NOT_SET), "logging.enabled"), at(code({}), "logging.enabled")) == (False, False)


def test_whether_logs_are_received_is_unknown_where_the_policy_is_denied() -> None:
    """A bucket without a log of its own is not failed on a guess."""
    found = live(NOT_SET, denied={"s3:GetBucketPolicy"})

    assert at(found, "logging.enabled") == Unknown("access denied: s3:GetBucketPolicy")


def test_both_forms_of_notifications_agree() -> None:
    """Topics, queues and functions by id, and EventBridge."""
    topic, queue, function = (f"arn:aws:{each}:us-east-1:123456789012:x" for each in ("sns", "sqs", "lambda"))
    answer = {
        "TopicConfigurations": [{"TopicArn": topic, "Events": ["s3:ObjectCreated:*"]}],
        "QueueConfigurations": [{"QueueArn": queue, "Events": ["s3:ObjectRemoved:*"]}],
        "LambdaFunctionConfigurations": [{"LambdaFunctionArn": function, "Events": ["s3:ObjectCreated:*"]}],
        "EventBridgeConfiguration": {},
    }
    blocks = {
        "topic": [{"topic_arn": topic}],
        "queue": [{"queue_arn": queue}],
        "lambda_function": [{"lambda_function_arn": function}],
    }

    written = code(folded(part("notification", blocks, eventbridge=True)))
    found = live({**NOT_SET, "s3:GetBucketNotificationConfiguration": answer})

    assert set(at(written, "config.notifies")) == set(at(found, "config.notifies"))
    assert at(found, "config.notifies") == tuple(sorted((topic, queue, function, "eventbridge")))


@pytest.mark.parametrize("status", ["Enabled", "Disabled"])
def test_both_forms_of_a_lifecycle_agree(status: str) -> None:
    """A rule that is switched off is none, whatever it would do."""
    answer = {"Rules": [{"Status": status, "Expiration": {"Days": 9}}]}

    written = code(folded(part("lifecycle_configuration", {"rule": [{"status": status}]})))
    found = live({**NOT_SET, "s3:GetBucketLifecycleConfiguration": answer})

    assert at(written, "config.lifecycle") is at(found, "config.lifecycle") is (status == "Enabled")


TRAIL_ARN = "arn:aws:cloudtrail:eu-west-1:123456789012:trail/audit"
TRAIL = {"Name": "audit", "TrailARN": TRAIL_ARN, "HomeRegion": "eu-west-1", "S3BucketName": "logs"}


def recorded(*values: str, kind: str = "All", on: bool = True, **more: Any) -> dict[str, Any]:
    """Return what is told of a bucket whose region a trail of data events records."""
    resources = [{"Type": "AWS::S3::Object", "Values": list(values)}]
    answers = {
        **NOT_SET,
        "cloudtrail:DescribeTrails": {"trailList": [TRAIL]},
        "cloudtrail:GetTrailStatus": {"IsLogging": on},
        "cloudtrail:GetEventSelectors": {"EventSelectors": [{"ReadWriteType": kind, "DataResources": resources}]},
    }
    found = live(answers, **more)
    return {
        "reads": at(found, "config.object_reads_recorded"),
        "writes": at(found, "config.object_writes_recorded"),
        "by": found.relations["recorded_by"],
    }


@pytest.mark.parametrize(
    ("values", "changed", "expected"),
    [
        (["arn:aws:s3"], {}, {"reads": True, "writes": True, "by": (TRAIL_ARN,)}),
        ([f"{ARN}/"], {}, {"reads": True, "writes": True, "by": (TRAIL_ARN,)}),
        ([f"{ARN}-old/"], {}, {"reads": False, "writes": False, "by": ()}),
        (["arn:aws:s3"], {"kind": "WriteOnly"}, {"reads": False, "writes": True, "by": ()}),
        (["arn:aws:s3"], {"on": False}, {"reads": False, "writes": False, "by": ()}),
    ],
)
def test_trails_record_what_their_selectors_say(
    values: list[str], changed: dict[str, Any], expected: dict[str, Any]
) -> None:
    """Of this bucket, while they are switched on."""
    assert recorded(*values, **changed) == expected


@pytest.mark.parametrize("call", ["DescribeTrails", "GetTrailStatus", "GetEventSelectors"])
def test_a_denied_trail_leaves_open_what_is_recorded(call: str) -> None:
    """Neither pass nor fail."""
    unseen = Unknown(f"access denied: cloudtrail:{call}")

    assert recorded("arn:aws:s3", denied={f"cloudtrail:{call}"}) == {"reads": unseen, "writes": unseen, "by": unseen}


def test_a_trail_of_the_code_records_the_bucket_by_reference() -> None:
    """Its ARN is known only after the apply; where none of the code does, others might."""
    resource = FakeBlock("a_b.c", type="AWS::S3::Object", values=["arn:aws:s3:::"])
    selector = FakeBlock("a_b.c", {"data_resource": [resource]})
    trail = FakeBlock("aws_cloudtrail.audit", {"event_selector": [selector]})

    written, bare = code({}, trail), code({})

    assert at(written, "config.object_reads_recorded") is True
    assert written.relations["recorded_by"] == ("aws_cloudtrail.audit",)
    assert isinstance(at(bare, "config.object_reads_recorded"), Unknown)
