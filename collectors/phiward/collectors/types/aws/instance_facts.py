"""What only an EC2 instance has, and what it means: the same for live and for code."""

from msgspec import Struct

from phiward.inventory.aspects import Network
from phiward.inventory.model import Maybe, Unknown

_GROUPS = Unknown("its security groups decide: see security_groups")
_NOT_OPTIMIZED = frozenset(
    {"c1", "c3", "cc1", "cc2", "cg1", "cr1", "g2", "hi1", "hs1", "i2", "m1", "m2", "m3", "r3", "t1", "t2"}
)
"""The families that are not EBS-optimized by themselves (EC2 user guide, *EBS-optimized instance types*). Every later
one is; the list is closed."""


class InstanceConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only an EC2 instance has."""

    metadata_token_required: Maybe[bool]
    """Its metadata, credentials among them, is given out for a session token only, or not at all (IMDSv2)."""
    metadata_endpoint: Maybe[bool]
    """The metadata service answers."""
    metadata_hop_limit: Maybe[int]
    """How many network hops a metadata answer may travel. More than 1 lets containers on it ask."""
    instance_profile: Maybe[str | None]
    """The instance profile whose role its programs act as. None: it has none."""
    state: Maybe[str]
    """`running`, `stopped`, `pending`, `stopping`, `shutting-down`."""
    launched: Maybe[str | None]
    """When it was last started (a time)."""
    stopped_since: Maybe[str | None]
    """When it was stopped (a time). None: it is not stopped."""
    image: Maybe[str | None]
    """The id of the machine image it was made from."""
    has_user_data: Maybe[bool]
    """It has a start-up script in its user data, which every program on it can read."""
    instance_type: Maybe[str | None]
    """Its kind of machine: `t3.medium`."""
    ebs_optimized: Maybe[bool]
    """It has a line of its own to its volumes, because it was asked for or because its kind always has."""
    enclaves: Maybe[bool]
    """It may run Nitro Enclaves: isolated machines within it, for the most sensitive work."""
    in_vpc: Maybe[bool]
    """It runs in a VPC."""
    managed: Maybe[bool]
    """Systems Manager knows it: it can be patched and inspected from there."""
    public_ipv4: Maybe[bool]
    """One of its interfaces has a public IPv4 address."""
    global_ipv6: Maybe[bool]
    """One of its interfaces has a global IPv6 address, whether or not anybody can reach it."""
    internet_route: Maybe[bool]
    """A subnet it lies in leads to an internet gateway."""


def network_of(private: Maybe[bool]) -> Network:
    """Return whether it is private. What is admitted is in its security groups, what listens only it can tell."""
    return Network(
        default_deny=True,
        ingress=_GROUPS,
        egress=_GROUPS,
        listeners=Unknown("which programs listen is seen on the machine itself"),
        private=private,
        in_use=True,
    )


def optimized(kind: Maybe[str | None], *, asked: Maybe[bool | None]) -> Maybe[bool]:
    """Say whether it is EBS-optimized: by request, or because its family always is."""
    if asked is True:
        return True
    if isinstance(kind, Unknown):
        return kind
    if kind is None:
        return Unknown("its instance type is not stated")
    if kind.partition(".")[0] not in _NOT_OPTIMIZED:
        return True
    return asked if isinstance(asked, Unknown) else False


def token_required(tokens: Maybe[str | None], endpoint: Maybe[str | None]) -> Maybe[bool]:
    """Say whether metadata is given for a session token only, or not at all."""
    if endpoint == "disabled" or tokens == "required":
        return True
    for value in (tokens, endpoint):
        if isinstance(value, Unknown):
            return value
    return False if tokens else Unknown("EC2 states no metadata options")
