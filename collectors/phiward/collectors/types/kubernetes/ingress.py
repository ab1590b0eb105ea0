"""Ingresses: how requests from outside reach a service.

An Ingress only says what is wanted; the controller of its class does it, each in its own way. Whether requests in plain
text are turned away is known of those whose documentation says what they do when nothing is said.
"""

import json
from collections.abc import Iterable

from msgspec import Struct

from phiward.collectors.documents import Mapping
from phiward.collectors.kubernetes.form import Form, Source
from phiward.collectors.kubernetes.objects import items, mapping, text, texts
from phiward.collectors.types.kubernetes.workload import namespace
from phiward.inventory.aspects import EncryptionInTransit
from phiward.inventory.catalog import ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown

_NGINX = "nginx.ingress.kubernetes.io/"
_ALB = "alb.ingress.kubernetes.io/"
_TRAEFIK = "traefik.ingress.kubernetes.io/router."


class IngressConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only ingresses have."""

    namespace: Maybe[str]
    ingress_class: Maybe[str | None]
    """Which controller serves it: `nginx`, `alb`, `traefik`. None: the cluster's default one."""
    hosts: Maybe[tuple[str, ...]] = ()
    hosts_without_tls: Maybe[tuple[str, ...]] = ()
    """Hosts that no certificate is named for; `*` is every host."""


TYPE = ResourceType(
    name="kubernetes.ingress", title="Kubernetes ingress", aspects=(EncryptionInTransit,), config=IngressConfig
)


def build(source: Source) -> Iterable[Resource]:
    """Read one ingress."""
    manifest = source.manifest
    annotations = mapping(mapping(manifest.body, "metadata"), "annotations")
    spec = mapping(manifest.body, "spec")
    controller = text(spec, "ingressClassName")
    if controller is None:
        controller = text(annotations, "kubernetes.io/ingress.class")
    hosts = [text(rule, "host") or "*" for _, rule in items(spec, "rules")]
    named = tuple(host for host in hosts if isinstance(host, str)) or ("*",)
    certified: set[str] = set()
    for _, each in items(spec, "tls"):
        listed = texts(each, "hosts")
        certified |= {"*"} if isinstance(listed, Unknown) or not listed else set(listed)
    bare = tuple(host for host in named if not _certified(host, certified))
    source.said("encryption_in_transit", "spec", "tls")
    source.said("config.hosts_without_tls", "spec", "tls")
    yield source.resource(
        TYPE,
        encryption_in_transit=EncryptionInTransit(
            enforced=_enforced(source, controller, annotations, bool(certified), bare),
            minimum_tls=Unknown("the ingress controller decides it, not the Ingress"),
        ),
        config=IngressConfig(
            namespace=namespace(manifest), ingress_class=controller, hosts=named, hosts_without_tls=bare
        ),
    )


def _certified(host: str, certified: set[str]) -> bool:
    return "*" in certified or host in certified or f"*.{host.partition('.')[2]}" in certified


def _enforced(
    source: Source, controller: Maybe[str | None], annotations: Mapping, tls: bool, bare: tuple[str, ...]
) -> Maybe[bool]:
    """Say whether requests in plain text are turned away."""
    for key in annotations:
        if "{{" in key:
            return Unknown("its annotations are filled in before it is applied")
    name = controller if isinstance(controller, str) else ""
    if name.startswith("alb") or any(key.startswith(_ALB) for key in annotations):
        return _alb(source, annotations)
    if not tls:
        if name.startswith("gce"):
            return False
        if _says(annotations, f"{_NGINX}force-ssl-redirect", "true"):
            return True  # TLS ends before it, and what came without is sent back
        if any(key.startswith(_TRAEFIK) for key in annotations):
            return _traefik(annotations)
        return False
    if bare:
        return False
    if name == "nginx" or any(key.startswith(_NGINX) for key in annotations):
        source.said("encryption_in_transit.enforced", "spec", "tls")
        off = f"{_NGINX}ssl-redirect"
        if _says(annotations, off, "false") and not _says(annotations, f"{_NGINX}force-ssl-redirect", "true"):
            source.said("encryption_in_transit.enforced", "metadata", "annotations", off)
            return False
        return True  # ingress-nginx redirects to HTTPS where there is a certificate, unless it is told not to
    if name.startswith("gce") or "kubernetes.io/ingress.allow-http" in annotations:
        return _says(annotations, "kubernetes.io/ingress.allow-http", "false")
    if name == "traefik" or any(key.startswith(_TRAEFIK) for key in annotations):
        return _traefik(annotations)
    told = f"the controller {name}" if name else "the cluster's default controller"
    return Unknown(f"whether {told} turns plain text away is set in the controller")


def _says(annotations: Mapping, key: str, value: str) -> bool:
    return text(annotations, key) == value


def _traefik(annotations: Mapping) -> Maybe[bool]:
    points = text(annotations, f"{_TRAEFIK}entrypoints")
    if points == "websecure":
        return True
    if isinstance(points, str) and points == "web":
        return False
    return Unknown("whether Traefik turns plain text away is set by its entry points")


def _alb(source: Source, annotations: Mapping) -> Maybe[bool]:
    """AWS: HTTP alone without a certificate; otherwise by the ports it listens on and the redirect."""
    source.said("encryption_in_transit.enforced", "metadata", "annotations")
    if text(annotations, f"{_ALB}ssl-redirect") is not None:
        return True
    ports = text(annotations, f"{_ALB}listen-ports")
    if isinstance(ports, Unknown):
        return ports
    if ports is None:
        return text(annotations, f"{_ALB}certificate-arn") is not None  # with one it listens on 443 alone
    try:
        listed = json.loads(ports)
        return all("HTTP" not in each for each in listed)
    except (ValueError, TypeError):
        return Unknown(f"{_ALB}listen-ports cannot be read")


KUBERNETES = (Form(kinds={"Ingress": ("networking.k8s.io", "extensions")}, build=build),)
