"""Machines that Systems Manager administers, and whether they comply. Live only: code does not tell.

Calls, for all machines of a region together, `ssm:DescribeInstanceInformation` and
`ssm:ListResourceComplianceSummaries`, and for fifty at a time `ssm:DescribeInstancePatchStates`.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any, Literal

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.types.aws.answers import arn, listed, live, moment
from phiward.collectors.types.aws.platform_support import end_of_support
from phiward.inventory.aspects import Patching
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown

_AT_ONCE = 50
"""How many machines one `DescribeInstancePatchStates` may ask about."""

Compliance = Literal["compliant", "non_compliant"]


class NodeConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only managed machines have."""

    patch_compliance: Maybe[Compliance | None]
    """Whether it has the patches that its baseline asks for. None: it was never looked at."""
    association_compliance: Maybe[Compliance | None]
    """Whether the state that associations ask for was reached. None: nothing is associated with it."""
    platform: Maybe[str | None]
    """`Amazon Linux 2023`, `Microsoft Windows Server 2022 Datacenter 10.0.20348`, ..."""
    agent_current: Maybe[bool | None]
    """Its agent is the latest. None: Systems Manager does not know, as of agents that it does not ship."""
    last_seen: Maybe[str | None]
    """When the agent last reported (a time). None: never."""


TYPE = ResourceType(
    name="aws.ssm.managed_node",
    title="Managed machine",
    aspects=(Patching,),
    config=NodeConfig,
    relations={"instance": Relation("the EC2 instance that it is", ("aws.ec2.instance",))},
)


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """List the machines of the region, each with the names of the fifty that it is asked about with."""
    nodes = aws.pages("ssm", "describe_instance_information", "InstanceInformationList")
    while some := list(islice(nodes, _AT_ONCE)):
        together = [each["InstanceId"] for each in some]
        for node in some:
            yield {"node": node, "together": together}


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Find what the region's compliance and patch states say of one machine."""
    node = item["node"]
    name = node["InstanceId"]
    machine = name.startswith("i-")
    platform = " ".join(filter(None, (node.get("PlatformName"), node.get("PlatformVersion")))) or None
    summaries = listed(
        aws,
        "ssm",
        "list_resource_compliance_summaries",
        "ResourceComplianceSummaryItems",
        fills=("config.patch_compliance", "config.association_compliance"),
    )
    return live(
        aws,
        TYPE,
        arn(aws, "ssm", f"managed-instance/{name}"),
        name=node.get("Name") or node.get("ComputerName") or name,
        patching=_patching(aws, name, item["together"], platform),
        config=NodeConfig(
            patch_compliance=_compliance(summaries, name, "Patch"),
            association_compliance=_compliance(summaries, name, "Association"),
            platform=platform,
            agent_current=node.get("IsLatestVersion"),
            last_seen=moment(node.get("LastPingDateTime")),
        ),
        relations={"instance": (arn(aws, "ec2", f"instance/{name}"),) if machine else ()},
    )


def _compliance(summaries: Maybe[list[dict[str, Any]]], name: str, kind: str) -> Maybe[Compliance | None]:
    if isinstance(summaries, Unknown):
        return summaries
    found = {
        each.get("Status")
        for each in summaries
        if each.get("ResourceId") == name and each.get("ComplianceType") == kind
    }
    return None if not found else "compliant" if found == {"COMPLIANT"} else "non_compliant"


def _patching(aws: Aws, name: str, together: list[str], platform: str | None) -> Patching:
    fills = ("patching.pending_security_updates", "patching.reboot_required", "patching.checked")
    states = listed(
        aws, "ssm", "describe_instance_patch_states", "InstancePatchStates", fills=fills, InstanceIds=together
    )
    pending: Maybe[int]
    restart: Maybe[bool | None]
    checked: Maybe[str | None]
    if isinstance(states, Unknown):
        pending = restart = checked = states
    else:
        state = next((each for each in states if each.get("InstanceId") == name), None)
        pending, restart, checked = _state(state)
    return Patching(
        automatic=Unknown("Systems Manager does not tell whether updates install by themselves"),
        version=platform,
        end_of_support=end_of_support(platform),
        pending_security_updates=pending,
        reboot_required=restart,
        checked=checked,
    )


def _state(state: dict[str, Any] | None) -> tuple[Maybe[int], Maybe[bool | None], Maybe[str | None]]:
    """Return how many security patches miss, whether a restart waits, and when that was last looked at."""
    if state is None:
        never = Unknown("its patches were never looked at")
        return never, never, None
    counts = [state.get(name) for name in ("CriticalNonCompliantCount", "SecurityNonCompliantCount")]
    pending: Maybe[int] = Unknown("ssm:DescribeInstancePatchStates tells no counts of this kind of machine")
    if any(count is not None for count in counts):
        pending = sum(count or 0 for count in counts)
    elif state.get("MissingCount") == 0:
        pending = 0  # where no patch misses at all, no security patch does
    restart = state.get("InstalledPendingRebootCount")
    waits: Maybe[bool | None] = Unknown("ssm:DescribeInstancePatchStates tells no restarts")
    return pending, waits if restart is None else restart > 0, moment(state.get("OperationEndTime"))
