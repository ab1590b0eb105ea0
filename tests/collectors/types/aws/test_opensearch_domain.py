"""OpenSearch domains: five are described at once, both forms agree, and an open policy is weighed with what guards it."""

import json
from typing import Any

import pytest
from fakes import FakeAws, asked
from fakes_terraform import FakeBlock, FakeSource, Ref

from phiward.collectors.aws.port import Denied
from phiward.collectors.types.aws import opensearch_domain
from phiward.collectors.types.aws.opensearch_facts import minimum_tls
from phiward.collectors.types.aws.opensearch_support import end_of_support
from phiward.inventory.model import Resource, Unknown

KEY = "arn:aws:kms:us-east-1:123456789012:key/0f0f"
GROUP = "arn:aws:logs:us-east-1:123456789012:log-group:search"
ARN = "arn:aws:es:us-east-1:123456789012:domain/notes"
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::210987654321:role/app"},
            "Action": "es:ESHttp*",
            "Resource": f"{ARN}/*",
        }
    ],
}
ANYBODY = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "es:*", "Resource": f"{ARN}/*"}]}
NOTES: dict[str, Any] = {
    "DomainId": "123456789012/notes",
    "DomainName": "notes",
    "ARN": ARN,
    "EngineVersion": "OpenSearch_2.19",
    "ClusterConfig": {"InstanceCount": 2, "ZoneAwarenessEnabled": True},
    "EncryptionAtRestOptions": {"Enabled": True, "KmsKeyId": KEY},
    "NodeToNodeEncryptionOptions": {"Enabled": True},
    "DomainEndpointOptions": {"EnforceHTTPS": True, "TLSSecurityPolicy": "Policy-Min-TLS-1-2-PFS-2023-10"},
    "AdvancedSecurityOptions": {"Enabled": True, "InternalUserDatabaseEnabled": False, "AnonymousAuthEnabled": False},
    "VPCOptions": {"VPCId": "vpc-1", "SubnetIds": ["subnet-1", "subnet-2"], "SecurityGroupIds": ["sg-1"]},
    "AccessPolicies": json.dumps(POLICY),
    "LogPublishingOptions": {
        "AUDIT_LOGS": {"Enabled": True, "CloudWatchLogsLogGroupArn": GROUP},
        "ES_APPLICATION_LOGS": {"Enabled": True, "CloudWatchLogsLogGroupArn": GROUP},
        "INDEX_SLOW_LOGS": {"Enabled": False, "CloudWatchLogsLogGroupArn": GROUP},
    },
    "SoftwareUpdateOptions": {"AutoSoftwareUpdateEnabled": True},
}
BARE: dict[str, Any] = {
    "DomainId": "123456789012/notes",
    "DomainName": "notes",
    "ARN": ARN,
    "EngineVersion": "Elasticsearch_7.4",
    "AccessPolicies": json.dumps(ANYBODY),
}
CUSTOMER = {"KeyMetadata": {"KeyManager": "CUSTOMER"}}
TAGS = {"TagList": [{"Key": "Owner", "Value": "records"}]}
SAME_IN_BOTH = (
    "encryption_at_rest.enabled",
    "encryption_at_rest.key_owner",
    "encryption_in_transit",
    "exposure",
    "authentication",
    "logging",
    "patching",
    "backup.enabled",
    "backup.retention_days",
    "backup.encrypted",
    "resilience",
    "network",
    "config",
)


def at(resource: Resource, path: str) -> Any:
    """Return the value at a path."""
    value: Any = resource
    for name in path.split("."):
        value = getattr(value, name)
    return value


def account(*domains: dict[str, Any], **given: Any) -> FakeAws:
    """Return an account with these domains."""
    answers = {
        "es:ListDomainNames": {"DomainNames": [{"DomainName": domain["DomainName"]} for domain in domains]},
        "es:DescribeDomains": {"DomainStatusList": list(domains)},
        "es:ListTags": TAGS,
        "kms:DescribeKey": CUSTOMER,
        **given.pop("answers", {}),
    }
    return FakeAws(answers, **given)


def live(changes: dict[str, Any] | None = None, *, base: dict[str, Any] = NOTES, **given: Any) -> Resource:
    """Return the resource of a live domain."""
    aws = account({**base, **(changes or {})}, **given)
    (item,) = opensearch_domain.items(aws)
    return opensearch_domain.resource(aws, item)


def code(kind: str = "aws_opensearch_domain", parts: dict[str, Any] | None = None, **changes: Any) -> Resource:
    """Return the resource of the same domain in Terraform."""
    logs = [{"log_type": name, "cloudwatch_log_group_arn": GROUP} for name in ("AUDIT_LOGS", "ES_APPLICATION_LOGS")]
    nested: dict[str, Any] = {
        "cluster_config": [{"zone_awareness_enabled": True}],
        "encrypt_at_rest": [{"enabled": True, "kms_key_id": Ref("aws_kms_key.ephi.arn")}],
        "node_to_node_encryption": [{"enabled": True}],
        "domain_endpoint_options": [{"tls_security_policy": "Policy-Min-TLS-1-2-PFS-2023-10"}],
        "advanced_security_options": [{"enabled": True}],
        "vpc_options": [{"subnet_ids": [Ref("aws_subnet.a.id")], "security_group_ids": []}],
        "log_publishing_options": logs,
        "software_update_options": [{"auto_software_update_enabled": True}],
        **changes.pop("blocks", {}),
    }
    arguments = {
        "domain_name": "notes",
        "engine_version": "OpenSearch_2.19",
        "access_policies": json.dumps(POLICY),
        **changes,
    }
    block = FakeBlock(f"{kind}.notes", blocks=nested, **arguments)
    source = FakeSource([block, FakeBlock("aws_kms_key.ephi")], account="123456789012")
    form = next(form for form in opensearch_domain.TERRAFORM if form.main == kind)
    return form.build(block, parts or {}, source)


def bare(kind: str = "aws_opensearch_domain", **changes: Any) -> Resource:
    """Return a domain of which the code says as little as it may."""
    block = FakeBlock(f"{kind}.notes", domain_name="notes", **changes)
    form = next(form for form in opensearch_domain.TERRAFORM if form.main == kind)
    return form.build(block, {}, FakeSource([block], account="123456789012"))


@pytest.mark.parametrize("path", SAME_IN_BOTH)
def test_both_forms_agree(path: str) -> None:
    """The same domain, live and in code, has the same facts."""
    assert at(code(), path) == at(live(), path)


def test_both_forms_see_a_bad_domain_alike() -> None:
    """One that nobody thought about, open to everybody."""
    found = live(base=BARE)
    written = bare(engine_version="Elasticsearch_7.4", access_policies=json.dumps(ANYBODY))
    older = bare("aws_elasticsearch_domain", elasticsearch_version="7.4", access_policies=json.dumps(ANYBODY))

    for path in SAME_IN_BOTH:
        assert at(written, path) == at(found, path) == at(older, path)
    assert at(found, "exposure.ways") == ("policy",)
    assert at(found, "authentication.anonymous") is True
    assert at(found, "encryption_in_transit.minimum_tls") == "1.0"
    assert at(found, "patching.end_of_support") == "2025-11-07"


def test_a_policy_of_its_own_resource_is_the_domains() -> None:
    """`aws_opensearch_domain_policy` is folded in; one that may belong elsewhere leaves it open."""
    beside = FakeBlock("aws_opensearch_domain_policy.a", access_policies=json.dumps(POLICY))

    assert at(code(access_policies=None, parts={"aws_opensearch_domain_policy": [beside]}), "exposure.shared_with") == (
        "210987654321",
    )
    unsure = code(access_policies=None, parts={"aws_opensearch_domain_policy": [Unknown("it may belong here")]})
    assert isinstance(at(unsure, "exposure.shared_with"), Unknown)


@pytest.mark.parametrize(
    ("changes", "public", "anonymous"),
    [
        ({}, True, True),
        ({"VPCOptions": {"SubnetIds": ["subnet-1"]}}, False, True),
        ({"AdvancedSecurityOptions": {"Enabled": True, "AnonymousAuthEnabled": False}}, False, False),
        ({"AdvancedSecurityOptions": {"Enabled": True, "AnonymousAuthEnabled": True}}, True, True),
        ({"AccessPolicies": ""}, False, False),
        ({"AccessPolicies": json.dumps(POLICY)}, False, False),
        (
            {
                "AccessPolicies": json.dumps(
                    {
                        "Statement": [
                            {
                                **ANYBODY["Statement"][0],
                                "Condition": {"IpAddress": {"aws:SourceIp": ["203.0.113.7/32"]}},
                            }
                        ]
                    }
                )
            },
            False,
            False,
        ),
    ],
)
def test_an_open_policy_is_weighed_with_what_guards_it(changes: dict[str, Any], public: bool, anonymous: bool) -> None:
    """The VPC keeps the internet out, fine-grained access control asks for a name, an address list narrows."""
    found = live(changes, base=BARE)

    assert (at(found, "exposure.public"), at(found, "authentication.anonymous")) == (public, anonymous)


@pytest.mark.parametrize(
    ("policy", "lowest"),
    [
        (None, "1.0"),
        ("Policy-Min-TLS-1-0-2019-07", "1.0"),
        ("Policy-Min-TLS-1-2-2019-07", "1.2"),
        ("Policy-Min-TLS-1-2-RFC9151-FIPS-2024-08", "1.3"),
    ],
)
def test_a_tls_policy_says_the_lowest_version(policy: str | None, lowest: str) -> None:
    """From the service's own list."""
    assert minimum_tls(policy) == lowest


def test_a_tls_policy_of_tomorrow_is_unknown() -> None:
    """Nothing is guessed from a name."""
    assert isinstance(minimum_tls("Policy-Min-TLS-1-4-2031-01"), Unknown)


@pytest.mark.parametrize(
    ("version", "end"),
    [("OpenSearch_1.3", "2027-11-07"), ("Elasticsearch_7.10", "2027-11-07"), ("OpenSearch_3.1", None)],
)
def test_the_end_of_support(version: str, end: str | None) -> None:
    """Some versions have a last day, the newest have none announced."""
    assert end_of_support(version) == end


def test_an_unlisted_version_is_unknown() -> None:
    """Its end is not guessed."""
    assert isinstance(end_of_support("OpenSearch_2.99"), Unknown)


def test_only_the_audit_log_is_a_record_of_activity() -> None:
    """Error logs are published, which another control asks; they do not tell who did what."""
    errors = {"ES_APPLICATION_LOGS": {"Enabled": True, "CloudWatchLogsLogGroupArn": GROUP}}
    found = live({"LogPublishingOptions": errors})

    assert (at(found, "logging.enabled"), at(found, "logging.kinds")) == (False, ("ES_APPLICATION_LOGS",))


def test_paused_snapshots_are_no_backup() -> None:
    """The hourly snapshots can be paused."""
    paused = live({"AutomatedSnapshotPauseOptions": {"Enabled": True, "State": "Active"}})

    assert (at(live(), "backup.retention_days"), at(paused, "backup.enabled")) == (14, False)


def test_five_domains_are_described_at_once() -> None:
    """Seven domains are two requests."""
    names = [f"domain-{number}" for number in range(7)]
    described = [{**BARE, "DomainName": name, "ARN": f"arn:aws:es:::domain/{name}"} for name in names]
    aws = account(
        *described,
        answers={
            asked("es:DescribeDomains", DomainNames=names[:5]): {"DomainStatusList": described[:5]},
            asked("es:DescribeDomains", DomainNames=names[5:]): {"DomainStatusList": described[5:]},
        },
    )

    found = list(opensearch_domain.items(aws))

    assert [item["domain"]["DomainName"] for item in found] == names
    assert [call for call, _ in aws.calls] == ["es:ListDomainNames", "es:DescribeDomains", "es:DescribeDomains"]


def test_a_denied_description_leaves_the_domain_with_nothing_known() -> None:
    """It is there, under its ARN, and every fact is unknown with the call's name."""
    found = live(denied={"es:DescribeDomains"})

    assert found.id == ARN
    for path in ("encryption_at_rest.enabled", "encryption_in_transit.enforced", "exposure.public", "logging.enabled"):
        assert "es:DescribeDomains" in at(found, path).reason
    for name in ("node_to_node_encryption", "in_vpc", "engine_version", "policy"):
        assert isinstance(at(found, f"config.{name}"), Unknown)
    assert isinstance(at(found, "network.private"), Unknown)
    assert isinstance(at(found, "backup.enabled"), Unknown)
    assert isinstance(found.relations["security_groups"], Unknown)


def test_a_domain_that_is_listed_and_not_described_is_unknown() -> None:
    """It may be on its way out; it is not left out."""
    aws = account(NOTES, answers={"es:DescribeDomains": {"DomainStatusList": []}})
    (item,) = opensearch_domain.items(aws)

    assert isinstance(at(opensearch_domain.resource(aws, item), "encryption_at_rest.enabled"), Unknown)


@pytest.mark.parametrize(
    ("denied", "path"), [("kms:DescribeKey", "encryption_at_rest.key_owner"), ("es:ListTags", "tags")]
)
def test_a_denied_call_makes_its_own_fact_unknown(denied: str, path: str) -> None:
    """The rest is as it was."""
    whole, without = live(), live(denied={denied})

    assert denied in at(without, path).reason
    changed = {each.partition(".")[0] for each in SAME_IN_BOTH if at(without, each) != at(whole, each)}
    assert changed <= {path.partition(".")[0]}


def test_a_denied_listing_is_a_gap() -> None:
    """An account that refuses the listing is not an empty one."""
    with pytest.raises(Denied, match="es:ListDomainNames"):
        list(opensearch_domain.items(FakeAws(denied={"es:ListDomainNames"})))


def test_nothing_is_asked_that_no_control_reads() -> None:
    """Neither tags nor the key, where only logging is asked."""
    aws = account(NOTES, need={"logging"})
    (item,) = opensearch_domain.items(aws)
    opensearch_domain.resource(aws, item)

    assert [call for call, _ in aws.calls] == ["es:ListDomainNames", "es:DescribeDomains"]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"engine_version": None}, "patching.end_of_support"),
        ({"blocks": {"encrypt_at_rest": [Unknown("for_each is not known")]}}, "encryption_at_rest.enabled"),
        ({"blocks": {"vpc_options": [Unknown("for_each is not known")]}}, "network.private"),
        ({"blocks": {"log_publishing_options": [Unknown("for_each is not known")]}}, "logging.enabled"),
        ({"access_policies": Unknown("var.policy has no value", ("var.policy",))}, "exposure.shared_with"),
    ],
)
def test_what_code_cannot_tell_is_unknown(changes: dict[str, Any], path: str) -> None:
    """Blocks and values that a variable decides."""
    assert isinstance(at(code(**changes), path), Unknown)
