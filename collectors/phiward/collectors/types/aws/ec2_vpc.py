"""VPCs. Calls `ec2:DescribeVpcs`, `DescribeFlowLogs`, `DescribeSecurityGroups`, `DescribeVpcEndpoints`.

Only a flow log of the VPC itself counts: one of a subnet or an interface leaves the rest unseen.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws import terraform_rules
from phiward.collectors.types.aws.answers import arn, listed, live, tags_of
from phiward.collectors.types.aws.arguments import text
from phiward.inventory.aspects import Logging
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown


class VpcConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only a VPC has."""

    is_default: Maybe[bool]
    """It is the one that AWS made for the region."""
    default_group_closed: Maybe[bool]
    """Its default security group admits nothing and lets nothing out, so that nobody is let in by forgetting one."""
    interface_endpoints: Maybe[tuple[Maybe[str], ...]]
    """The services that it reaches without the internet, by an interface endpoint: `ec2`, `ssm`, `kms`."""


TYPE = ResourceType(
    name="aws.ec2.vpc",
    title="VPC",
    aspects=(Logging,),
    config=VpcConfig,
    relations={
        "logging_destination": "the log groups and buckets its flow logs go to",
        "default_security_group": Relation("its default security group", ("aws.ec2.security_group",)),
    },
)

_KEPT = Unknown("the destination of the flow log decides: see logging_destination")


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every VPC of the region, with its flow logs and its default security group."""
    logs = listed(aws, "ec2", "describe_flow_logs", "FlowLogs", fills=("logging", "relations.logging_destination"))
    groups = listed(
        aws,
        "ec2",
        "describe_security_groups",
        "SecurityGroups",
        fills=("config.default_group_closed", "relations.default_security_group"),
    )
    endpoints = listed(aws, "ec2", "describe_vpc_endpoints", "VpcEndpoints", fills=("config.interface_endpoints",))
    of_vpc: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for endpoint in [] if isinstance(endpoints, Unknown) else endpoints:
        of_vpc[endpoint.get("VpcId", "")].append(endpoint)
    by_vpc: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for log in [] if isinstance(logs, Unknown) else logs:
        by_vpc[log.get("ResourceId", "")].append(log)
    defaults = {
        group.get("VpcId"): group
        for group in ([] if isinstance(groups, Unknown) else groups)
        if group["GroupName"] == "default"
    }
    for vpc in aws.pages("ec2", "describe_vpcs", "Vpcs"):
        yield {
            "vpc": vpc,
            "flow_logs": logs if isinstance(logs, Unknown) else by_vpc[vpc["VpcId"]],
            "default_group": groups if isinstance(groups, Unknown) else defaults.get(vpc["VpcId"]),
            "endpoints": endpoints if isinstance(endpoints, Unknown) else of_vpc[vpc["VpcId"]],
        }


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one VPC."""
    return normalize(aws, item["vpc"], item["flow_logs"], item["default_group"], item["endpoints"])


def normalize(
    aws: Aws,
    vpc: dict[str, Any],
    flow_logs: Maybe[list[dict[str, Any]]],
    group: Maybe[dict[str, Any] | None],
    endpoints: Maybe[list[dict[str, Any]]],
) -> Resource:
    """Turn one entry of `DescribeVpcs`, its flow logs and its default group into a resource."""
    tags = tags_of(vpc.get("Tags", ()))
    destinations = flow_logs if isinstance(flow_logs, Unknown) else _destinations(aws, flow_logs)
    closed: Maybe[bool]
    if group is None:
        closed = Unknown("EC2 lists no default security group of it")
    elif isinstance(group, Unknown):
        closed = group
    else:
        closed = not group.get("IpPermissions") and not group.get("IpPermissionsEgress")
    default_group: Maybe[tuple[str, ...]] = ()
    if isinstance(group, Unknown):
        default_group = group
    elif group is not None:
        default_group = (arn(aws, "ec2", f"security-group/{group['GroupId']}"),)
    return live(
        aws,
        TYPE,
        arn(aws, "ec2", f"vpc/{vpc['VpcId']}"),
        name=tags.get("Name") or vpc["VpcId"],
        tags=tags,
        logging=flow_logs if isinstance(flow_logs, Unknown) else _logging(flow_logs, destinations),
        config=VpcConfig(
            is_default=bool(vpc.get("IsDefault")),
            default_group_closed=closed,
            interface_endpoints=endpoints if isinstance(endpoints, Unknown) else _services(aws, endpoints),
        ),
        relations={"logging_destination": destinations, "default_security_group": default_group},
    )


def _services(aws: Aws, endpoints: list[dict[str, Any]]) -> tuple[str, ...]:
    """Return the services of the interface endpoints that are there, or are about to be."""
    gone = {"deleted", "deleting", "failed", "rejected", "expired"}
    return tuple(
        sorted(
            {
                _short(each["ServiceName"], aws.region)
                for each in endpoints
                if each.get("VpcEndpointType") == "Interface" and str(each.get("State")).lower() not in gone
            }
        )
    )


def _short(service: str, region: str) -> str:
    """Return a service's name without its maker and region: `ec2` of `com.amazonaws.us-east-1.ec2`."""
    return service.rpartition(f".{region}.")[2]


def _working(log: dict[str, Any]) -> bool:
    """Say whether a flow log records: EC2 keeps one ACTIVE whose records it cannot deliver."""
    return log.get("FlowLogStatus") == "ACTIVE" and log.get("DeliverLogsStatus") != "FAILED"


def _destinations(aws: Aws, flow_logs: list[dict[str, Any]]) -> tuple[str, ...]:
    named: set[str] = set()
    for log in filter(_working, flow_logs):
        if log.get("LogDestination"):
            named.add(log["LogDestination"].removesuffix(":*"))
        elif log.get("LogGroupName"):
            named.add(arn(aws, "logs", f"log-group:{log['LogGroupName']}"))
    return tuple(sorted(named))


def _logging(flow_logs: list[dict[str, Any]], destinations: Maybe[tuple[str, ...]]) -> Logging:
    working = list(filter(_working, flow_logs))
    kinds = {log["TrafficType"] for log in working if log.get("TrafficType")}
    return _logged(enabled=bool(working), destinations=destinations, kinds=tuple(sorted(kinds)))


def _logged(*, enabled: Maybe[bool], destinations: Maybe[tuple[str, ...]], kinds: Maybe[tuple[str, ...]]) -> Logging:
    return Logging(
        enabled=enabled,
        destinations=destinations,
        off_host=enabled,
        retention_days=_KEPT,
        kinds=kinds,
    )


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the VPC of an `aws_vpc` block, with its flow logs and default security group."""
    return _built(block, parts, source, default=False)


def from_terraform_default(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the region's own VPC, which an `aws_default_vpc` block takes into care."""
    return _built(block, parts, source, default=True)


def _built(block: Block, parts: Parts, source: Source, *, default: bool) -> Resource:
    logs = [part for part in parts.get("aws_flow_log", ()) if not isinstance(part, Unknown)]
    unseen = next((part for part in parts.get("aws_flow_log", ()) if isinstance(part, Unknown)), None)
    destinations: Maybe[tuple[str, ...]] = unseen or tuple(sorted({d for log in logs for d in _named(log, source)}))
    kinds: set[str] = set()
    unknown_kind: Unknown | None = unseen
    for log in logs:
        kind = text(log, "traffic_type", "ALL")
        if isinstance(kind, Unknown):
            unknown_kind = kind
        else:
            kinds.add(kind)
    closed, group = _default_group(parts, source)
    return source.resource(
        block,
        TYPE,
        parts=parts,
        logging=_logged(
            enabled=True if logs else unseen or False,
            destinations=destinations,
            kinds=unknown_kind or tuple(sorted(kinds)),
        ),
        config=VpcConfig(is_default=default, default_group_closed=closed, interface_endpoints=_code_services(parts)),
        relations={"logging_destination": destinations, "default_security_group": group},
        lines={"logging": logs[0].where} if logs else {},
    )


def _named(log: Block, source: Source) -> Iterator[str]:
    """Yield where a flow log goes: by reference, else as it is written."""
    for argument in ("log_destination", "log_group_name"):
        value = log.get(argument)
        if value is None:
            continue
        found = [address for address in log.references(argument) if source.find(address) is not None]
        if found:
            yield from (source.id(address) for address in found)
        elif isinstance(value, str):
            yield value.removesuffix(":*")


def _default_group(parts: Parts, source: Source) -> tuple[Maybe[bool], Maybe[tuple[str, ...]]]:
    """Return whether the default group is closed, and its id. AWS makes one that admits its own members."""
    for part in parts.get("aws_default_security_group", ()):
        if isinstance(part, Unknown):
            return part, part
        own = source.parts(part.address)
        rules = [
            each
            for direction in ("ingress", "egress")
            for each in terraform_rules.admitted(part, own, source, direction)
        ]
        unseen = next((each for each in rules if isinstance(each, Unknown)), None)
        sure = any(not isinstance(each, Unknown) for each in rules)
        return False if sure else unseen or True, (source.id(part.address),)
    return False, ()


def _code_services(parts: Parts) -> tuple[Maybe[str], ...]:
    """Return the services of the interface endpoints; a `Gateway` one, the default, is none of them."""
    known: set[str] = set()
    unseen: list[Maybe[str]] = []
    for part in parts.get("aws_vpc_endpoint", ()):
        if isinstance(part, Unknown):
            unseen.append(part)
            continue
        kind = text(part, "vpc_endpoint_type", "Gateway")
        if isinstance(kind, Unknown):
            unseen.append(kind)
        elif kind == "Interface":
            service = text(part, "service_name", Unknown("no service is named"))
            if isinstance(service, Unknown):
                unseen.append(service)
            else:
                known.add(_REGIONAL.sub("", service))
    return (*sorted(known), *unseen)


_REGIONAL = re.compile(r"^.*\.[a-z]{2,3}(-[a-z]+)+-\d\.")
"""What a service's name begins with: its maker and the region."""
_PARTS = {
    "aws_flow_log": "vpc_id",
    "aws_default_security_group": "vpc_id",
    "aws_vpc_endpoint": "vpc_id",
    "aws_main_route_table_association": "vpc_id",
    "aws_default_route_table": "default_route_table_id",
}

TERRAFORM = (
    Form(main="aws_vpc", build=from_terraform, parts=_PARTS),
    Form(main="aws_default_vpc", build=from_terraform_default, parts=_PARTS),
)
