"""The kubelet, which runs the pods of a machine: its settings (KubeletConfiguration), or the flags of its pod.

What applies where nothing is said differs: the settings' defaults are safe, those of the flags are not.
"""

from collections.abc import Iterable

from msgspec import Struct

from phiward.collectors.kubernetes.form import Form, Source, known
from phiward.collectors.kubernetes.objects import boolean, integer, text, texts
from phiward.collectors.types.kubernetes import flags as read
from phiward.inventory.aspects import Authentication, EncryptionInTransit
from phiward.inventory.catalog import ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown


class KubeletConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only kubelets have."""

    authorization_modes: Maybe[tuple[str, ...]]
    """Who decides what somebody may do: `Webhook` asks the API server, `AlwaysAllow` nobody."""
    read_only_port: Maybe[int]
    """A port on which everybody may read, in plain text. 0: there is none."""
    own_certificate: Maybe[bool]
    """It shows a certificate that was made for it, or has the cluster make it one."""
    renews_certificate: Maybe[bool]
    """It has its certificate renewed before it ends."""
    ciphers: Maybe[tuple[str, ...]] = ()
    """The cipher suites it is limited to. Empty: not limited, so those that its version holds to be safe."""


TYPE = ResourceType(
    name="kubernetes.kubelet",
    title="Kubelet",
    aspects=(Authentication, EncryptionInTransit),
    config=KubeletConfig,
)


def settings(source: Source) -> Iterable[Resource]:
    """Read a kubelet's settings."""
    body = source.manifest.body
    authentication = read.settings_of(source, "authentication", "anonymous")
    source.said("authentication.anonymous", "authentication", "anonymous", "enabled")
    source.said("config.authorization_modes", "authorization", "mode")
    source.said("config.own_certificate", "tlsCertFile")
    source.said("config.renews_certificate", "rotateCertificates")
    source.said("config.ciphers", "tlsCipherSuites")
    for path in ("encryption_in_transit.enforced", "config.read_only_port"):
        source.said(path, "readOnlyPort")
    source.said("encryption_in_transit.minimum_tls", "tlsMinVersion")
    mode = known(text(read.settings_of(source, "authorization"), "mode"), "Webhook")
    files = [text(body, key) for key in ("tlsCertFile", "tlsPrivateKeyFile")]
    unseen = next((each for each in files if isinstance(each, Unknown)), None)
    yield _resource(
        source,
        known(boolean(authentication, "enabled"), False),
        mode if isinstance(mode, Unknown) else (mode,),
        known(integer(body, "readOnlyPort"), 0),
        unseen or bool(all(files) or boolean(body, "serverTLSBootstrap") is True),
        known(boolean(body, "rotateCertificates"), False),
        texts(body, "tlsCipherSuites"),
        read.tls_version(text(body, "tlsMinVersion"), "1.2"),
    )


def pod(source: Source) -> Iterable[Resource]:
    """Read the kubelet that a pod starts, if it does."""
    flags = read.of_pod(source, "kubelet")
    if flags is None:
        return
    if flags.text("config"):
        return  # its settings are in a file, which is judged by itself where it is scanned
    port = flags.number("read-only-port", "config.read_only_port", "encryption_in_transit.enforced")
    yield _resource(
        source,
        flags.true("anonymous-auth", True, "authentication.anonymous"),
        flags.listed("authorization-mode", "config.authorization_modes") or ("AlwaysAllow",),
        known(port, 10255),
        flags.given("tls-cert-file", "tls-private-key-file", path="config.own_certificate"),
        flags.true("rotate-certificates", False, "config.renews_certificate"),
        flags.listed("tls-cipher-suites", "config.ciphers") or (),
        read.tls_version(flags.text("tls-min-version", "encryption_in_transit.minimum_tls"), "1.2"),
    )


def _resource(  # noqa: PLR0913, PLR0917 - a kubelet has this many settings
    source: Source,
    anonymous: Maybe[bool],
    modes: Maybe[tuple[str, ...]],
    port: Maybe[int],
    certificate: Maybe[bool],
    renews: Maybe[bool],
    ciphers: Maybe[tuple[str, ...]],
    minimum_tls: Maybe[str | None],
) -> Resource:
    return source.resource(
        TYPE,
        suffix="/kubelet",
        name=source.manifest.name or "kubelet",
        authentication=Authentication(mfa=None, anonymous=anonymous),
        encryption_in_transit=EncryptionInTransit(
            enforced=port if isinstance(port, Unknown) else port == 0, minimum_tls=minimum_tls
        ),
        config=KubeletConfig(
            authorization_modes=modes,
            read_only_port=port,
            own_certificate=certificate,
            renews_certificate=renews,
            ciphers=ciphers,
        ),
    )


KUBERNETES = (
    Form(kinds={"KubeletConfiguration": ("kubelet.config.k8s.io",)}, build=settings),
    Form(kinds={"Pod": ("",), "DaemonSet": ("apps",), "Deployment": ("apps",)}, build=pod),
)
