"""Auto Scaling groups. Calls `autoscaling:DescribeAutoScalingGroups`, `autoscaling:DescribeLaunchConfigurations`."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws.answers import arn, listed, live, tags_of
from phiward.collectors.types.aws.arguments import text
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown


class AutoScalingGroupConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only an Auto Scaling group has."""

    load_balanced: Maybe[bool]
    """A load balancer, or a target group of one, sends its machines traffic."""
    health_checks: Maybe[tuple[str, ...]]
    """Who says that a machine is ill: `EC2` always does; `ELB`, `EBS`, `VPC_LATTICE` where they are asked."""


TYPE = ResourceType(
    name="aws.autoscaling.group",
    title="Auto Scaling group",
    aspects=(),
    config=AutoScalingGroupConfig,
    relations={
        "launch_template": Relation("the launch templates its machines are made from", ("aws.ec2.launch_template",)),
        "launch_configuration": Relation(
            "the launch configuration its machines are made from", ("aws.autoscaling.launch_configuration",)
        ),
        "instances": Relation("its machines", ("aws.ec2.instance",)),
    },
)


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every group of the region."""
    yield from aws.pages("autoscaling", "describe_auto_scaling_groups", "AutoScalingGroups")


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one group, with the launch configuration that it names."""
    name = item.get("LaunchConfigurationName")
    named: Maybe[tuple[str, ...]] = ()
    if name:
        every = listed(
            aws,
            "autoscaling",
            "describe_launch_configurations",
            "LaunchConfigurations",
            fills=("relations.launch_configuration",),
        )
        named = (
            every
            if isinstance(every, Unknown)
            else tuple(each["LaunchConfigurationARN"] for each in every if each["LaunchConfigurationName"] == name)
        )
    return normalize(aws, item, named)


def normalize(aws: Aws, group: dict[str, Any], launch_configuration: Maybe[tuple[str, ...]]) -> Resource:
    """Turn one entry of `DescribeAutoScalingGroups` into a resource."""
    sources = {each.get("Type") for each in group.get("TrafficSources", ())}
    balanced = bool(group.get("LoadBalancerNames") or group.get("TargetGroupARNs") or sources & {"elb", "elbv2"})
    return live(
        aws,
        TYPE,
        group["AutoScalingGroupARN"],
        name=group["AutoScalingGroupName"],
        tags=tags_of(group.get("Tags", ())),
        config=AutoScalingGroupConfig(
            load_balanced=balanced,
            health_checks=_checks(group.get("HealthCheckType", Unknown("the service states no health check type"))),
        ),
        relations={
            "launch_template": tuple(sorted(arn(aws, "ec2", f"launch-template/{name}") for name in _templates(group))),
            "launch_configuration": launch_configuration,
            "instances": tuple(
                sorted(arn(aws, "ec2", f"instance/{each['InstanceId']}") for each in group.get("Instances", ()))
            ),
        },
    )


def _templates(group: dict[str, Any]) -> set[str]:
    policy = group.get("MixedInstancesPolicy", {}).get("LaunchTemplate", {})
    named = [group.get("LaunchTemplate", {}), policy.get("LaunchTemplateSpecification", {})]
    named += [each.get("LaunchTemplateSpecification", {}) for each in policy.get("Overrides", ())]
    return {each["LaunchTemplateId"] for each in named if each.get("LaunchTemplateId")}


def _checks(written: Maybe[str]) -> Maybe[tuple[str, ...]]:
    """Return the kinds of checks: the service takes several, with commas between them."""
    if isinstance(written, Unknown):
        return written
    return tuple(sorted({each.strip().upper() for each in written.split(",") if each.strip()}))


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the group of an `aws_autoscaling_group` block, with what attaches it to load balancers."""
    return source.resource(
        block,
        TYPE,
        parts=parts,
        tags=_tags(block),
        config=AutoScalingGroupConfig(
            load_balanced=_balanced(block, parts), health_checks=_checks(text(block, "health_check_type", "EC2"))
        ),
        relations={
            "launch_template": _named_templates(block, source),
            "launch_configuration": _named(block, "aws_launch_configuration", "launch_configuration", source),
            "instances": Unknown("known after apply"),
        },
        lines={"config.health_checks": block.lines("health_check_type")},
    )


def _tags(block: Block) -> dict[str, Any]:
    """Return the tags of its `tag` blocks, as far as they can be read."""
    tags: dict[str, Any] = {}
    for each in block.blocks("tag"):
        key = each if isinstance(each, Unknown) else each.get("key")
        if isinstance(key, str) and not isinstance(each, Unknown) and isinstance(each.get("value"), str):
            tags[key] = each.get("value")
    return dict(sorted(tags.items()))


def _balanced(block: Block, parts: Parts) -> Maybe[bool]:
    unseen: Unknown | None = None
    for name in ("load_balancers", "target_group_arns"):
        value = block.get(name)
        if isinstance(value, Unknown):
            unseen = unseen or (None if block.references(name) else value)
            if block.references(name):
                return True
        elif value:
            return True
    for each in block.blocks("traffic_source"):
        kind = each if isinstance(each, Unknown) else text(each, "type", "elbv2")
        if isinstance(kind, Unknown):
            unseen = unseen or kind
        elif kind in {"elb", "elbv2"}:
            return True
    for part in parts.get(_ATTACHMENT, ()):
        if not isinstance(part, Unknown):
            return True
        unseen = unseen or part
    for part in parts.get(_TRAFFIC, ()):
        if isinstance(part, Unknown):
            unseen = unseen or part
        elif not any(
            not isinstance(each, Unknown) and each.get("type") == "vpc-lattice"
            for each in part.blocks("traffic_source")
        ):
            return True
    return unseen or False


def _named_templates(block: Block, source: Source) -> Maybe[tuple[str, ...]]:
    found: set[str] = set()
    specifications: list[Block | Unknown] = list(block.blocks("launch_template"))
    for policy in block.blocks("mixed_instances_policy"):
        if isinstance(policy, Unknown):
            return policy
        for template in policy.blocks("launch_template"):
            if isinstance(template, Unknown):
                return template
            specifications += template.blocks("launch_template_specification")
            for override in template.blocks("override"):
                if isinstance(override, Unknown):
                    return override
                specifications += override.blocks("launch_template_specification")
    for each in specifications:
        if isinstance(each, Unknown):
            return each
        argument = next(
            (
                name
                for name in ("id", "launch_template_id", "name", "launch_template_name")
                if each.get(name) is not None
            ),
            "id",
        )
        named = _named(each, "aws_launch_template", argument, source)
        if isinstance(named, Unknown):
            return named
        found.update(named)
    return tuple(sorted(found))


def _named(block: Block, kind: str, argument: str, source: Source) -> Maybe[tuple[str, ...]]:
    if block.get(argument) is None:
        return ()
    owners = source.owners(kind, block, argument)
    if isinstance(owners, Unknown):
        return owners
    return tuple(source.id(owner) for owner in owners) or Unknown(f"what {argument} names is not in the code")


_ATTACHMENT = "aws_autoscaling_attachment"
_TRAFFIC = "aws_autoscaling_traffic_source_attachment"

TERRAFORM = (
    Form(
        main="aws_autoscaling_group",
        build=from_terraform,
        parts={_ATTACHMENT: "autoscaling_group_name", _TRAFFIC: "autoscaling_group_name"},
        identified_by=("id", "arn", "name"),
    ),
)
