"""Workloads: pods wherever they are written, with what Kubernetes does where a field is left out."""

from typing import Any

import pytest
from fakes_kubernetes import one, resources

from phiward.collectors.kubernetes.objects import Malformed
from phiward.inventory.aspects import Network
from phiward.inventory.model import Lines, Unknown

GOOD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: ward, labels: {app: web}}
spec:
  template:
    metadata: {labels: {app: web}}
    spec:
      automountServiceAccountToken: false
      serviceAccountName: web
      securityContext:
        runAsNonRoot: true
        runAsUser: 10001
        seccompProfile: {type: RuntimeDefault}
      containers:
      - name: web
        image: registry.k8s.io/web:1.2@sha256:0123456789012345678901234567890123456789012345678901234567890123
        securityContext:
          allowPrivilegeEscalation: false
          readOnlyRootFilesystem: true
          capabilities: {drop: [all], add: [CAP_NET_BIND_SERVICE]}
        resources: {limits: {cpu: 1, memory: 64Mi}}
        livenessProbe: {httpGet: {path: /}}
        readinessProbe: {httpGet: {path: /}}
"""
BARE = """\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: ward}
spec:
  containers:
  - name: web
    image: nginx
"""


def container(text: str, number: int = 0) -> Any:
    """Return a container of the one workload of a text."""
    workload: Any = one(text, "kubernetes.workload")
    return workload.config.containers[number]


def with_context(context: str) -> str:
    """Return the bare pod with a security context of its container."""
    return BARE + f"    securityContext: {context}\n"


def test_a_hardened_deployment() -> None:
    """Everything that it states is there."""
    found: Any = one(GOOD, "kubernetes.workload")

    assert (found.id, found.name, found.tags) == ("Deployment/ward/web", "web", {"app": "web"})
    config = found.config
    assert (config.kind, config.namespace, config.service_account, config.mounts_token) == (
        "Deployment",
        "ward",
        "web",
        False,
    )
    (web,) = config.containers
    assert (web.registry, web.version_named, web.pinned) == ("registry.k8s.io", True, True)
    assert (web.privileged, web.privilege_escalation, web.root_refused, web.user) == (False, False, True, 10001)
    assert (web.read_only, web.seccomp, web.apparmor) == (True, "RuntimeDefault", None)
    assert (web.capabilities_added, web.capabilities_dropped) == (("NET_BIND_SERVICE",), ("ALL",))
    assert (web.cpu_limit, web.memory_limit, web.cpu_request, web.memory_request) == ("1", "64Mi", "1", "64Mi")
    assert (web.liveness, web.readiness) == (True, True)


def test_a_bare_pod_has_the_defaults_of_the_api() -> None:
    """What is left out is what Kubernetes makes of it."""
    found: Any = one(BARE, "kubernetes.workload")

    config = found.config
    assert (config.host_network, config.host_pid, config.host_ipc) == (False, False, False)
    assert (config.host_paths, config.service_account, config.mounts_token) == ((), "default", True)
    (web,) = config.containers
    assert (web.image, web.registry, web.version_named, web.pinned) == ("nginx", "docker.io", False, False)
    assert (web.privileged, web.privilege_escalation, web.root_refused, web.read_only) == (False, True, False, False)
    assert (web.seccomp, web.capabilities_dropped, web.cpu_limit, web.liveness) == (None, (), None, False)
    assert web.user == Unknown("runAsUser is left out: the image decides as whom it runs")


def test_each_fact_has_its_lines() -> None:
    """A stated field has its own lines, one that is left out those of what it would be in."""
    lines = one(GOOD, "kubernetes.workload").lines

    assert lines["config.containers[0].read_only"] == Lines("app.yaml", 19, 19)
    assert lines["config.containers[0].seccomp"] == Lines("app.yaml", 13, 13)  # in the pod, for all of them
    assert lines["config.containers[0].privileged"] == Lines("app.yaml", 17, 20)  # left out of the context
    assert lines["config.containers[0]"] == Lines("app.yaml", 15, 23)
    assert lines["config.mounts_token"] == Lines("app.yaml", 8, 8)


@pytest.mark.parametrize(
    ("kind", "api", "open_", "indent"),
    [
        ("Deployment", "apps/v1", "spec: {template: {spec: ", "}}"),
        ("Deployment", "extensions/v1beta1", "spec: {template: {spec: ", "}}"),
        ("DaemonSet", "apps/v1", "spec: {template: {spec: ", "}}"),
        ("StatefulSet", "apps/v1", "spec: {template: {spec: ", "}}"),
        ("ReplicaSet", "apps/v1", "spec: {template: {spec: ", "}}"),
        ("ReplicationController", "v1", "spec: {template: {spec: ", "}}"),
        ("Job", "batch/v1", "spec: {template: {spec: ", "}}"),
        ("CronJob", "batch/v1beta1", "spec: {jobTemplate: {spec: {template: {spec: ", "}}}}"),
        ("PodTemplate", "v1", "template: {spec: ", "}"),
        ("Pod", "v1", "spec: ", ""),
        ("Rollout", "argoproj.io/v1alpha1", "spec: {template: {spec: ", "}}"),
        ("DeploymentConfig", "apps.openshift.io/v1", "spec: {template: {spec: ", "}}"),
    ],
)
def test_every_kind_that_runs_pods(kind: str, api: str, open_: str, indent: str) -> None:
    """The pod is found wherever the kind keeps it."""
    text = f"apiVersion: {api}\nkind: {kind}\nmetadata: {{name: a}}\n"
    text += f"{open_}{{hostPID: true, containers: [{{name: b, image: c}}]}}{indent}\n"

    found: Any = one(text, "kubernetes.workload")

    assert (found.config.kind, found.config.host_pid, found.config.containers[0].name) == (kind, True, "b")
    runs_once = kind in {"Job", "CronJob"}
    assert found.config.containers[0].liveness is (None if runs_once else False)


def test_a_kind_of_another_group_is_not_read() -> None:
    """`Deployment` of somebody else's API is something else."""
    assert resources("apiVersion: example.com/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {}\n") == []


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        ("{privileged: true, allowPrivilegeEscalation: false}", (True, True)),
        ("{privileged: yes}", (True, True)),  # YAML 1.1, which Kubernetes reads
        ("{allowPrivilegeEscalation: false, capabilities: {add: [SYS_ADMIN]}}", (False, True)),
        ("{allowPrivilegeEscalation: false}", (False, False)),
        ('{privileged: "${ROOT}"}', (Unknown("${ROOT} is filled in before it is applied", ("${ROOT}",)), True)),
    ],
)
def test_what_may_gain_rights(context: str, expected: tuple[Any, Any]) -> None:
    """A privileged container, and one with SYS_ADMIN, always can."""
    web = container(with_context(context))

    assert (web.privileged, web.privilege_escalation) == expected


@pytest.mark.parametrize(
    ("context", "refused"),
    [
        ("{runAsNonRoot: true}", True),
        ("{runAsUser: 1000}", True),
        ("{runAsUser: 0}", False),
        ("{runAsNonRoot: false}", False),
        ("{runAsNonRoot: false, runAsUser: 7}", True),
    ],
)
def test_what_refuses_root(context: str, refused: bool) -> None:
    """`runAsNonRoot`, or the number of another user."""
    assert container(with_context(context)).root_refused is refused


def test_a_container_overrules_its_pod() -> None:
    """What the container says of itself counts, what it leaves out the pod says."""
    text = BARE.replace("spec:\n", "spec:\n  securityContext: {runAsNonRoot: true, runAsUser: 5}\n", 1)

    assert container(text).root_refused is True
    assert container(text + "    securityContext: {runAsNonRoot: false, runAsUser: 0}\n").root_refused is False


def test_a_restricted_namespace_refuses_root() -> None:
    """A pod that does not rule root out is not let into it."""
    namespace = "kind: Namespace\napiVersion: v1\nmetadata:\n  name: ward\n  labels: {pod-security.kubernetes.io/enforce: %s}\n---\n"

    assert container(namespace % "restricted" + BARE).root_refused is True
    assert container(namespace % "baseline" + BARE).root_refused is False


def test_init_sidecar_and_ephemeral_containers() -> None:
    """All of a pod's containers are there, and told apart."""
    text = BARE + (
        "  initContainers:\n  - {name: setup, image: a}\n  - {name: proxy, image: a, restartPolicy: Always}\n"
        "  ephemeralContainers:\n  - {name: look, image: a}\n"
    )

    found: Any = one(text, "kubernetes.workload")

    told = [(each.name, each.kind, each.liveness) for each in found.config.containers]
    assert told == [
        ("web", "main", False),
        ("setup", "init", None),
        ("proxy", "sidecar", False),
        ("look", "ephemeral", None),
    ]


@pytest.mark.parametrize(
    ("image", "registry", "version", "pinned"),
    [
        ("nginx", "docker.io", False, False),
        ("nginx:latest", "docker.io", False, False),
        ("library/nginx:1.2", "docker.io", True, False),
        ("localhost:5000/a/b", "localhost:5000", False, False),
        ("ghcr.io/a/b:v1", "ghcr.io", True, False),
        ("a@sha256:" + "0" * 64, "docker.io", True, True),
        ("a:latest@sha256:" + "0" * 64, "docker.io", True, True),
    ],
)
def test_names_of_images(image: str, registry: str, version: bool, pinned: bool) -> None:
    """The port of a registry is no version."""
    web = container(BARE.replace("nginx", f'"{image}"'))

    assert (web.registry, web.version_named, web.pinned) == (registry, version, pinned)


def test_an_image_that_is_filled_in_later_is_unknown() -> None:
    """A placeholder is no image without a version."""
    web = container(BARE.replace("nginx", '"app:${VERSION}"'))

    why = Unknown("${VERSION} is filled in before it is applied", ("${VERSION}",))
    assert (web.image, web.version_named, web.pinned, web.registry) == (why, why, why, why)


def test_profiles_in_annotations() -> None:
    """Kubernetes took them there before they were fields."""
    annotations = (
        "{name: web, annotations: {seccomp.security.alpha.kubernetes.io/pod: runtime/default, "
        "container.apparmor.security.beta.kubernetes.io/web: unconfined}}"
    )
    web = container(BARE.replace("{name: web, namespace: ward}", annotations))

    assert (web.seccomp, web.apparmor) == ("RuntimeDefault", "Unconfined")


def test_limits_from_the_namespace() -> None:
    """A LimitRange of the same namespace sets what a container leaves out."""
    limits = """\
apiVersion: v1
kind: LimitRange
metadata: {name: limits, namespace: %s}
spec: {limits: [{type: Container, default: {cpu: 2, memory: 1Gi}, defaultRequest: {cpu: 1}}]}
---
"""
    web = container(limits % "ward" + BARE)
    assert (web.cpu_limit, web.memory_limit, web.cpu_request, web.memory_request) == ("2", "1Gi", "1", "1Gi")
    assert container(limits % "other" + BARE).cpu_limit is None


def test_secrets_in_variables() -> None:
    """Filled from a Secret, or written out; values are never kept."""
    text = BARE + (
        "    env:\n"
        "    - {name: DB_PASSWORD, value: hunter2}\n"
        "    - {name: API_TOKEN_FILE, value: /run/token}\n"
        '    - {name: OTHER_SECRET, value: "${OTHER}"}\n'
        "    - {name: KEY, valueFrom: {secretKeyRef: {name: k, key: k}}}\n"
        "    envFrom:\n    - secretRef: {name: all}\n"
    )

    found: Any = one(text, "kubernetes.workload")

    (web,) = found.config.containers
    assert (web.plain_secrets, web.secret_variables) == (("DB_PASSWORD",), ("KEY", "*all"))
    assert found.lines["config.containers[0].plain_secrets"].line == 9
    assert "hunter2" not in str(found)


def test_what_is_mounted_of_the_machine() -> None:
    """Folders, and the socket of the container runtime among them."""
    text = (
        BARE + "  volumes:\n  - {name: a, hostPath: {path: /etc}}\n  - {name: b, hostPath: {path: /run/docker.sock}}\n"
    )

    found: Any = one(text, "kubernetes.workload")

    assert (found.config.host_paths, found.config.runtime_socket) == (("/etc", "/run/docker.sock"), True)
    assert (found.lines["config.host_paths"].line, found.lines["config.runtime_socket"].line) == (9, 10)


ACCOUNT = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: %s, namespace: ward}\n%s---\n"


@pytest.mark.parametrize(
    ("before", "spec", "mounts"),
    [
        ("", "", True),
        ("", "  automountServiceAccountToken: false\n", False),
        (ACCOUNT % ("default", "automountServiceAccountToken: false\n"), "", False),
        (ACCOUNT % ("app", ""), "  serviceAccountName: app\n", True),
        (ACCOUNT % ("app", "automountServiceAccountToken: false\n"), "  serviceAccountName: app\n", False),
        (
            "",
            "  serviceAccountName: app\n",
            Unknown("the service account app is not declared in what was scanned"),
        ),
    ],
)
def test_whether_the_token_is_mounted(before: str, spec: str, mounts: Any) -> None:
    """The pod says it, else its account; an account that is not here is unknown, not one with the default."""
    (found,) = resources(before + BARE + spec, "kubernetes.workload")

    config: Any = found.config
    assert config.mounts_token == mounts


POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p, namespace: ward}
spec: %s
---
"""
LABELLED = BARE.replace("namespace: ward}", "namespace: ward, labels: {app: web, tier: a}}")
ELSEWHERE = Unknown("no NetworkPolicy of what was scanned selects its pods; one may be applied from elsewhere")


@pytest.mark.parametrize(
    ("before", "deny"),
    [
        ("", ELSEWHERE),
        ("apiVersion: v1\nkind: Namespace\nmetadata: {name: ward}\n---\n", False),
        (POLICY % "{podSelector: {}}", True),
        (POLICY % "{podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress]}", True),
        (POLICY % "{podSelector: {matchLabels: {app: web}}, policyTypes: [Egress]}", False),
        (POLICY % "{podSelector: {matchLabels: {app: db}}}", False),
        (POLICY % "{podSelector: {matchExpressions: [{key: tier, operator: In, values: [a, b]}]}}", True),
        (POLICY % "{podSelector: {matchExpressions: [{key: tier, operator: NotIn, values: [a]}]}}", False),
        (POLICY % "{podSelector: {matchExpressions: [{key: x, operator: DoesNotExist}]}}", True),
        ((POLICY % "{podSelector: {}}").replace("ward", "other"), ELSEWHERE),
    ],
)
def test_whether_a_policy_guards_the_pod(before: str, deny: Any) -> None:
    """Policies that may be elsewhere are unknown; where those of the namespace are here, none is none."""
    (found,) = resources(before + LABELLED, "kubernetes.workload")

    network = found.network
    assert isinstance(network, Network)
    assert network.default_deny == deny


def test_the_parts_of_kubernetes_itself() -> None:
    """They are known by their command."""
    found: Any = one(BARE + "    command: [/usr/local/bin/etcd]\n", "kubernetes.workload")

    assert found.config.component == "etcd"


@pytest.mark.parametrize(
    ("text", "told", "line"),
    [
        ("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n", "it has no pod", 1),
        ("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers: nginx\n", "containers is text", 5),
        (
            "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers: [nginx]\n",
            r"containers\[0\] is text",
            5,
        ),
        (with_context("{privileged: maybe}"), "privileged is text where Kubernetes takes true or false", 8),
        (with_context("[a]"), "securityContext is a list where Kubernetes takes a mapping", 8),
    ],
)
def test_what_kubernetes_would_not_take(text: str, told: str, line: int) -> None:
    """A field of another shape is told with its line."""
    with pytest.raises(Malformed, match=told) as caught:
        one(text, "kubernetes.workload")

    assert caught.value.line == line
