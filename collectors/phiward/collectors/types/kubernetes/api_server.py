"""The API server of a cluster that is set up by its owner: the flags of its static pod, or the settings of kubeadm."""

from collections.abc import Iterable

from msgspec import Struct

from phiward.collectors.kubernetes.form import Form, Source
from phiward.collectors.kubernetes.objects import items, texts
from phiward.collectors.types.kubernetes import flags as read
from phiward.collectors.types.kubernetes.flags import Flags
from phiward.inventory.aspects import Authentication, EncryptionAtRest, EncryptionInTransit, Logging
from phiward.inventory.catalog import ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown

PROGRAM = "kube-apiserver"
_KUBEADM = {
    "authorization-mode": "Node,RBAC",
    "tls-cert-file": "/etc/kubernetes/pki/apiserver.crt",
    "tls-private-key-file": "/etc/kubernetes/pki/apiserver.key",
    "etcd-cafile": "/etc/kubernetes/pki/etcd/ca.crt",
    "etcd-certfile": "/etc/kubernetes/pki/apiserver-etcd-client.crt",
    "etcd-keyfile": "/etc/kubernetes/pki/apiserver-etcd-client.key",
}
"""What kubeadm itself starts it with."""


class ApiServerConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only API servers have."""

    authorization_modes: Maybe[tuple[str, ...]]
    """Who decides what somebody may do: `RBAC`, `Node`, `Webhook`, `ABAC`; `AlwaysAllow` asks nobody, and is what
    applies where nothing is said."""
    own_certificate: Maybe[bool]
    """It shows a certificate that was made for it, with its key. Otherwise it makes one that nobody can check."""
    ciphers: Maybe[tuple[str, ...]] = ()
    """The cipher suites it is limited to. Empty: not limited, so those that its version holds to be safe."""
    verifies_etcd: Maybe[bool]
    """It checks that the store it talks to is the right one (etcd-cafile)."""
    proves_itself_to_etcd: Maybe[bool]
    """It shows the store a certificate of its own (etcd-certfile, etcd-keyfile)."""
    audit_log_file: Maybe[bool]
    """The audit log is written to a file, which is turned over as the next three say."""
    audit_log_days: Maybe[int | None]
    """Days that a file of the audit log is kept. None: for ever."""
    audit_log_files: Maybe[int | None]
    """How many files of it are kept. None: all."""
    audit_log_megabytes: Maybe[int | None]
    """How large a file of it grows. None: 100."""


TYPE = ResourceType(
    name="kubernetes.api_server",
    title="Kubernetes API server",
    aspects=(Authentication, EncryptionAtRest, EncryptionInTransit, Logging),
    config=ApiServerConfig,
    stores_data=True,
)


def pod(source: Source) -> Iterable[Resource]:
    """Read the API server that a pod starts, if it does."""
    found = read.of_pod(source, PROGRAM)
    if found is not None:
        yield _resource(source, found)


def kubeadm(source: Source) -> Iterable[Resource]:
    """Read the API server that kubeadm sets up."""
    found = read.of_kubeadm(source, _KUBEADM, "apiServer")
    if found is not None:
        yield _resource(source, found)


def _resource(source: Source, flags: Flags) -> Resource:
    insecure = flags.number("insecure-port", "encryption_in_transit.enforced")
    days, files = (
        _limit(flags.number(f"audit-log-{name}", f"config.audit_log_{path}"))
        for name, path in (("maxage", "days"), ("maxbackup", "files"))
    )
    return source.resource(
        TYPE,
        suffix="/kube-apiserver",
        name=source.manifest.name or PROGRAM,
        authentication=Authentication(mfa=None, anonymous=_anonymous(flags)),
        encryption_at_rest=_encrypted(source, flags),
        encryption_in_transit=EncryptionInTransit(
            enforced=insecure if isinstance(insecure, Unknown) else not insecure,
            minimum_tls=read.tls_version(flags.text("tls-min-version", "encryption_in_transit.minimum_tls"), "1.2"),
        ),
        logging=_logging(flags, days),
        config=ApiServerConfig(
            authorization_modes=_modes(flags),
            own_certificate=flags.given("tls-cert-file", "tls-private-key-file", path="config.own_certificate"),
            ciphers=flags.listed("tls-cipher-suites", "config.ciphers") or (),
            verifies_etcd=flags.given("etcd-cafile", path="config.verifies_etcd"),
            proves_itself_to_etcd=flags.given("etcd-certfile", "etcd-keyfile", path="config.proves_itself_to_etcd"),
            audit_log_file=flags.given("audit-log-path", path="config.audit_log_file"),
            audit_log_days=days,
            audit_log_files=files,
            audit_log_megabytes=_limit(flags.number("audit-log-maxsize", "config.audit_log_megabytes")),
        ),
    )


def _anonymous(flags: Flags) -> Maybe[bool]:
    anonymous = flags.true("anonymous-auth", True, "authentication.anonymous")
    if flags.text("anonymous-auth") is None and flags.text("authentication-config"):
        return Unknown("the file of --authentication-config decides it")
    return anonymous


def _modes(flags: Flags) -> Maybe[tuple[str, ...]]:
    modes = flags.listed("authorization-mode", "config.authorization_modes")
    if modes is None and flags.text("authorization-config"):
        return Unknown("the file of --authorization-config decides it")
    return ("AlwaysAllow",) if modes is None else modes


def _limit(value: Maybe[int | None]) -> Maybe[int | None]:
    return value or None


def _logging(flags: Flags, days: Maybe[int | None]) -> Logging:
    """Return the audit log. Without a policy (audit-policy-file) nothing is written to it."""
    backends = [flags.text(name, "logging.enabled") for name in ("audit-webhook-config-file", "audit-log-path")]
    policy = flags.text("audit-policy-file")
    unseen = next((each for each in (*backends, policy) if isinstance(each, Unknown)), None)
    enabled: Maybe[bool] = any(backends) and bool(policy)
    if unseen is not None and (policy is None or policy == "" or not any(backends)):
        enabled = False if not any(backends) or not policy else unseen
    elif unseen is not None:
        enabled = unseen
    return Logging(
        enabled=enabled,
        destinations=tuple(each for each in backends if isinstance(each, str) and each),
        off_host=bool(backends[0]) if not isinstance(backends[0], Unknown) else backends[0],
        retention_days=days,
        kinds=("audit",) if enabled is True else (),
    )


def _encrypted(source: Source, flags: Flags) -> EncryptionAtRest:
    """Return whether secrets are encrypted in the store: what the first provider for them is."""
    path = flags.text("encryption-provider-config", "encryption_at_rest.enabled")
    if isinstance(path, Unknown):
        return EncryptionAtRest(enabled=path, algorithm=path, key_owner=path)
    if not path:
        return EncryptionAtRest(enabled=False)
    found = _provider(source)
    if found is None:
        why = Unknown(f"what {path} says was not scanned (a file of kind EncryptionConfiguration)")
        return EncryptionAtRest(enabled=why, algorithm=why, key_owner=why)
    enabled = found != "identity"
    return EncryptionAtRest(
        enabled=enabled, algorithm=found if enabled else None, key_owner="customer" if enabled else None
    )


def _provider(source: Source) -> str | None:
    """Return the first provider for secrets of the one EncryptionConfiguration that was scanned."""
    settings = source.cluster.of("EncryptionConfiguration") or source.cluster.of("EncryptionConfig")
    if len(settings) != 1:
        return None
    for _, each in items(settings[0].body, "resources"):
        covered = texts(each, "resources")
        if isinstance(covered, tuple) and {"secrets", "*.", "*.*"} & set(covered):
            for _, provider in items(each, "providers"):
                return next(iter(provider), "identity")
    return "identity"  # what no entry names is stored as it is


_PODS: dict[str, tuple[str, ...]] = {
    "Pod": ("",),
    "Deployment": ("apps",),
    "DaemonSet": ("apps",),
    "StatefulSet": ("apps",),
}

KUBERNETES = (
    Form(kinds=_PODS, build=pod),
    Form(kinds={"ClusterConfiguration": ("kubeadm.k8s.io",)}, build=kubeadm),
)
