"""How the machines that a service runs lie in a network: privately, or with a public address of their own."""

from phiward.inventory.aspects import Exposure, Network
from phiward.inventory.model import Maybe, Unknown

_LISTENERS = Unknown("which ports its machines listen on is the service's own affair")
_GROUPS = Unknown("what is admitted is in its security groups")


def placed(public_address: Maybe[bool]) -> Network:
    """Return the network of machines behind security groups. What these admit is judged where they are."""
    return Network(
        default_deny=True,
        ingress=_GROUPS,
        egress=_GROUPS,
        listeners=_LISTENERS,
        private=public_address if isinstance(public_address, Unknown) else not public_address,
        in_use=True,
    )


def exposed_by_code(public_address: Maybe[bool]) -> Exposure:
    """Return the exposure as far as code tells it: without a public address nothing comes in.

    With one, routes and security groups decide, and those in force are the account's.
    """
    if public_address is False:
        return Exposure(public=False)
    why = public_address if isinstance(public_address, Unknown) else _ROUTES
    return Exposure(public=why, ways=why)


_ROUTES = Unknown(
    "it has a public address; whether routes and security groups let the internet in shows in the account"
)
