"""The audit trail, its alarms, buckets and keys of a simulated account: good as a whole, then bad as a whole."""

import json
import socket
from collections.abc import Callable
from typing import Any

import pytest

from phiward.collectors.aws.collector import AwsCollector
from phiward.collectors.port import Options
from phiward.collectors.registry import catalog
from phiward.collectors.types.aws.watched_events import SUBJECTS, names_of
from phiward.engine import library
from phiward.engine.compiled import compile_rules
from phiward.engine.evaluate import evaluate
from phiward.engine.rules import needs, select
from phiward.inventory import wire
from phiward.inventory.model import CollectionGap, Resource

pytestmark = pytest.mark.live

NOW = "2026-11-23T00:00:00Z"
HERE, ELSEWHERE = "us-east-1", "eu-west-1"
ACCOUNT = "123456789012"
TYPES = {
    "aws.cloudtrail.account",
    "aws.cloudtrail.region",
    "aws.cloudtrail.trail",
    "aws.cloudwatch.alarm",
    "aws.kms.key",
    "aws.logs.log_group",
    "aws.logs.metric_filter",
    "aws.s3.account",
    "aws.s3.bucket",
}
PATTERNS = {
    "console_sign_in_failures": '{ ($.eventName = ConsoleLogin) && ($.errorMessage = "Failed authentication") }',
    "root_usage": '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS }',
    **{
        subject: "{ " + " || ".join(f"($.eventName = {name})" for name in names_of(subject)) + " }"
        for subject in SUBJECTS[2:]
    },
}
ALL_FOUR = {
    "BlockPublicAcls": True,
    "BlockPublicPolicy": True,
    "IgnorePublicAcls": True,
    "RestrictPublicBuckets": True,
}
JUDGED = {
    ("aws.cloudtrail.account", "account-audited-in-all-regions"): ("pass", "fail"),
    ("aws.cloudtrail.account", "object-reads-recorded"): ("pass", "fail"),
    ("aws.cloudtrail.account", "object-writes-recorded"): ("pass", "fail"),
    ("aws.cloudtrail.account", "ai-calls-recorded"): ("pass", "fail"),
    ("aws.cloudtrail.account", "failed-sign-ins-raise-alarm"): ("pass", "fail"),
    ("aws.cloudtrail.account", "root-usage-raises-alarm"): ("pass", "fail"),
    ("aws.cloudtrail.account", "network-acl-changes-raise-alarm"): ("pass", "fail"),
    ("aws.cloudtrail.account", "gateway-changes-raise-alarm"): ("pass", "fail"),
    ("aws.cloudtrail.account", "route-changes-raise-alarm"): ("pass", "fail"),
    ("aws.cloudtrail.account", "vpc-changes-raise-alarm"): ("pass", "fail"),
    ("aws.cloudtrail.region", "every-region-audited"): ("pass", "fail"),
    ("aws.cloudtrail.trail", "audit-trail-under-own-key"): ("pass", "fail"),
    ("aws.cloudtrail.trail", "audit-trail-tamper-evident"): ("pass", "fail"),
    # The simulation never tells when events reached a log group.
    ("aws.cloudtrail.trail", "audit-trail-watched"): ("fail", "fail"),
    ("aws.cloudtrail.trail", "root-usage-raises-alarm"): ("not_applicable", "not_applicable"),
    ("aws.cloudwatch.alarm", "alarm-tells-somebody"): ("pass", "fail"),
    ("aws.logs.metric_filter", "audit-event-counts-raise-alarm"): ("pass", "fail"),
    ("aws.logs.log_group", "logs-kept-long-enough"): ("pass", "fail"),
    ("aws.logs.log_group", "data-store-key-customer-managed"): ("pass", "fail"),
    ("aws.kms.key", "encryption-key-not-scheduled-for-deletion"): ("pass", "fail|pass"),
    ("aws.kms.key", "enclave-key-demands-attestation"): ("pass", "fail"),
    ("aws.kms.key", "enclave-key-not-bypassed"): ("pass", "fail"),
    # No measurement is known until the policy file names it.
    ("aws.kms.key", "enclave-image-known"): ("fail", "pass"),
    ("aws.s3.account", "account-public-access-blocked"): ("pass", "fail"),
    ("aws.s3.bucket", "bucket-access-recorded"): ("pass", "fail"),
    ("aws.s3.bucket", "bucket-not-writable-by-public"): ("pass", "fail"),
    ("aws.s3.bucket", "bucket-policy-names-who-may-enter"): ("pass", "fail"),
    ("aws.s3.bucket", "bucket-rights-given-by-policy-alone"): ("pass", "fail"),
    ("aws.s3.bucket", "bucket-copied-elsewhere"): ("pass", "fail"),
    ("aws.s3.bucket", "earlier-versions-looked-after"): ("pass", "not_applicable"),
    ("aws.s3.bucket", "stored-objects-can-be-locked"): ("pass", "fail"),
    ("aws.s3.bucket", "bucket-events-announced"): ("pass", "fail"),
    ("aws.s3.bucket", "data-store-not-public"): ("pass", "fail"),
    ("aws.s3.bucket", "data-versions-kept"): ("pass", "fail"),
}
"""Type and control, to the verdicts in the good account and in the bad one."""


@pytest.fixture
def simulated(aws_environment: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Find the simulation under the names that S3's account-wide calls put the account before."""
    looked_up = socket.getaddrinfo

    def found(host: Any, *more: Any, **named: Any) -> Any:
        bare = host.removeprefix(f"{ACCOUNT}.") if isinstance(host, str) else host
        return looked_up(bare, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", found)
    return aws_environment


def client(service: str, region: str = HERE) -> Any:
    """Return a client of the simulated account."""
    import boto3

    return boto3.client(service, region_name=region)


def document(*statements: dict[str, Any]) -> str:
    """Return a policy."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def make_key(*, attested: bool) -> str:
    """Make a key of an enclave."""
    root = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    decrypt: dict[str, Any] = {"Effect": "Allow", "Principal": root, "Action": "kms:Decrypt", "Resource": "*"}
    if attested:
        measured = {"kms:RecipientAttestation:ImageSha384": "ab" * 48}
        decrypt["Condition"] = {"StringEqualsIgnoreCase": measured}
    manage = {"Effect": "Allow", "Principal": root, "Action": ["kms:Put*", "kms:Describe*"], "Resource": "*"}
    keys = client("kms")
    key: str = keys.create_key(Description="enclave", Policy=document(manage, decrypt))["KeyMetadata"]["Arn"]
    keys.enable_key_rotation(KeyId=key)
    return key


def make_trail(bucket: str, key: str, *, good: bool) -> None:
    """Make a trail with its log group, filters and alarms; a bad one is of one region and switched off."""
    logs, alarms = client("logs"), client("cloudwatch")
    logs.create_log_group(logGroupName="trail", **({"kmsKeyId": key} if good else {}))
    logs.put_retention_policy(logGroupName="trail", retentionInDays=400 if good else 14)
    topic = client("sns").create_topic(Name="security")["TopicArn"]
    for name, pattern in PATTERNS.items():
        counted = {"metricName": name, "metricNamespace": "CIS", "metricValue": "1"}
        logs.put_metric_filter(
            logGroupName="trail", filterName=name, filterPattern=pattern, metricTransformations=[counted]
        )
        alarms.put_metric_alarm(
            AlarmName=name,
            MetricName=name,
            Namespace="CIS",
            Statistic="Sum",
            Period=300,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanOrEqualToThreshold",
            **({"AlarmActions": [topic], "InsufficientDataActions": [topic]} if good else {}),
        )
    trails = client("cloudtrail")
    group = f"arn:aws:logs:{HERE}:{ACCOUNT}:log-group:trail:*"
    role = client("iam").create_role(RoleName="trail", AssumeRolePolicyDocument=document())["Role"]["Arn"]
    trails.create_trail(
        Name="audit",
        S3BucketName=bucket,
        IsMultiRegionTrail=good,
        EnableLogFileValidation=good,
        CloudWatchLogsLogGroupArn=group,
        CloudWatchLogsRoleArn=role,
        **({"KmsKeyId": key} if good else {}),
    )
    if good:
        objects = {"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}
        selector = {"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": [objects]}
        trails.put_event_selectors(TrailName="audit", EventSelectors=[selector])
        trails.start_logging(Name="audit")


def make_good_buckets() -> None:
    """Make two buckets, each a copy of the other and closed."""
    for name, region in (("records", HERE), ("records-copy", ELSEWHERE)):
        buckets = client("s3", region)
        where = {} if region == HERE else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        buckets.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True, **where)
        rules = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
        buckets.put_bucket_ownership_controls(Bucket=name, OwnershipControls=rules)
        buckets.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        ends = {
            "ID": "old",
            "Status": "Enabled",
            "Filter": {"Prefix": ""},
            "NoncurrentVersionExpiration": {"NoncurrentDays": 400},
        }
        buckets.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": [ends]})
        topic = client("sns", region).create_topic(Name="objects")["TopicArn"]
        # The simulation does not give back that EventBridge is told.
        events = {"TopicConfigurations": [{"TopicArn": topic, "Events": ["s3:ObjectRemoved:*"]}]}
        buckets.put_bucket_notification_configuration(Bucket=name, NotificationConfiguration=events)
    for name, other, region in (("records", "records-copy", HERE), ("records-copy", "records", ELSEWHERE)):
        rule = {"ID": "a", "Status": "Enabled", "Prefix": "", "Destination": {"Bucket": f"arn:aws:s3:::{other}"}}
        role = f"arn:aws:iam::{ACCOUNT}:role/copy"
        client("s3", region).put_bucket_replication(
            Bucket=name, ReplicationConfiguration={"Role": role, "Rules": [rule]}
        )
    client("s3control").put_public_access_block(AccountId=ACCOUNT, PublicAccessBlockConfiguration=ALL_FOUR)


def make_good() -> None:
    """Make the good account."""
    make_good_buckets()
    make_trail("records", make_key(attested=True), good=True)


def make_bad() -> None:
    """Make the bad account."""
    buckets = client("s3")
    buckets.create_bucket(Bucket="open", ACL="public-read-write", ObjectOwnership="ObjectWriter")
    everybody = {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::open/*"}
    buckets.put_bucket_policy(Bucket="open", Policy=document(everybody))
    key = make_key(attested=False)
    make_trail("open", key, good=False)
    keys = client("kms")
    doomed = keys.create_key()["KeyMetadata"]["KeyId"]
    keys.schedule_key_deletion(KeyId=doomed)


def scan() -> tuple[list[Resource], list[CollectionGap], dict[tuple[str, str], set[str]]]:
    """Collect and judge the account: the verdicts by type and control."""
    types = catalog()
    rules = select(library.load(library.shipped(), types), types, "hipaa-security-rule")
    need = {name: paths for name, paths in needs(rules).items() if name in TYPES}
    options = Options(now=NOW, regions=(HERE, ELSEWHERE), need=need)
    found = list(AwsCollector().collect("aws", options, lambda _: None))
    resources = [each for each in found if isinstance(each, Resource)]
    lines = [wire.encode(each) for each in sorted(resources, key=lambda each: (each.type, each.id))]
    verdicts: dict[tuple[str, str], set[str]] = {}
    for finding in evaluate(lambda: iter(lines), compile_rules(rules), NOW, passes=True):
        if finding.resource is not None:
            verdicts.setdefault((finding.resource.type, finding.control), set()).add(finding.verdict)
    return resources, [each for each in found if isinstance(each, CollectionGap)], verdicts


@pytest.mark.parametrize(("make", "which"), [(make_good, 0), (make_bad, 1)])
def test_good_and_bad_of_each_type(make: Callable[[], None], which: int, simulated: str) -> None:
    """Each control gives its verdict through the real collector and engine."""
    make()

    resources, gaps, verdicts = scan()

    assert gaps == []
    assert {each.type for each in resources} == TYPES
    seen = {each: "|".join(sorted(verdicts.get(each, {"not_applicable"}))) for each in JUDGED}
    assert seen == {each: expected[which] for each, expected in JUDGED.items()}


def test_an_empty_account_fails_by_name(simulated: str) -> None:
    """No trail, no filter and no alarm: the account and its regions are there, and fail."""
    resources, gaps, verdicts = scan()

    assert gaps == []
    assert sorted((each.type, str(each.region)) for each in resources) == [
        ("aws.cloudtrail.account", "None"),
        ("aws.cloudtrail.region", ELSEWHERE),
        ("aws.cloudtrail.region", HERE),
        ("aws.s3.account", "None"),
    ]
    of_trails = {each: found for each, found in verdicts.items() if each[0].startswith("aws.cloudtrail")}
    assert len(of_trails) == 11
    assert set.union(*of_trails.values()) == {"fail"}
