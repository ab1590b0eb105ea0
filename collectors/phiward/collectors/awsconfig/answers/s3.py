"""Buckets, and the account's own public access block.

A bucket's settings stand in `supplementaryConfiguration` under the names of AWS's Java SDK. A part that an item does
not hold may be one that is not set, or one that the recorder's role may not read: it is unknown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from phiward.collectors.aws.port import Denied
from phiward.collectors.awsconfig.answer import Answer, Asked, Found, Kind, tags_under, unseen
from phiward.collectors.awsconfig.members import Members

if TYPE_CHECKING:
    from collections.abc import Callable

BUCKET, ACCOUNT = "AWS::S3::Bucket", "AWS::S3::AccountPublicAccessBlock"
_GUARDS = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
_GROUPS = {
    "AllUsers": "http://acs.amazonaws.com/groups/global/AllUsers",
    "AuthenticatedUsers": "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
    "LogDelivery": "http://acs.amazonaws.com/groups/s3/LogDelivery",
}
_RIGHTS = {
    "FullControl": "FULL_CONTROL",
    "Read": "READ",
    "Write": "WRITE",
    "ReadAcp": "READ_ACP",
    "WriteAcp": "WRITE_ACP",
}

KINDS = (
    Kind(
        BUCKET,
        covers="aws.s3.bucket",
        spread=True,
        optional=(
            "serversideencryptionconfiguration.Rules.ApplyServerSideEncryptionByDefault.KMSMasterKeyID",
            "objectlockconfiguration.Rule",
            "objectlockconfiguration.ObjectLockEnabled",
            "objectlockconfiguration.Rule.DefaultRetention",
            "objectlockconfiguration.Rule.DefaultRetention.Days",
            "objectlockconfiguration.Rule.DefaultRetention.Years",
        ),
        lacking={"serversideencryptionconfiguration.Rules.BucketKeyEnabled": ("config.bucket_key",)},
    ),
    Kind(ACCOUNT, covers="aws.s3.account"),
)


def _buckets(asked: Asked) -> Found:
    items = asked.all(BUCKET, everywhere=True)
    listed = [item.configuration.with_(Name=item.name or item.id, BucketRegion=item.region) for item in items]
    return Found({"Buckets": listed}, tuple(items))


def _part(part: str, answer: Callable[[Any], dict[str, Any] | None]) -> Answer:
    """Return how a question about one part of a bucket's settings is answered."""

    def handler(asked: Asked) -> Found:
        item = asked.one(BUCKET, asked.arguments["Bucket"], everywhere=True)
        if not item.supplement.holds(part):
            raise Denied(asked.call, unseen(BUCKET, part).reason)
        try:
            return Found(answer(item.supplement.get(part)), (item,))
        except _StrangeError as error:
            raise Denied(asked.call, f"{unseen(BUCKET, part).reason} ({error})") from error

    return Answer(handler, (BUCKET,))


class _StrangeError(Exception):
    """A part is not written as it is known to be."""


def _stated(given: Any, name: str) -> Any:
    """Return a member that must be there, be it null."""
    if not isinstance(given, Members) or not given.holds(name):
        raise _StrangeError(f"it does not tell {name}")
    return given.get(name)


def _entries(given: Any, name: str) -> list[Any]:
    """Return the entries of a mapping that must be there, be it empty."""
    if not isinstance(given, Members) or name not in given.keys():  # noqa: SIM118 - the mapping itself, be it empty
        raise _StrangeError(f"it does not tell {name}")
    entries = given.get(name)
    if entries is not None and not isinstance(entries, Members):
        raise _StrangeError(f"{name} are no mapping")
    return list(entries.values()) if entries else []


def _policy(given: Any) -> dict[str, Any] | None:
    text = _stated(given, "policyText")
    return {"Policy": text} if text else None


def _location(asked: Asked) -> Found:
    item = asked.one(BUCKET, asked.arguments["Bucket"], everywhere=True)
    return Found({"LocationConstraint": item.region}, (item,))


def _grants(given: Any) -> dict[str, Any]:
    if not isinstance(given, dict) or not isinstance(given.get("grantList"), list):
        raise _StrangeError("no list of grants")
    grants = []
    for grant in given["grantList"]:
        grantee, right = grant.get("grantee"), grant.get("permission")
        who = {"URI": _GROUPS.get(grantee)} if isinstance(grantee, str) else {"ID": (grantee or {}).get("id")}
        if right not in _RIGHTS or not any(who.values()):
            raise _StrangeError(f"a grant to {str(grantee)[:80]} of {str(right)[:40]}")
        grants.append({"Grantee": who, "Permission": _RIGHTS[right]})
    return {"Owner": {"ID": given.get("owner", {}).get("id")}, "Grants": grants}


def _versioning(given: Any) -> dict[str, Any]:
    deletion = _stated(given, "isMfaDeleteEnabled")
    return {"Status": _stated(given, "status"), "MFADelete": "Enabled" if deletion is True else "Disabled"}


def _log(given: Any) -> dict[str, Any]:
    target = _stated(given, "destinationBucketName")
    return {"LoggingEnabled": {"TargetBucket": target}} if target else {}


def _lifecycle(given: Any) -> dict[str, Any] | None:
    if given is None:
        return None
    rules = []
    for rule in _stated(given, "rules") or []:
        days = _stated(rule, "noncurrentVersionExpirationInDays")  # -1 where they stay
        expires = {"NoncurrentDays": days} if isinstance(days, int) and days > 0 else {}
        rules.append({"Status": _stated(rule, "status"), "NoncurrentVersionExpiration": expires})
    return {"Rules": rules}


def _told(given: Any) -> dict[str, Any]:
    """Return what is told of a bucket's objects: all of it only in items that say whether EventBridge is."""
    if not isinstance(given, Members) or "eventBridgeConfiguration" not in given.keys():  # noqa: SIM118 - as written
        raise _StrangeError("it does not tell of EventBridge")
    bridge = dict(given)["eventBridgeConfiguration"] is not None  # an empty structure says that it is on
    answer: dict[str, Any] = {}
    for each in _entries(given, "configurations"):
        if not any(each.get(member) for member in ("topicARN", "queueARN", "functionARN")):
            raise _StrangeError("something else is told")
        for member, kind, name in (
            ("topicARN", "TopicConfigurations", "TopicArn"),
            ("queueARN", "QueueConfigurations", "QueueArn"),
            ("functionARN", "LambdaFunctionConfigurations", "LambdaFunctionArn"),
        ):
            if each.get(member):
                answer.setdefault(kind, []).append({name: each[member]})
    if bridge:
        answer["EventBridgeConfiguration"] = {}
    return answer


def _replication(given: Any) -> dict[str, Any] | None:
    if given is None:
        return None
    return {"ReplicationConfiguration": {"Rules": [_rule(rule) for rule in _entries(given, "rules")]}}


def _rule(rule: Any) -> dict[str, Any]:
    to = rule.get("destinationConfig") or {}
    account = to.get("account")
    destination = {"Bucket": to.get("bucketARN", ""), **({"Account": account} if account else {})}
    return {"Status": _stated(rule, "status"), "Destination": destination}


def _own(name: str) -> Callable[[Any], dict[str, Any] | None]:
    """Return an answer that is a part as it stands, under a name; None where there is none."""
    return lambda given: None if given is None else {name: given}


def _tags(asked: Asked) -> Found:
    item = asked.one(BUCKET, asked.arguments["Bucket"], everywhere=True)
    return Found(tags_under(item, "TagSet"), (item,))


def _account_guard(asked: Asked) -> Found:
    """Return the account's own block; where its type is recorded and there is no item of it, there is none."""
    items = asked.all(ACCOUNT, everywhere=True)
    if not items:
        return Found(None)
    newest = max(items, key=lambda item: item.captured or "")
    given = {name: newest.configuration[name] for name in _GUARDS}
    return Found({"PublicAccessBlockConfiguration": given}, (newest,))


ANSWERS = {
    "s3.list_buckets": Answer(_buckets, (BUCKET,)),
    "s3.get_bucket_location": Answer(_location, (BUCKET,)),
    "s3.get_bucket_policy": _part("BucketPolicy", _policy),
    "s3.get_bucket_acl": _part("AccessControlList", _grants),
    "s3.get_bucket_versioning": _part("BucketVersioningConfiguration", _versioning),
    "s3.get_bucket_logging": _part("BucketLoggingConfiguration", _log),
    "s3.get_bucket_encryption": _part("ServerSideEncryptionConfiguration", _own("ServerSideEncryptionConfiguration")),
    "s3.get_public_access_block": _part("PublicAccessBlockConfiguration", _own("PublicAccessBlockConfiguration")),
    "s3.get_bucket_ownership_controls": _part("OwnershipControls", _own("OwnershipControls")),
    "s3.get_object_lock_configuration": _part("ObjectLockConfiguration", _own("ObjectLockConfiguration")),
    "s3.get_bucket_lifecycle_configuration": _part("BucketLifecycleConfiguration", _lifecycle),
    "s3.get_bucket_notification_configuration": _part("BucketNotificationConfiguration", _told),
    "s3.get_bucket_replication": _part("BucketReplicationConfiguration", _replication),
    "s3.get_bucket_tagging": Answer(_tags, (BUCKET,)),
    "s3control.get_public_access_block": Answer(_account_guard, (ACCOUNT,)),
}
