"""S3: buckets, with the settings that Terraform has resources of their own for, and their policies."""

from collections.abc import Iterator

from phiward.collectors.cloudformation.shapes import (
    Extra,
    Made,
    Part,
    Shape,
    automatic,
    block,
    document,
    meaning,
    of,
)
from phiward.collectors.documents import Mapping
from phiward.inventory.unknown import Unknown

_CANNED = {
    "Private": "private",
    "PublicRead": "public-read",
    "PublicReadWrite": "public-read-write",
    "AuthenticatedRead": "authenticated-read",
    "LogDeliveryWrite": "log-delivery-write",
    "AwsExecRead": "aws-exec-read",
    "BucketOwnerRead": "bucket-owner-read",
    "BucketOwnerFullControl": "bucket-owner-full-control",
}
_ENCRYPTION = {
    "ServerSideEncryptionConfiguration": block(
        "rule", {"ServerSideEncryptionByDefault": "apply_server_side_encryption_by_default"}
    )
}
_LIFECYCLE = {"Rules": "rule"}
_REPLICATION = {"Rules": "rule"}
_NOTIFICATION = {
    "TopicConfigurations": block("topic", {"Topic": "topic_arn"}),
    "QueueConfigurations": block("queue", {"Queue": "queue_arn"}),
    "LambdaConfigurations": block("lambda_function", {"Function": "lambda_function_arn"}),
}


def _logging(made: Made) -> Iterator[Extra]:
    """Without a bucket to log to, a bucket that keeps access logs keeps its own."""
    written = made.properties.get("LoggingConfiguration")
    if written is None:
        return
    span = made.properties.spans["LoggingConfiguration"]
    args = of(span, bucket=made.me("id"))
    if isinstance(written, Mapping):
        target = written.get("DestinationBucketName")
        args.put("target_bucket", made.me("id") if target is None else target, span)
    yield Extra("aws_s3_bucket_logging", args, uncertain=written if isinstance(written, Unknown) else None)


def _lifecycle(made: Made) -> Iterator[Extra]:
    written = made.properties.get("LifecycleConfiguration")
    if written is None:
        return
    span = made.properties.spans["LifecycleConfiguration"]
    args = of(span, bucket=made.me("id"))
    if isinstance(written, Mapping):
        # `NoncurrentVersionExpirationInDays` is the older way to write the days.
        rules = automatic(written, _LIFECYCLE).get("rule", [])
        for rule in rules if isinstance(rules, list) else ():
            days = rule.get("noncurrent_version_expiration_in_days") if isinstance(rule, Mapping) else None
            if days is not None and "noncurrent_version_expiration" not in rule:
                inner = of(rule.span, noncurrent_days=days)
                rule.put("noncurrent_version_expiration", inner, rule.span)
        args.put("rule", rules, span)
    yield Extra(
        "aws_s3_bucket_lifecycle_configuration", args, uncertain=written if isinstance(written, Unknown) else None
    )


def _notification(made: Made) -> Iterator[Extra]:
    written = made.properties.get("NotificationConfiguration")
    if written is None:
        return
    span = made.properties.spans["NotificationConfiguration"]
    args = of(span, bucket=made.me("id"))
    if isinstance(written, Mapping):
        for name, value in automatic(written, _NOTIFICATION).items():
            args.put(name, value, span)
        bridge = written.get("EventBridgeConfiguration")
        if bridge is not None:
            on = bridge.get("EventBridgeEnabled", True) if isinstance(bridge, Mapping) else bridge
            args.put("eventbridge", on, span)
    yield Extra("aws_s3_bucket_notification", args, uncertain=written if isinstance(written, Unknown) else None)


def _further(made: Made) -> Iterator[Extra]:
    yield from _logging(made)
    yield from _lifecycle(made)
    yield from _notification(made)


SHAPES = (
    Shape(
        "AWS::S3::Bucket",
        "aws_s3_bucket",
        {
            "BucketName": "bucket",
            "AccessControl": meaning("acl", _CANNED),
            "LoggingConfiguration": None,
            "LifecycleConfiguration": None,
            "NotificationConfiguration": None,
        },
        parts=(
            Part(
                property="BucketEncryption",
                type="aws_s3_bucket_server_side_encryption_configuration",
                owner="bucket",
                spec=_ENCRYPTION,
            ),
            Part(property="PublicAccessBlockConfiguration", type="aws_s3_bucket_public_access_block", owner="bucket"),
            Part(
                property="OwnershipControls",
                type="aws_s3_bucket_ownership_controls",
                owner="bucket",
                spec={"Rules": "rule"},
            ),
            Part(
                property="VersioningConfiguration",
                type="aws_s3_bucket_versioning",
                owner="bucket",
                wrap="versioning_configuration",
            ),
            Part(property="ObjectLockConfiguration", type="aws_s3_bucket_object_lock_configuration", owner="bucket"),
            Part(
                property="ReplicationConfiguration",
                type="aws_s3_bucket_replication_configuration",
                owner="bucket",
                spec=_REPLICATION,
            ),
        ),
        also=_further,
    ),
    Shape("AWS::S3::BucketPolicy", "aws_s3_bucket_policy", {"PolicyDocument": document("policy")}),
)
