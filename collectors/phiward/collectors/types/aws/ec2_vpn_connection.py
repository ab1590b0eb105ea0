"""Site-to-site VPN connections. Calls `ec2:DescribeVpnConnections`.

Its answer also holds the tunnels' pre-shared keys: nothing but their state is kept. Whether a tunnel is up is known
only once it is there, so there is no form for code.
"""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.types.aws.answers import arn, live, moment, tags_of
from phiward.inventory.catalog import ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown


class Tunnel(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One of a connection's two tunnels."""

    address: Maybe[str]
    """Its address on AWS's side."""
    up: Maybe[bool]
    """It carries traffic now, or could."""
    since: Maybe[str | None] = None
    """When that last changed (a time)."""


class VpnConnectionConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only a VPN connection has."""

    state: Maybe[str]
    """`available`, `pending`."""
    tunnels: Maybe[tuple[Tunnel, ...]]


TYPE = ResourceType(
    name="aws.ec2.vpn_connection",
    title="Site-to-site VPN connection",
    aspects=(),
    config=VpnConnectionConfig,
    relations={},
)


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every VPN connection of the region that is not deleted."""
    for connection in aws.pages("ec2", "describe_vpn_connections", "VpnConnections"):
        if connection.get("State") not in {"deleted", "deleting"}:
            yield connection


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one connection."""
    return normalize(aws, item)


def normalize(aws: Aws, connection: dict[str, Any]) -> Resource:
    """Turn one entry of `DescribeVpnConnections` into a resource."""
    tags = tags_of(connection.get("Tags", ()))
    told = connection.get("VgwTelemetry")
    tunnels: Maybe[tuple[Tunnel, ...]] = (
        Unknown("EC2 tells nothing of its tunnels")
        if told is None
        else tuple(
            Tunnel(
                address=each.get("OutsideIpAddress", Unknown("EC2 names no address of the tunnel")),
                up=_up(each.get("Status")),
                since=moment(each.get("LastStatusChange")),
            )
            for each in told
        )
    )
    return live(
        aws,
        TYPE,
        arn(aws, "ec2", f"vpn-connection/{connection['VpnConnectionId']}"),
        name=tags.get("Name") or connection["VpnConnectionId"],
        tags=tags,
        config=VpnConnectionConfig(
            state=connection.get("State", Unknown("EC2 states no state of it")), tunnels=tunnels
        ),
    )


def _up(status: str | None) -> Maybe[bool]:
    return status == "UP" if status in {"UP", "DOWN"} else Unknown("EC2 does not say whether the tunnel is up")
