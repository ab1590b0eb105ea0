"""The events that somebody has to be told of, and which of them a filter pattern catches.

Each subject is a table of happenings: what CloudTrail surely writes of one (*CloudTrail record contents*; *AWS
Management Console sign-in events*). A pattern catches a happening where it matches every event that has these members.
Events of EC2-Classic (`AttachClassicLinkVpc` and its like) are not asked: AWS ended it in August 2022, and they can no
longer happen.
"""

from typing import Literal, NamedTuple, TypeAlias, get_args

from phiward.collectors.types.aws.filter_patterns import Event, matches
from phiward.inventory.model import Maybe, Unknown

Subject: TypeAlias = Literal[
    "console_sign_in_failures",
    "root_usage",
    "network_acl_changes",
    "gateway_changes",
    "route_changes",
    "vpc_changes",
]
SUBJECTS: tuple[Subject, ...] = get_args(Subject)


class Happening(NamedTuple):
    """One kind of event."""

    name: str
    """`DeleteRoute`, or words where it is more than the name of a call."""
    event: Event


def _changes(*names: str) -> tuple[Happening, ...]:
    """Return successful calls of EC2 by whoever makes them."""
    return tuple(
        Happening(
            name,
            {
                "eventSource": "ec2.amazonaws.com",
                "eventName": name,
                "eventType": "AwsApiCall",
                "eventCategory": "Management",
                "managementEvent": True,
                "readOnly": False,
                "errorCode": None,
                "errorMessage": None,
            },
        )
        for name in names
    )


_ROOT: Event = {"userIdentity.type": "Root", "userIdentity.invokedBy": None}

WATCHED: dict[Subject, tuple[Happening, ...]] = {
    "console_sign_in_failures": (
        Happening(
            "ConsoleLogin with a failed authentication",
            {
                "eventSource": "signin.amazonaws.com",
                "eventName": "ConsoleLogin",
                "eventType": "AwsConsoleSignIn",
                "errorMessage": "Failed authentication",
                "responseElements.ConsoleLogin": "Failure",
            },
        ),
    ),
    "root_usage": (
        Happening("calls of the root user", {**_ROOT, "eventType": "AwsApiCall"}),
        Happening("sign-ins of the root user", {**_ROOT, "eventType": "AwsConsoleSignIn", "eventName": "ConsoleLogin"}),
    ),
    "network_acl_changes": _changes(
        "CreateNetworkAcl",
        "CreateNetworkAclEntry",
        "DeleteNetworkAcl",
        "DeleteNetworkAclEntry",
        "ReplaceNetworkAclEntry",
        "ReplaceNetworkAclAssociation",
    ),
    "gateway_changes": _changes(
        "CreateCustomerGateway",
        "DeleteCustomerGateway",
        "AttachInternetGateway",
        "CreateInternetGateway",
        "DeleteInternetGateway",
        "DetachInternetGateway",
    ),
    "route_changes": _changes(
        "CreateRoute",
        "CreateRouteTable",
        "ReplaceRoute",
        "ReplaceRouteTableAssociation",
        "DeleteRouteTable",
        "DeleteRoute",
        "DisassociateRouteTable",
    ),
    "vpc_changes": _changes(
        "CreateVpc",
        "DeleteVpc",
        "ModifyVpcAttribute",
        "CreateVpcPeeringConnection",
        "AcceptVpcPeeringConnection",
        "DeleteVpcPeeringConnection",
    ),
}


def caught(pattern: Maybe[str]) -> Maybe[tuple[str, ...]]:
    """Return the names of the happenings that a pattern surely catches, sorted."""
    if isinstance(pattern, Unknown):
        return pattern
    every = (happening for happenings in WATCHED.values() for happening in happenings)
    return tuple(sorted(happening.name for happening in every if matches(pattern, happening.event) is True))


def names_of(subject: Subject) -> tuple[str, ...]:
    """Return the names of all that a subject is about."""
    return tuple(happening.name for happening in WATCHED[subject])
