"""ElastiCache: groups, single nodes and Memcached; who is let in without a name; and the forms agree."""

from types import ModuleType
from typing import Any

import pytest
from fakes import FakeAws
from fakes_terraform import FakeBlock, FakeSource, Ref

from phiward.collectors.aws.port import Denied
from phiward.collectors.types.aws import (
    elasticache_cluster,
    elasticache_memcached,
    elasticache_replication_group,
)
from phiward.collectors.types.aws.elasticache_facts import end_of_support
from phiward.inventory.model import Resource, Unknown

KEY = "arn:aws:kms:us-east-1:123456789012:key/0f0f"
ARN = "arn:aws:elasticache:us-east-1:123456789012"
SESSIONS: dict[str, Any] = {
    "ReplicationGroupId": "sessions",
    "ARN": f"{ARN}:replicationgroup:sessions",
    "MemberClusters": ["sessions-001", "sessions-002"],
    "MultiAZ": "enabled",
    "SnapshotRetentionLimit": 35,
    "AuthTokenEnabled": True,
    "AuthTokenLastModifiedDate": "2025-06-01T00:00:00+00:00",
    "TransitEncryptionEnabled": True,
    "TransitEncryptionMode": "required",
    "AtRestEncryptionEnabled": True,
    "KmsKeyId": KEY,
    "AutoMinorVersionUpgrade": True,
    "Engine": "redis",
}
NODES: list[dict[str, Any]] = [
    {
        "CacheClusterId": "sessions-001",
        "ReplicationGroupId": "sessions",
        "Engine": "redis",
        "EngineVersion": "6.2.6",
        "SecurityGroups": [{"SecurityGroupId": "sg-1", "Status": "active"}],
    },
    {
        "CacheClusterId": "alone",
        "ARN": f"{ARN}:cluster:alone",
        "Engine": "redis",
        "EngineVersion": "5.0.6",
        "SecurityGroups": [{"SecurityGroupId": "sg-2", "Status": "active"}],
        "SnapshotRetentionLimit": 0,
        "TransitEncryptionEnabled": False,
        "AtRestEncryptionEnabled": False,
        "AutoMinorVersionUpgrade": True,
    },
    {
        "CacheClusterId": "keys",
        "ARN": f"{ARN}:cluster:keys",
        "Engine": "memcached",
        "EngineVersion": "1.6.22",
        "TransitEncryptionEnabled": True,
        "AutoMinorVersionUpgrade": True,
    },
]
ANSWERS: dict[str, Any] = {
    "elasticache:DescribeCacheClusters": {"CacheClusters": NODES},
    "elasticache:ListTagsForResource": {"TagList": [{"Key": "Owner", "Value": "records"}]},
    "kms:DescribeKey": {"KeyMetadata": {"KeyManager": "CUSTOMER"}},
}
SAME_IN_BOTH = (
    "encryption_at_rest.enabled",
    "encryption_at_rest.algorithm",
    "encryption_at_rest.key_owner",
    "encryption_in_transit",
    "authentication.anonymous",
    "authentication.password",
    "patching",
    "backup.enabled",
    "backup.retention_days",
    "backup.encrypted",
    "resilience",
    "config",
)


def at(resource: Resource, path: str) -> Any:
    """Return the value at a path."""
    value: Any = resource
    for name in path.split("."):
        value = getattr(value, name)
    return value


def group(changes: dict[str, Any] | None = None, **given: Any) -> Resource:
    """Return the resource of a live replication group."""
    aws = FakeAws({**ANSWERS, **given.pop("answers", {})}, **given)
    return elasticache_replication_group.resource(aws, {**SESSIONS, **(changes or {})})


def single(module: ModuleType, changes: dict[str, Any] | None = None, **given: Any) -> Resource:
    """Return the one live node, or Memcached cluster, of the region."""
    aws = FakeAws(ANSWERS, **given)
    (item,) = module.items(aws)
    resource: Resource = module.resource(aws, {**item, **(changes or {})})
    return resource


def code(module: ModuleType, kind: str, *others: FakeBlock, **arguments: Any) -> Resource:
    """Return the resource of a block."""
    block = FakeBlock(f"aws_elasticache_{kind}.a", **arguments)
    form = next(form for form in module.TERRAFORM if form.main == f"aws_elasticache_{kind}")
    resource: Resource = form.build(block, {}, FakeSource([block, FakeBlock("aws_kms_key.ephi"), *others]))
    return resource


def written(*others: FakeBlock, **changes: Any) -> Resource:
    """Return the same replication group in Terraform."""
    arguments = {
        "replication_group_id": "sessions",
        "engine_version": "6.2.6",
        "at_rest_encryption_enabled": True,
        "kms_key_id": Ref("aws_kms_key.ephi.arn"),
        "transit_encryption_enabled": True,
        "auth_token": Ref("random_password.a.result"),
        "snapshot_retention_limit": 35,
        "multi_az_enabled": True,
        **changes,
    }
    return code(elasticache_replication_group, "replication_group", *others, **arguments)


@pytest.mark.parametrize("path", SAME_IN_BOTH)
def test_both_forms_of_a_group_agree(path: str) -> None:
    """The same group, live and in code, has the same facts."""
    assert at(written(), path) == at(group(), path)


def test_both_forms_see_a_bad_group_alike() -> None:
    """Redis as it comes: plain everywhere, for anybody, never copied."""
    bad = group(
        {
            "MultiAZ": "disabled",
            "SnapshotRetentionLimit": 0,
            "AuthTokenEnabled": False,
            "TransitEncryptionEnabled": False,
            "TransitEncryptionMode": None,
            "AtRestEncryptionEnabled": False,
            "KmsKeyId": None,
            "AutoMinorVersionUpgrade": False,
        }
    )
    bare = code(
        elasticache_replication_group, "replication_group", engine_version="6.2.6", auto_minor_version_upgrade=False
    )

    assert [at(bare, path) for path in SAME_IN_BOTH] == [at(bad, path) for path in SAME_IN_BOTH]
    assert at(bad, "authentication.anonymous") is True
    assert at(bad, "encryption_at_rest.enabled") is False
    assert at(bad, "encryption_in_transit.minimum_tls") is None


def test_a_single_node_has_no_protection_that_only_a_group_has() -> None:
    """It is plain at rest and asks nobody for a name, in both forms."""
    found = single(elasticache_cluster)
    own = code(elasticache_cluster, "cluster", engine="redis", engine_version="5.0.6")

    assert [at(own, path) for path in SAME_IN_BOTH] == [at(found, path) for path in SAME_IN_BOTH]
    assert found.type == "aws.elasticache.cluster"
    assert at(found, "patching.end_of_support") == "2026-01-31"
    assert (at(found, "backup.enabled"), at(found, "authentication.anonymous")) == (False, True)


def test_memcached_is_asked_only_what_it_has() -> None:
    """No disk, no copies, no names: it has neither those aspects nor their fails, in both forms."""
    found = single(elasticache_memcached)
    own = code(
        elasticache_cluster, "cluster", engine="memcached", engine_version="1.6.22", transit_encryption_enabled=True
    )

    assert own.type == found.type == "aws.elasticache.memcached"
    for path in ("encryption_in_transit", "patching", "config", "backup", "encryption_at_rest", "authentication"):
        assert at(own, path) == at(found, path)
    assert found.backup is None
    assert at(found, "encryption_in_transit.minimum_tls") == "1.2"


def test_the_listing_of_nodes_is_shared() -> None:
    """Groups, nodes and Memcached ask it once."""
    aws = FakeAws({**ANSWERS, "elasticache:DescribeReplicationGroups": {"ReplicationGroups": [SESSIONS]}})
    for module in (elasticache_replication_group, elasticache_cluster, elasticache_memcached):
        for item in module.items(aws):
            module.resource(aws, item)

    assert [call for call, _ in aws.calls].count("elasticache:DescribeCacheClusters") == 1


@pytest.mark.parametrize(
    ("changes", "enabled"),
    [
        ({"StorageEncryptionType": "sse-elasticache", "AtRestEncryptionEnabled": False}, True),
        ({"StorageEncryptionType": "none", "AtRestEncryptionEnabled": False}, False),
    ],
)
def test_what_is_so_counts_more_than_the_older_flag(changes: dict[str, Any], enabled: bool) -> None:
    """The API says that the flag may be false where the storage is encrypted."""
    assert at(group({**changes, "KmsKeyId": None}), "encryption_at_rest.enabled") is enabled


def test_plain_text_beside_tls_is_not_refused() -> None:
    """`preferred` accepts both, in both forms."""
    assert at(group({"TransitEncryptionMode": "preferred"}), "encryption_in_transit.enforced") is False
    assert at(written(transit_encryption_mode="preferred"), "encryption_in_transit.enforced") is False


def users(access: str, kind: str) -> dict[str, Any]:
    """Return a group of users with its default one."""
    return {
        "elasticache:DescribeUsers": {
            "Users": [
                {"UserName": "default", "UserGroupIds": ["other"], "AccessString": "on ~* +@all"},
                {
                    "UserName": "default",
                    "UserGroupIds": ["staff"],
                    "AccessString": access,
                    "Authentication": {"Type": kind},
                },
            ]
        }
    }


@pytest.mark.parametrize(
    ("access", "kind", "anonymous"),
    [
        ("on ~* +@all", "no-password", True),
        ("off ~keys* -@all", "no-password", False),
        ("on ~* +@all", "password", False),
        ("on ~* +@all", "iam", False),
    ],
)
def test_the_default_user_decides_who_is_anonymous(access: str, kind: str, anonymous: bool) -> None:
    """Every connection without a name is taken for it, in both forms."""
    found = group({"AuthTokenEnabled": False, "UserGroupIds": ["staff"]}, answers=users(access, kind))
    user = FakeBlock(
        "aws_elasticache_user.default",
        user_id="closed",
        user_name="default",
        access_string=access,
        blocks={"authentication_mode": [{"type": {"no-password": "no-password-required"}.get(kind, kind)}]},
    )
    staff = FakeBlock("aws_elasticache_user_group.staff", user_ids=[Ref("aws_elasticache_user.default.user_id")])
    own = written(staff, user, auth_token=None, user_group_ids=[Ref("aws_elasticache_user_group.staff.id")])

    assert at(found, "authentication.anonymous") is anonymous
    assert at(own, "authentication.anonymous") is anonymous


def test_the_services_own_default_user_is_open() -> None:
    """Its id is `default`, and it has no password."""
    staff = FakeBlock("aws_elasticache_user_group.staff", name="staff", user_ids=["default"])
    own = written(staff, auth_token=None, user_group_ids=["staff"])

    assert at(own, "authentication.anonymous") is True


def test_a_token_is_a_credential_with_its_age() -> None:
    """When it was set is told, what it was used for is not."""
    (token,) = at(group(), "authentication.credentials")

    assert (token.kind, token.created) == ("token", "2025-06-01T00:00:00Z")
    assert isinstance(token.last_used, Unknown)


@pytest.mark.parametrize(
    ("denied", "paths"),
    [
        ("kms:DescribeKey", {"encryption_at_rest.key_owner"}),
        ("elasticache:DescribeCacheClusters", {"patching", "config"}),
    ],
)
def test_a_denied_call_makes_its_own_facts_unknown(denied: str, paths: set[str]) -> None:
    """The nodes tell the version and the security groups; the group tells the rest."""
    whole, without = group(), group(denied={denied})

    assert {path for path in SAME_IN_BOTH if at(without, path) != at(whole, path)} == paths
    if "patching" in paths:
        assert denied in at(without, "patching.version").reason
        assert at(without, "patching.automatic") is True
        assert isinstance(without.relations["security_groups"], Unknown)


def test_denied_users_are_unknown() -> None:
    """Whether the default user is open is not guessed."""
    found = group({"AuthTokenEnabled": False, "UserGroupIds": ["staff"]}, denied={"elasticache:DescribeUsers"})

    assert "elasticache:DescribeUsers" in at(found, "authentication.anonymous").reason


@pytest.mark.parametrize(
    ("module", "call"),
    [
        (elasticache_replication_group, "elasticache:DescribeReplicationGroups"),
        (elasticache_cluster, "elasticache:DescribeCacheClusters"),
        (elasticache_memcached, "elasticache:DescribeCacheClusters"),
    ],
)
def test_a_denied_listing_is_a_gap(module: ModuleType, call: str) -> None:
    """An account that refuses the listing is not an empty one."""
    with pytest.raises(Denied, match=call):
        list(module.items(FakeAws(denied={call})))


def test_nothing_is_asked_that_no_control_reads() -> None:
    """The group's own entry tells of backups."""
    aws = FakeAws({}, need={"backup"})
    elasticache_replication_group.resource(aws, SESSIONS)

    assert aws.calls == []


@pytest.mark.parametrize(
    ("engine", "version", "end"),
    [
        ("redis", "6.2.6", "2027-01-31"),
        ("redis", "7.1.0", None),
        ("valkey", "8.0", None),
        ("memcached", "1.6.22", None),
    ],
)
def test_the_end_of_support(engine: str, version: str, end: str | None) -> None:
    """Of the older Redis it is announced, of the others not."""
    assert end_of_support(engine, version) == end


def test_valkey_is_encrypted_unless_told_otherwise() -> None:
    """Its defaults are the better ones."""
    own = code(elasticache_replication_group, "replication_group", engine="valkey", engine_version="8.0")

    assert (at(own, "encryption_at_rest.enabled"), at(own, "encryption_in_transit.enforced")) == (True, True)


def test_a_node_of_a_group_is_as_its_group() -> None:
    """A replica that is a block of its own; one of a group elsewhere is unknown."""
    sessions = FakeBlock(
        "aws_elasticache_replication_group.sessions",
        engine_version="6.2.6",
        at_rest_encryption_enabled=True,
        transit_encryption_enabled=True,
    )
    named = Ref("aws_elasticache_replication_group.sessions.id")
    replica = code(elasticache_cluster, "cluster", sessions, replication_group_id=named)
    stray = code(elasticache_cluster, "cluster", replication_group_id="theirs")

    assert at(replica, "encryption_at_rest.enabled") is True
    for path in ("encryption_at_rest.enabled", "encryption_in_transit.enforced", "backup.enabled"):
        assert isinstance(at(stray, path), Unknown)


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"auth_token": Unknown("var.token has no value", ("var.token",))}, "authentication.anonymous"),
        ({"engine_version": None}, "patching.end_of_support"),
        ({"global_replication_group_id": "g", "at_rest_encryption_enabled": None}, "encryption_at_rest.enabled"),
        ({"auth_token": None, "user_group_ids": ["theirs"]}, "authentication.anonymous"),
    ],
)
def test_what_code_cannot_tell_is_unknown(changes: dict[str, Any], path: str) -> None:
    """Variables without a value, users elsewhere, what the first group of a global datastore decides."""
    assert isinstance(at(written(**changes), path), Unknown)
