"""What a load balancer listens for, whichever generation it is of, and what that means for traffic on its way."""

from collections.abc import Iterable

from msgspec import Struct

from phiward.collectors.types.aws import tls_policies
from phiward.collectors.types.aws.certificates import Keeper
from phiward.inventory import kleene
from phiward.inventory.aspects import EncryptionInTransit, Network
from phiward.inventory.model import Maybe, Unknown

ENCRYPTED = {"HTTPS", "SSL", "TLS", "QUIC"}
"""Protocols of which the load balancer itself speaks TLS, or passes on nothing but (QUIC is always TLS 1.3)."""

NONE_IN_CODE = Unknown("no listener of it is in the code: some other code, or somebody by hand, gives it its ports")
"""Nothing can be said of a load balancer in code alone: one without a listener would be of no use."""

_PASSES_ON = Unknown("the listener passes on what it gets: whether that is encrypted, the clients and targets decide")
_GROUPS = Unknown("its security groups decide: see security_groups")


class LoadBalancerListener(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One port on which a load balancer takes connections."""

    protocol: Maybe[str]
    """`HTTP`, `HTTPS`, `TCP`, `SSL`, `TLS`, `UDP`, `TCP_UDP`, `QUIC`, `TCP_QUIC`."""
    port: Maybe[int]
    refuses_plain_text: Maybe[bool]
    """What comes in plain text gets no further: the listener speaks TLS, or answers HTTP with nothing but a redirect to
    HTTPS or an error. Unknown where it passes on what it gets."""
    security_policy: Maybe[str | None] = None
    """The name of the policy that says which TLS versions and ciphers it accepts. None: it speaks no TLS."""
    minimum_tls: Maybe[str | None] = None
    """The lowest TLS version that the policy accepts."""
    certificate: Maybe[str | None] = None
    """The id of the certificate that it shows by default."""
    certificate_kept_by: Maybe[Keeper | None] = None
    """`acm`, which renews certificates, or `iam`, which does not. None: it shows none."""


def refuses(protocol: Maybe[str], *, turns_away: Maybe[bool] = False) -> Maybe[bool]:
    """Say whether plain text gets no further; `turns_away`: a listener for HTTP only redirects or refuses."""
    if isinstance(protocol, Unknown):
        return protocol
    if protocol in ENCRYPTED:
        return True
    return turns_away if protocol == "HTTP" else _PASSES_ON


def transit(listeners: Maybe[tuple[LoadBalancerListener, ...]], expires: Maybe[str | None]) -> EncryptionInTransit:
    """Return what the listeners together demand. One without listeners lets nothing in."""
    if isinstance(listeners, Unknown):
        return EncryptionInTransit(enforced=listeners, minimum_tls=listeners, certificate_expires=expires)
    return EncryptionInTransit(
        enforced=kleene.every(each.refuses_plain_text for each in listeners),
        minimum_tls=tls_policies.lowest(each.minimum_tls for each in listeners),
        certificate_expires=expires,
    )


def shown(listeners: Maybe[tuple[LoadBalancerListener, ...]]) -> Maybe[tuple[str, ...]]:
    """Return the ids of the certificates that the listeners show."""
    if isinstance(listeners, Unknown):
        return listeners
    ids = [each.certificate for each in listeners]
    unknown = next((each for each in ids if isinstance(each, Unknown)), None)
    return unknown or tuple(sorted({each for each in ids if isinstance(each, str)}))


def network(*, internal: Maybe[bool], listeners: Maybe[tuple[LoadBalancerListener, ...]]) -> Network:
    """Return whether the internet can address it, which is what many are for, and no fault in itself."""
    return Network(
        ingress=_GROUPS,
        egress=_GROUPS,
        private=internal,
        in_use=listeners if isinstance(listeners, Unknown) else bool(listeners),
    )


def ordered(listeners: Iterable[LoadBalancerListener]) -> tuple[LoadBalancerListener, ...]:
    """Return the listeners by port, those of an unknown one last."""
    return tuple(sorted(listeners, key=lambda each: 65536 if isinstance(each.port, Unknown) else each.port))
