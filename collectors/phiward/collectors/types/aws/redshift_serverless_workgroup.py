"""Workgroups of Redshift Serverless: what computes, and the way to the data of a namespace.

Calls `redshift-serverless:ListWorkgroups`, `ListTagsForResource` and, where one has a public address, what says whether
the internet reaches it.
"""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.types.aws import reach
from phiward.collectors.types.aws.answers import arn, live, told
from phiward.collectors.types.aws.placement import placed
from phiward.inventory.aspects import EncryptionInTransit, Exposure, Network
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown


class WorkgroupConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only a workgroup has."""

    publicly_accessible: Maybe[bool]
    """It has a public address, whatever routes and security groups then let through."""
    enhanced_vpc_routing: Maybe[bool]
    """What it loads and unloads goes through the VPC, past its rules and flow logs, and not over the internet."""
    namespace: Maybe[str | None]
    """The namespace whose data it reads, by name. None: none yet."""


TYPE = ResourceType(
    name="aws.redshift_serverless.workgroup",
    title="Redshift Serverless workgroup",
    aspects=(EncryptionInTransit, Exposure, Network),
    config=WorkgroupConfig,
    relations={"security_groups": Relation("the security groups that filter its traffic", ("aws.ec2.security_group",))},
    stores_data=True,
)

_TLS = "require_ssl"


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every workgroup of the region."""
    yield from aws.pages("redshift-serverless", "list_workgroups", "workgroups")


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one workgroup, with whether the internet reaches it."""
    identity, groups = item["workgroupArn"], sorted(item.get("securityGroupIds", ()))
    public = bool(item.get("publiclyAccessible", False))
    tags = aws.ask("redshift-serverless", "list_tags_for_resource", fills=("tags",), resourceArn=identity)
    return live(
        aws,
        TYPE,
        identity,
        name=item["workgroupName"],
        tags=told(tags, lambda found: {tag["key"]: tag["value"] for tag in found.get("tags", ())}),
        encryption_in_transit=EncryptionInTransit(
            enforced=_demands_tls(item),
            minimum_tls=Unknown("the versions of TLS that Redshift accepts are no setting of the workgroup"),
        ),
        exposure=_exposure(aws, item, groups) if public else Exposure(public=False),
        network=placed(public),
        config=WorkgroupConfig(
            publicly_accessible=public,
            enhanced_vpc_routing=bool(item.get("enhancedVpcRouting", False)),
            namespace=item.get("namespaceName"),
        ),
        relations={"security_groups": tuple(arn(aws, "ec2", f"security-group/{group}") for group in groups)},
    )


def _demands_tls(workgroup: dict[str, Any]) -> Maybe[bool]:
    """Say whether it refuses plain text. The default changed in 2025, so silence tells nothing."""
    values = {each.get("parameterKey"): each.get("parameterValue") for each in workgroup.get("configParameters", ())}
    return values[_TLS] == "true" if _TLS in values else Unknown(f"Redshift Serverless does not say {_TLS}")


def _exposure(aws: Aws, workgroup: dict[str, Any], groups: list[str]) -> Exposure:
    port = workgroup.get("port") or (workgroup.get("endpoint") or {}).get("port")
    return reach.reached(
        aws,
        subnets=workgroup.get("subnetIds", ()),
        groups=groups,
        ipv6=workgroup.get("ipAddressType") == "dualstack",
        ports=(port,) if port else (),
        fills=("exposure",),
    ).exposure
