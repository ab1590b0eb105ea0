"""Where the pod of a workload is written, and what its containers are given: shared by the types that read pods."""

import re
from typing import Any, Literal, NamedTuple

from msgspec import Struct

from phiward.collectors.documents import Mapping
from phiward.collectors.kubernetes.form import Source, known
from phiward.collectors.kubernetes.objects import Malformed, Manifest, boolean, integer, items, mapping, text, texts
from phiward.inventory.model import Maybe, Unknown

_TEMPLATES: dict[str, tuple[str, ...]] = {
    "Pod": (),
    "PodTemplate": ("template",),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
}
SECRET_NAME = re.compile(
    r"(?i)(pass(word|wd|phrase)|secret|token|api[_-]?key|private[_-]?key|access[_-]?key|credential|(^|[_-])pwd)"
)
"""A name under which a secret is kept. Names only: values are never looked at."""
NO_SECRET = re.compile(
    r"(?i)[_.-](file|path|dir|name|url|uri|host|port|type|class|ttl|length|expir\w*|enabled|ref|id|header|issuer|"
    r"endpoint)$"
)
"""A name that only tells where a secret is, or how it is handled."""
_DIGEST = re.compile(r"@[a-z0-9+._-]+:[0-9a-fA-F]{32,}\Z")


class Container(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One container of a pod, with what the pod says for all of its containers taken in."""

    name: Maybe[str]
    kind: Literal["main", "init", "sidecar", "ephemeral"]
    """`init` runs before the others and ends, `sidecar` starts with those and stays, `ephemeral` only finds faults."""
    image: Maybe[str | None]
    """None: left to what fills the pod in."""
    registry: Maybe[str | None]
    """Where the image is fetched from; `docker.io` where its name says nothing."""
    version_named: Maybe[bool | None]
    """The image has a version other than `latest`, or a digest."""
    pinned: Maybe[bool | None]
    """The image is named by its digest, which no other image can have."""
    privileged: Maybe[bool]
    """It has all rights on the machine that it runs on. Left out: false."""
    privilege_escalation: Maybe[bool]
    """What runs in it can gain more rights than it was started with. Left out: true; always so of a privileged one."""
    root_refused: Maybe[bool]
    """It is not started as root (user 0), whatever its image says. Left out: it may be."""
    user: Maybe[int | None]
    """The number of the user it runs as."""
    read_only: Maybe[bool]
    """Its own file system cannot be changed. Left out: it can."""
    capabilities_added: Maybe[tuple[str, ...]] = ()
    """Linux capabilities beyond those of every container: `SYS_ADMIN`, upper case, without `CAP_`."""
    capabilities_dropped: Maybe[tuple[str, ...]] = ()
    """Capabilities taken away; `ALL` is all of them."""
    seccomp: Maybe[str | None]
    """Which system calls it may make: `RuntimeDefault`, `Localhost`, `Unconfined`. None: left out; then the kubelet
    decides, which confines nothing unless it is told to (`seccompDefault`)."""
    apparmor: Maybe[str | None]
    """Its AppArmor profile: `RuntimeDefault`, `Localhost`, `Unconfined`. None: left out, the runtime's own applies."""
    cpu_request: Maybe[str | None]
    cpu_limit: Maybe[str | None]
    memory_request: Maybe[str | None]
    memory_limit: Maybe[str | None]
    """As written (`512Mi`). None: left out, and no LimitRange among the objects scanned sets it."""
    liveness: Maybe[bool | None]
    """The kubelet finds out that it hangs, and restarts it. None where that is not a question: it runs once."""
    readiness: Maybe[bool | None]
    """It gets requests only while it can answer them. None where that is not a question: it runs once."""
    host_ports: Maybe[tuple[int, ...]] = ()
    """Ports of the machine that it takes for itself."""
    secret_variables: Maybe[tuple[str, ...]] = ()
    """Environment variables that are filled from a Secret; `*NAME` is all of a Secret's keys."""
    plain_secrets: Maybe[tuple[str, ...]] = ()
    """Environment variables with the name of a secret whose value is written out."""


class Pod(NamedTuple):
    """A pod's template, and where it is written in its object."""

    path: tuple[str, ...]
    """Of the template: empty in a Pod, `("spec", "template")` in a Deployment."""
    metadata: Mapping
    spec: Mapping


def pod_of(manifest: Manifest) -> Pod | None:
    """Return the pod that an object describes; None where it leaves it out (a template kept elsewhere)."""
    path = _TEMPLATES.get(manifest.kind, ("spec", "template"))
    found: Any = manifest.body
    for step in path:
        found = mapping(found, step)
    if found.get("spec") is None:
        if manifest.kind in {"Pod", "Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"}:
            raise Malformed("it has no pod: spec is missing where Kubernetes asks for one", manifest.span(*path).line)
        return None
    return Pod(path, mapping(found, "metadata"), mapping(found, "spec"))


def containers(source: Source, pod: Pod) -> tuple[Container, ...]:
    """Return the containers of a pod: the main ones, then the init ones, then the ephemeral ones."""
    found: list[Container] = []
    for key in ("containers", "initContainers", "ephemeralContainers"):
        for number, _ in items(pod.spec, key):
            found.append(_Reading(source, pod, key, number, len(found)).container())
    return tuple(found)


class _Reading:
    """Reads one container, and notes where each fact is written."""

    def __init__(self, source: Source, pod: Pod, key: str, number: int, index: int) -> None:
        body: Mapping = pod.spec[key][number]
        self.source = source
        self.pod = pod
        self.body = body
        self.index = index
        self.where: tuple[str | int, ...] = (*pod.path, "spec", key, number)
        self.own = mapping(body, "securityContext")
        self.shared = mapping(pod.spec, "securityContext")
        self.name = text(body, "name")
        self.kind: Literal["main", "init", "sidecar", "ephemeral"] = "main"
        if key == "ephemeralContainers":
            self.kind = "ephemeral"
        elif key == "initContainers":
            self.kind = "sidecar" if body.get("restartPolicy") == "Always" else "init"

    def container(self) -> Container:
        """Return the container."""
        self.source.said(f"config.containers[{self.index}]", *self.where)
        image = self._read("image", text(self.body, "image"), "image")
        registry, version_named, pinned = _image(image)
        for field in ("registry", "version_named", "pinned"):
            self._noted(field, "image")
        privileged = known(self._context("privileged", boolean(self.own, "privileged"), "privileged"), False)
        added, dropped = self._capabilities()
        return Container(
            name=known(self.name, ""),
            kind=self.kind,
            image=image,
            registry=registry,
            version_named=version_named,
            pinned=pinned,
            privileged=privileged,
            privilege_escalation=self._escalation(privileged, added),
            root_refused=self._root_refused(),
            user=self._user(),
            read_only=known(
                self._context("read_only", boolean(self.own, "readOnlyRootFilesystem"), "readOnlyRootFilesystem"), False
            ),
            capabilities_added=added,
            capabilities_dropped=dropped,
            seccomp=self._profile("seccomp", "seccompProfile"),
            apparmor=self._profile("apparmor", "appArmorProfile"),
            cpu_request=self._resource("cpu_request", "requests", "cpu"),
            cpu_limit=self._resource("cpu_limit", "limits", "cpu"),
            memory_request=self._resource("memory_request", "requests", "memory"),
            memory_limit=self._resource("memory_limit", "limits", "memory"),
            liveness=self._probe("liveness", "livenessProbe"),
            readiness=self._probe("readiness", "readinessProbe"),
            host_ports=self._host_ports(),
            secret_variables=self._secret_variables(),
            plain_secrets=self._plain_secrets(),
        )

    def _noted(self, field: str, *where: str | int) -> None:
        self.source.said(f"config.containers[{self.index}].{field}", *self.where, *where)

    def _read(self, field: str, value: Any, *where: str | int) -> Any:
        self._noted(field, *where)
        return value

    def _context(self, field: str, value: Any, *where: str | int) -> Any:
        return self._read(field, value, "securityContext", *where)

    def _shared(self, field: str, own: Any, shared: Any, *where: str | int) -> Any:
        """Return a field of the container's security context, else of the pod's; note where it was."""
        if own is None and shared is not None:
            path = f"config.containers[{self.index}].{field}"
            self.source.said(path, *self.pod.path, "spec", "securityContext", *where)
            return shared
        return self._context(field, own, *where)

    def _capabilities(self) -> tuple[Maybe[tuple[str, ...]], Maybe[tuple[str, ...]]]:
        given = mapping(self.own, "capabilities")
        return (
            self._context("capabilities_added", _named(texts(given, "add")), "capabilities", "add"),
            self._context("capabilities_dropped", _named(texts(given, "drop")), "capabilities", "drop"),
        )

    def _escalation(self, privileged: Maybe[bool], added: Maybe[tuple[str, ...]]) -> Maybe[bool]:
        stated = self._context(
            "privilege_escalation", boolean(self.own, "allowPrivilegeEscalation"), "allowPrivilegeEscalation"
        )
        if privileged is True or (not isinstance(added, Unknown) and {"SYS_ADMIN", "ALL"} & set(added)):
            return True  # Kubernetes never takes it from these
        return known(stated, True) if not isinstance(privileged, Unknown) or stated is not False else privileged

    def _root_refused(self) -> Maybe[bool]:
        refused = self._shared(
            "root_refused", boolean(self.own, "runAsNonRoot"), boolean(self.shared, "runAsNonRoot"), "runAsNonRoot"
        )
        user = self.own.get("runAsUser", self.shared.get("runAsUser"))
        if refused is True:
            return True
        if isinstance(user, int) and not isinstance(user, bool):
            self._shared("root_refused", self.own.get("runAsUser"), self.shared.get("runAsUser"), "runAsUser")
            return user != 0
        if isinstance(refused, Unknown):
            return refused
        if self.source.cluster.pod_security(self.source.manifest) == "restricted":
            return True  # the namespace refuses pods that do not rule root out
        return False if user is None else Unknown("runAsUser is filled in before it is applied")

    def _user(self) -> Maybe[int | None]:
        user = self._shared("user", integer(self.own, "runAsUser"), integer(self.shared, "runAsUser"), "runAsUser")
        return Unknown("runAsUser is left out: the image decides as whom it runs") if user is None else user

    def _profile(self, field: str, key: str) -> Maybe[str | None]:
        own, shared = (text(mapping(context, key), "type") for context in (self.own, self.shared))
        found = self._shared(field, own, shared, key, "type")
        return found if found is not None else self._annotated(field)

    def _annotated(self, field: str) -> Maybe[str | None]:
        """Return a profile as Kubernetes took it before it had fields of its own (until 1.27 and 1.30)."""
        annotations = mapping(self.pod.metadata, "annotations")
        name = self.name if isinstance(self.name, str) else ""
        keys = {
            "seccomp": (
                f"container.seccomp.security.alpha.kubernetes.io/{name}",
                "seccomp.security.alpha.kubernetes.io/pod",
            ),
            "apparmor": (f"container.apparmor.security.beta.kubernetes.io/{name}",),
        }[field]
        for key in keys:
            value = text(annotations, key)
            if value is None:
                continue
            path = f"config.containers[{self.index}].{field}"
            self.source.said(path, *self.pod.path, "metadata", "annotations", key)
            if isinstance(value, Unknown):
                return value
            if value in {"runtime/default", "docker/default"}:
                return "RuntimeDefault"
            return "Localhost" if value.startswith("localhost/") else "Unconfined"
        return None

    def _resource(self, field: str, key: str, name: str) -> Maybe[str | None]:
        stated = text(mapping(mapping(self.body, "resources"), key), name)
        if stated is None and key == "requests":
            stated = text(mapping(mapping(self.body, "resources"), "limits"), name)  # the API takes the limit for both
        self._noted(field, "resources", key, name)
        if stated is not None or self.kind == "ephemeral":
            return stated
        for limits in self.source.cluster.beside("LimitRange", self.source.manifest):
            for _, each in items(mapping(limits.body, "spec"), "limits"):
                if each.get("type") == "Container":
                    asked = ("defaultRequest", "default") if key == "requests" else ("default",)
                    for default in asked:
                        if (found := text(mapping(each, default), name)) is not None:
                            return found
        return None

    def _probe(self, field: str, key: str) -> Maybe[bool | None]:
        self._noted(field, key)
        if self.kind in {"init", "ephemeral"} or self.source.manifest.kind in {"Job", "CronJob"}:
            return None
        if self.pod.spec.get("restartPolicy") in {"Never", "OnFailure"}:
            return None
        return bool(mapping(self.body, key))

    def _host_ports(self) -> Maybe[tuple[int, ...]]:
        self._noted("host_ports", "ports")
        found: list[int] = []
        for _, port in items(self.body, "ports"):
            number = integer(port, "hostPort")
            if isinstance(number, Unknown):
                return number
            if number:
                found.append(number)
        return tuple(found)

    def _secret_variables(self) -> Maybe[tuple[str, ...]]:
        self._noted("secret_variables", "env")
        found: list[str] = []
        for _, each in items(self.body, "env"):
            if mapping(each, "valueFrom").get("secretKeyRef") is not None:
                found.append(str(each.get("name")))
        for number, each in items(self.body, "envFrom"):
            if (reference := each.get("secretRef")) is not None:
                if not found:
                    self._noted("secret_variables", "envFrom", number)
                found.append(f"*{reference.get('name') if isinstance(reference, dict) else ''}")
        return tuple(found)

    def _plain_secrets(self) -> Maybe[tuple[str, ...]]:
        self._noted("plain_secrets", "env")
        found: list[str] = []
        for number, each in items(self.body, "env"):
            name, value = text(each, "name"), each.get("value")
            if isinstance(name, str) and value not in (None, "") and secret_name(name) and written_out(value):
                if not found:
                    self._noted("plain_secrets", "env", number)
                found.append(name)
        return tuple(found)


def secret_name(name: str) -> bool:
    """Say whether a name is one that a secret is kept under."""
    return SECRET_NAME.search(name) is not None and NO_SECRET.search(name) is None


def written_out(value: Any) -> bool:
    """Say whether a value is there itself, and not only where it comes from: a variable, a template, a truth value."""
    if not isinstance(value, str) or not value or value.lower() in {"true", "false"}:
        return False
    return not any(mark in value for mark in ("{{", "${", "$("))


def _named(capabilities: Maybe[tuple[str, ...]]) -> Maybe[tuple[str, ...]]:
    if isinstance(capabilities, Unknown):
        return capabilities
    return tuple(each.upper().removeprefix("CAP_") for each in capabilities)


def _image(image: Maybe[str | None]) -> tuple[Maybe[str | None], Maybe[bool | None], Maybe[bool | None]]:
    """Return an image's registry, whether it has a version, and whether it has a digest."""
    if image is None or isinstance(image, Unknown):
        return image, image, image
    pinned = _DIGEST.search(image) is not None
    name = image.partition("@")[0]
    first, slash, _ = name.partition("/")
    registry = first.lower() if slash and ("." in first or ":" in first or first == "localhost") else "docker.io"
    tag = name.rpartition("/")[2].partition(":")[2]
    return registry, pinned or (tag not in {"", "latest"}), pinned
