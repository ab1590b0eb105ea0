"""Network policies: which traffic reaches the pods that they select."""

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from phiward.collectors.kubernetes.form import Form, Source
from phiward.collectors.kubernetes.objects import items, mapping, text, texts
from phiward.collectors.types.kubernetes.workload import namespace
from phiward.inventory.catalog import ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown


class PolicyConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only network policies have."""

    namespace: Maybe[str]
    all_pods: Maybe[bool]
    """It selects every pod of its namespace."""
    kinds: Maybe[tuple[str, ...]]
    """What it limits: `Ingress`, `Egress`. Left out: ingress, and egress where it has rules for that."""
    admits_everything: Maybe[bool]
    """A rule lets traffic in from everywhere on every port, so that it limits nothing."""
    releases_everything: Maybe[bool]
    """A rule lets traffic out to everywhere on every port."""
    admitted_networks: Maybe[tuple[str, ...]] = ()
    """Networks that are let in by address (CIDR)."""


TYPE = ResourceType(
    name="kubernetes.network_policy", title="Kubernetes network policy", aspects=(), config=PolicyConfig
)


def build(source: Source) -> Iterable[Resource]:
    """Read one policy."""
    spec = mapping(source.manifest.body, "spec")
    selector = mapping(spec, "podSelector")
    kinds = texts(spec, "policyTypes")
    if not kinds:
        kinds = ("Ingress", "Egress") if spec.get("egress") is not None else ("Ingress",)
    networks: list[str] = []
    admits: Maybe[bool] = False
    for number, rule in items(spec, "ingress"):
        if _open(rule, "from"):
            admits = True
            source.said("config.admits_everything", "spec", "ingress", number)
        for _, peer in items(rule, "from"):
            cidr = text(mapping(peer, "ipBlock"), "cidr")
            if isinstance(cidr, str):
                networks.append(cidr)
            elif isinstance(cidr, Unknown):
                admits = cidr if admits is False and not rule.get("ports") else admits
    releases = any(_open(rule, "to") for _, rule in items(spec, "egress"))
    source.said("config.kinds", "spec", "policyTypes")
    yield source.resource(
        TYPE,
        config=PolicyConfig(
            namespace=namespace(source.manifest),
            all_pods=not selector.get("matchLabels") and not selector.get("matchExpressions"),
            kinds=kinds,
            admits_everything=admits,
            releases_everything=releases,
            admitted_networks=tuple(networks),
        ),
    )


def _open(rule: Any, key: str) -> bool:
    """Say whether a rule admits every port from, or to, everywhere."""
    if rule.get("ports"):
        return False
    peers = [peer for _, peer in items(rule, key)]
    if not peers:
        return True
    return any(_everywhere(peer) for peer in peers)


def _everywhere(peer: Any) -> bool:
    block = mapping(peer, "ipBlock")
    return block.get("cidr") in {"0.0.0.0/0", "::/0"} and not block.get("except")


KUBERNETES = (Form(kinds={"NetworkPolicy": ("networking.k8s.io", "extensions")}, build=build),)
