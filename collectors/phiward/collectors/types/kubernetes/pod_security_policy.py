"""Pod security policies, which Kubernetes had until 1.25: what pods may ask for."""

from collections.abc import Iterable

from msgspec import Struct

from phiward.collectors.kubernetes.form import Form, Source, known
from phiward.collectors.kubernetes.objects import boolean, mapping, text, texts
from phiward.inventory.catalog import ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown

_SECCOMP = "seccomp.security.alpha.kubernetes.io/defaultProfileName"


class PodPolicyConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only pod security policies have: what they let pods do."""

    privileged: Maybe[bool]
    """Containers with all rights on the machine. Left out: false."""
    privilege_escalation: Maybe[bool]
    """Gaining rights while running. Left out: true."""
    root: Maybe[bool]
    """Running as root. Only `MustRunAsNonRoot`, and a range of users from 1, refuse it."""
    host_pid: Maybe[bool]
    host_ipc: Maybe[bool]
    host_network: Maybe[bool]
    """Sharing the machine's processes, memory, network. Left out: false."""
    raw_packets: Maybe[bool]
    """Making up network packets (NET_RAW): not dropped for every pod."""
    seccomp_default: Maybe[bool]
    """System calls are limited for pods that say nothing."""


TYPE = ResourceType(
    name="kubernetes.pod_security_policy", title="Pod security policy", aspects=(), config=PodPolicyConfig
)


def build(source: Source) -> Iterable[Resource]:
    """Read one policy."""
    spec = mapping(source.manifest.body, "spec")
    for field, key in (
        ("privileged", "privileged"),
        ("privilege_escalation", "allowPrivilegeEscalation"),
        ("host_pid", "hostPID"),
        ("host_ipc", "hostIPC"),
        ("host_network", "hostNetwork"),
        ("root", "runAsUser"),
        ("raw_packets", "requiredDropCapabilities"),
    ):
        source.said(f"config.{field}", "spec", key)
    profile = text(mapping(mapping(source.manifest.body, "metadata"), "annotations"), _SECCOMP)
    yield source.resource(
        TYPE,
        config=PodPolicyConfig(
            privileged=known(boolean(spec, "privileged"), False),
            privilege_escalation=known(boolean(spec, "allowPrivilegeEscalation"), True),
            root=_root(spec),
            host_pid=known(boolean(spec, "hostPID"), False),
            host_ipc=known(boolean(spec, "hostIPC"), False),
            host_network=known(boolean(spec, "hostNetwork"), False),
            raw_packets=_raw(texts(spec, "requiredDropCapabilities")),
            seccomp_default=profile
            if isinstance(profile, Unknown)
            else profile in {"runtime/default", "docker/default"},
        ),
    )


def _raw(dropped: Maybe[tuple[str, ...]]) -> Maybe[bool]:
    if isinstance(dropped, Unknown):
        return dropped
    return {"ALL", "NET_RAW"}.isdisjoint(each.upper().removeprefix("CAP_") for each in dropped)


def _root(spec: dict[str, object]) -> Maybe[bool]:
    user = mapping(spec, "runAsUser")
    rule = text(user, "rule")
    if isinstance(rule, Unknown):
        return rule
    if rule == "MustRunAs":
        ranges = user.get("ranges")
        least = [each.get("min") for each in ranges if isinstance(each, dict)] if isinstance(ranges, list) else []
        return not least or not all(isinstance(each, int) and each > 0 for each in least)
    return rule != "MustRunAsNonRoot"


KUBERNETES = (Form(kinds={"PodSecurityPolicy": ("policy", "extensions")}, build=build),)
