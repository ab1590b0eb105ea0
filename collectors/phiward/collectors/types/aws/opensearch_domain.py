"""OpenSearch Service domains, of Elasticsearch too. Calls `es:ListDomainNames`, `es:DescribeDomains` for five at once,
`es:ListTags` and `kms:DescribeKey`.

Serverless collections are another API and another type. The service takes a snapshot of every domain each hour (each
day, of Elasticsearch before 5.3) and keeps it for 14 days, unless somebody has paused that.
"""  # noqa: D205 - the calls are the summary

from collections.abc import Iterator
from typing import Any

from phiward.collectors.aws.port import Aws
from phiward.collectors.types.aws import opensearch_code
from phiward.collectors.types.aws.answers import arn, asked_tags, live
from phiward.collectors.types.aws.kms_keys import encrypts_with, owner_of
from phiward.collectors.types.aws.opensearch_facts import DomainConfig, DomainFacts, aspects
from phiward.inventory.aspects import (
    Authentication,
    Backup,
    EncryptionAtRest,
    EncryptionInTransit,
    Exposure,
    Logging,
    Network,
    Patching,
    Resilience,
)
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.iam_parse import parse_policy
from phiward.inventory.model import Maybe, Resource, Unknown

_AT_ONCE = 5
"""So many domains `DescribeDomains` takes."""

TYPE = ResourceType(
    name="aws.opensearch.domain",
    title="OpenSearch domain",
    aspects=(
        EncryptionAtRest,
        EncryptionInTransit,
        Exposure,
        Authentication,
        Logging,
        Patching,
        Backup,
        Resilience,
        Network,
    ),
    config=DomainConfig,
    relations={
        "security_groups": Relation("the security groups that filter its traffic", ("aws.ec2.security_group",)),
        "encrypts_with": Relation("the KMS key it is encrypted with", ("aws.kms.key",)),
    },
    stores_data=True,
)

TERRAFORM = opensearch_code.forms(TYPE)


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every domain of the region by its name, with its description or why that may not be seen."""
    names = [entry["DomainName"] for entry in aws.pages("opensearch", "list_domain_names", "DomainNames")]
    for first in range(0, len(names), _AT_ONCE):
        together = names[first : first + _AT_ONCE]
        answer = aws.ask("opensearch", "describe_domains", fills=(), DomainNames=together)
        if isinstance(answer, Unknown):
            yield from ({"name": name, "domain": answer} for name in together)
            continue
        found = {domain["DomainName"]: domain for domain in (answer or {}).get("DomainStatusList", ())}
        gone = Unknown("es:DescribeDomains does not describe it")
        yield from ({"name": name, "domain": found.get(name, gone)} for name in together)


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one domain, with whose key encrypts it."""
    domain: Maybe[dict[str, Any]] = item["domain"]
    identity = arn(aws, "es", f"domain/{item['name']}") if isinstance(domain, Unknown) else domain["ARN"]
    said = aspects(_unseen(aws, domain) if isinstance(domain, Unknown) else _facts(aws, domain))
    groups: Maybe[tuple[str, ...]]
    if isinstance(domain, Unknown):
        groups = domain
    else:
        named = sorted((domain.get("VPCOptions") or {}).get("SecurityGroupIds", ()))
        groups = tuple(arn(aws, "ec2", f"security-group/{group}") for group in named)
    return live(
        aws,
        TYPE,
        identity,
        name=item["name"],
        tags=asked_tags(aws, "opensearch", "list_tags", "TagList", ARN=identity),
        relations={"security_groups": groups, "encrypts_with": encrypts_with(said["encryption_at_rest"])},
        **said,
    )


def _facts(aws: Aws, domain: dict[str, Any]) -> DomainFacts:
    encryption, endpoint, security = (
        domain.get(name) or {}
        for name in ("EncryptionAtRestOptions", "DomainEndpointOptions", "AdvancedSecurityOptions")
    )
    cluster, logs = domain.get("ClusterConfig") or {}, domain.get("LogPublishingOptions") or {}
    key = encryption.get("KmsKeyId")
    published = {
        kind: log["CloudWatchLogsLogGroupArn"]
        for kind, log in logs.items()
        if log.get("Enabled", False) and log.get("CloudWatchLogsLogGroupArn")
    }
    return DomainFacts(
        account=aws.account,
        engine_version=domain.get("EngineVersion") or Unknown("OpenSearch Service states no version"),
        encrypted=bool(encryption.get("Enabled", False)),
        key_owner=owner_of(aws, key) if key else Unknown("OpenSearch Service names no key"),
        key=key,
        node_to_node=bool((domain.get("NodeToNodeEncryptionOptions") or {}).get("Enabled", False)),
        in_vpc=bool((domain.get("VPCOptions") or {}).get("SubnetIds")),
        https=bool(endpoint.get("EnforceHTTPS", False)),
        tls_policy=endpoint.get("TLSSecurityPolicy"),
        policy=parse_policy(domain["AccessPolicies"]) if domain.get("AccessPolicies") else None,
        fine_grained=bool(security.get("Enabled", False)),
        anonymous=bool(security.get("AnonymousAuthEnabled", False)),
        internal_users=bool(security.get("InternalUserDatabaseEnabled", False)),
        logs=tuple(sorted(published)),
        log_groups=tuple(sorted(set(published.values()))),
        updates=bool((domain.get("SoftwareUpdateOptions") or {}).get("AutoSoftwareUpdateEnabled", False)),
        snapshots_paused=(domain.get("AutomatedSnapshotPauseOptions") or {}).get("State") == "Active",
        zones=bool(cluster.get("ZoneAwarenessEnabled", False)),
    )


def _unseen(aws: Aws, why: Unknown) -> DomainFacts:
    """Return a domain of which only the name may be seen."""
    facts: dict[str, Any] = {name: why for name in DomainFacts.__struct_fields__ if name != "account"}
    return DomainFacts(account=aws.account, **facts)
