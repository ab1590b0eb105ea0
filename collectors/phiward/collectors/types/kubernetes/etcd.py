"""etcd, the store of all settings and secrets of a cluster: the flags of its pod, or the settings of kubeadm."""

from collections.abc import Iterable

from msgspec import Struct

from phiward.collectors.kubernetes.form import Form, Source, either
from phiward.collectors.types.kubernetes import flags as read
from phiward.collectors.types.kubernetes.flags import Flags
from phiward.inventory.aspects import Authentication, EncryptionInTransit
from phiward.inventory.catalog import ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown

_PKI = "/etc/kubernetes/pki/etcd"
_KUBEADM = {
    "cert-file": f"{_PKI}/server.crt",
    "key-file": f"{_PKI}/server.key",
    "client-cert-auth": "true",
    "peer-cert-file": f"{_PKI}/peer.crt",
    "peer-key-file": f"{_PKI}/peer.key",
    "peer-client-cert-auth": "true",
    "listen-client-urls": "https://127.0.0.1:2379",
}
"""What kubeadm itself starts it with."""


class EtcdConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only etcd has."""

    own_certificate: Maybe[bool]
    """It shows a certificate that was made for it (cert-file, key-file)."""
    self_made_certificates: Maybe[bool]
    """It makes certificates by itself (auto-tls, peer-auto-tls), which nobody can check."""
    peers_encrypted: Maybe[bool]
    """What its members tell each other is encrypted with certificates made for them."""
    peers_prove_themselves: Maybe[bool]
    """A member must show a certificate to be let in."""


TYPE = ResourceType(
    name="kubernetes.etcd",
    title="etcd",
    aspects=(Authentication, EncryptionInTransit),
    config=EtcdConfig,
)


def pod(source: Source) -> Iterable[Resource]:
    """Read the etcd that a pod starts, if it does."""
    found = read.of_pod(source, "etcd")
    if found is not None:
        yield _resource(source, found)


def kubeadm(source: Source) -> Iterable[Resource]:
    """Read the etcd that kubeadm sets up, unless it is one elsewhere."""
    if source.manifest.at("etcd", "external") is not None:
        return
    found = read.of_kubeadm(source, _KUBEADM, "etcd", "local")
    if found is not None:
        yield _resource(source, found)


def _resource(source: Source, flags: Flags) -> Resource:
    certificate = flags.given("cert-file", "key-file", path="config.own_certificate")
    automatic = flags.true("auto-tls", False, "config.self_made_certificates")
    proven = flags.true("client-cert-auth", False, "authentication.anonymous")
    return source.resource(
        TYPE,
        suffix="/etcd",
        name=source.manifest.name or "etcd",
        authentication=Authentication(mfa=None, anonymous=proven if isinstance(proven, Unknown) else not proven),
        encryption_in_transit=EncryptionInTransit(
            enforced=_enforced(flags, either(certificate, automatic)),
            minimum_tls=read.tls_version(flags.text("tls-min-version", "encryption_in_transit.minimum_tls"), "1.2"),
        ),
        config=EtcdConfig(
            own_certificate=certificate,
            self_made_certificates=either(
                automatic, flags.true("peer-auto-tls", False, "config.self_made_certificates")
            ),
            peers_encrypted=flags.given("peer-cert-file", "peer-key-file", path="config.peers_encrypted"),
            peers_prove_themselves=flags.true("peer-client-cert-auth", False, "config.peers_prove_themselves"),
        ),
    )


def _enforced(flags: Flags, encrypted: Maybe[bool]) -> Maybe[bool]:
    """Say whether plain text is turned away: TLS is set up, and no address but the machine's own lacks it."""
    flags.text("cert-file", "encryption_in_transit.enforced")
    addresses = flags.listed("listen-client-urls")
    if isinstance(addresses, Unknown):
        return addresses if encrypted is not False else False
    for address in addresses or ():
        host = address.removeprefix("http://").rpartition(":")[0]
        if address.startswith("http://") and host not in {"127.0.0.1", "localhost", "[::1]"}:
            flags.text("listen-client-urls", "encryption_in_transit.enforced")
            return False
    return encrypted


_PODS: dict[str, tuple[str, ...]] = {
    "Pod": ("",),
    "Deployment": ("apps",),
    "StatefulSet": ("apps",),
    "DaemonSet": ("apps",),
}

KUBERNETES = (
    Form(kinds=_PODS, build=pod),
    Form(kinds={"ClusterConfiguration": ("kubeadm.k8s.io",)}, build=kubeadm),
)
