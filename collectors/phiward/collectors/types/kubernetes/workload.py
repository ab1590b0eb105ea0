"""Workloads: everything that runs pods, from a Pod to a CronJob.

A pod is judged where it is written: a Deployment is one resource with the containers of its template. What the pod's
security context says holds for each container that does not say otherwise, as in Kubernetes.
"""

from collections.abc import Iterable

from msgspec import Struct

from phiward.collectors.kubernetes.cluster import selects
from phiward.collectors.kubernetes.form import Form, Source, known, labels
from phiward.collectors.kubernetes.objects import Manifest, boolean, items, mapping, text, texts
from phiward.collectors.types.kubernetes.pod import Container, Pod, containers, pod_of
from phiward.inventory.aspects import Network
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown

COMPONENTS = ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd", "kubelet", "kube-proxy")
"""The programs that make up a cluster, which cannot run without what other pods must not have."""
RUNTIME_SOCKETS = ("docker.sock", "containerd.sock", "crio.sock", "cri-dockerd.sock", "dockershim.sock", "podman.sock")


class WorkloadConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only workloads have."""

    kind: str
    """`Pod`, `Deployment`, `CronJob`, ..."""
    namespace: Maybe[str]
    """Where it runs."""
    operating_system: Maybe[str | None] = None
    """`linux` or `windows`. None: not stated, which is Linux as a rule."""
    component: str | None = None
    """Which part of Kubernetes itself it runs: `kube-apiserver`, `etcd`. None: none."""
    host_network: Maybe[bool]
    """It shares the machine's network. Left out: false."""
    host_pid: Maybe[bool]
    """It sees the machine's processes. Left out: false."""
    host_ipc: Maybe[bool]
    """It shares memory with the machine's processes. Left out: false."""
    host_paths: Maybe[tuple[str, ...]] = ()
    """Folders of the machine that are mounted into it."""
    runtime_socket: Maybe[bool] = False
    """The container runtime's own socket is among them: whoever reaches it can start anything on the machine."""
    service_account: Maybe[str]
    """Whom it acts as towards Kubernetes; `default` where it names nobody."""
    mounts_token: Maybe[bool]
    """The proof of that identity is put into its containers. Left out by pod and account: true."""
    containers: Maybe[tuple[Container, ...]]


TYPE = ResourceType(
    name="kubernetes.workload",
    title="Kubernetes workload",
    aspects=(Network,),
    config=WorkloadConfig,
    relations={
        "network_policy": Relation("the policies that select its pods", ("kubernetes.network_policy",)),
        "service_account": Relation("the account that it acts as", ("kubernetes.service_account",)),
    },
)


def build(source: Source) -> Iterable[Resource]:
    """Read one workload."""
    manifest = source.manifest
    pod = pod_of(manifest)
    if pod is None:
        return
    spec, where = pod.spec, (*pod.path, "spec")
    for field, key in (("host_network", "hostNetwork"), ("host_pid", "hostPID"), ("host_ipc", "hostIPC")):
        source.said(f"config.{field}", *where, key)
    source.said("config.namespace", "metadata", "namespace")
    source.said("config.service_account", *where, "serviceAccountName")
    account = known(text(spec, "serviceAccountName"), known(text(spec, "serviceAccount"), "default"))
    policies = _policies(source, pod)
    default_deny = _default_deny(source, policies)
    paths, socket = _host_paths(source, pod)
    found = containers(source, pod)
    yield source.resource(
        TYPE,
        network=Network(default_deny=default_deny),
        config=WorkloadConfig(
            kind=manifest.kind,
            namespace=namespace(manifest),
            operating_system=text(mapping(spec, "os"), "name"),
            component=_component(pod),
            host_network=known(boolean(spec, "hostNetwork"), False),
            host_pid=known(boolean(spec, "hostPID"), False),
            host_ipc=known(boolean(spec, "hostIPC"), False),
            host_paths=paths,
            runtime_socket=socket,
            service_account=account,
            mounts_token=_mounts_token(source, pod, account),
            containers=found,
        ),
        relations={
            "network_policy": policies
            if isinstance(policies, Unknown)
            else tuple(source.cluster.identity(each) for each in policies),
            "service_account": _account(source, account),
        },
    )


def namespace(manifest: Manifest) -> Maybe[str]:
    """Return the namespace that an object says it goes to."""
    return known(manifest.namespace, Unknown("metadata.namespace is left out: it goes wherever it is applied to"))


def _component(pod: Pod) -> str | None:
    for _, container in items(pod.spec, "containers"):
        command = texts(container, "command")
        first = command[0].rpartition("/")[2] if isinstance(command, tuple) and command else None
        if first in COMPONENTS:
            return first
    return None


def _host_paths(source: Source, pod: Pod) -> tuple[Maybe[tuple[str, ...]], Maybe[bool]]:
    where = (*pod.path, "spec", "volumes")
    source.said("config.host_paths", *where)
    source.said("config.runtime_socket", *where)
    found: list[str] = []
    for number, volume in items(pod.spec, "volumes"):
        if volume.get("hostPath") is None:
            continue
        path = text(mapping(volume, "hostPath"), "path")
        if isinstance(path, Unknown):
            return path, path
        if not found:
            source.said("config.host_paths", *where, number)
        if path is not None and path.endswith(RUNTIME_SOCKETS):
            source.said("config.runtime_socket", *where, number)
        found.append(path or "")
    return tuple(found), any(path.endswith(RUNTIME_SOCKETS) for path in found)


def _mounts_token(source: Source, pod: Pod, account: Maybe[str]) -> Maybe[bool]:
    source.said("config.mounts_token", *pod.path, "spec", "automountServiceAccountToken")
    stated = boolean(pod.spec, "automountServiceAccountToken")
    if stated is not None:
        return stated
    return account if isinstance(account, Unknown) else source.cluster.mounts_token(account, source.manifest)


def _account(source: Source, account: Maybe[str]) -> Maybe[tuple[str, ...]]:
    if isinstance(account, Unknown):
        return account
    found = source.cluster.named("ServiceAccount", account, beside=source.manifest)
    return () if found is None else (source.cluster.identity(found),)


def _policies(source: Source, pod: Pod) -> Maybe[tuple[Manifest, ...]]:
    """Return the network policies of the workload's namespace that select its pods."""
    carried = labels(pod.metadata.get("labels"))
    found: list[Manifest] = []
    for policy in source.cluster.beside("NetworkPolicy", source.manifest):
        selected = selects(mapping(mapping(policy.body, "spec"), "podSelector"), carried)
        if isinstance(selected, Unknown):
            return selected
        if selected:
            found.append(policy)
    return tuple(found)


def _default_deny(source: Source, policies: Maybe[tuple[Manifest, ...]]) -> Maybe[bool | None]:
    """Say whether only traffic that a network policy admits reaches the pods.

    A policy that selects a pod makes Kubernetes refuse the rest. Where none does, others may be in the cluster; unless
    the namespace, or policies of it, are declared beside the workload: then they would be there too.
    """
    source.said("network.default_deny", "metadata")
    if isinstance(policies, Unknown):
        return policies
    for policy in policies:
        kinds = texts(mapping(policy.body, "spec"), "policyTypes")
        if isinstance(kinds, Unknown):
            return kinds
        if not kinds or "Ingress" in kinds:
            return True
    manifest = source.manifest
    here = manifest.namespace
    if isinstance(here, Unknown):
        return here
    declared = here is not None and source.cluster.named("Namespace", here) is not None
    if declared or source.cluster.beside("NetworkPolicy", manifest):
        return False
    return Unknown("no NetworkPolicy of what was scanned selects its pods; one may be applied from elsewhere")


_PODS: dict[str, tuple[str, ...]] = {
    "Pod": ("",),
    "PodTemplate": ("",),
    "ReplicationController": ("",),
    "Deployment": ("apps", "extensions"),
    "DaemonSet": ("apps", "extensions"),
    "ReplicaSet": ("apps", "extensions"),
    "StatefulSet": ("apps",),
    "Job": ("batch",),
    "CronJob": ("batch",),
    "DeploymentConfig": ("apps.openshift.io", ""),
    "Rollout": ("argoproj.io",),
}

KUBERNETES = (Form(kinds=_PODS, build=build),)
