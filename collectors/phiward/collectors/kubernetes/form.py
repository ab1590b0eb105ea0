"""How a resource type says which Kubernetes objects it is read from, and what it is told of their surroundings."""

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, TypeVar

from msgspec import Struct

from phiward.collectors.kubernetes.cluster import Cluster
from phiward.collectors.kubernetes.objects import Manifest
from phiward.collectors.types import kubernetes as type_modules
from phiward.inventory.catalog import ResourceType
from phiward.inventory.model import LeftOut, Lines, Maybe, Observation, Origin, OriginKind, Resource, Unknown

T = TypeVar("T")
D = TypeVar("D")

DEFAULTS: dict[str | int, str | bool | None] = {
    "allowPrivilegeEscalation": True,
    "automountServiceAccountToken": True,
    "hostIPC": False,
    "hostNetwork": False,
    "hostPID": False,
    "privileged": False,
    "readOnlyRootFilesystem": False,
    "runAsNonRoot": False,
    "rotateCertificates": False,
    "serviceAccountName": "default",
    "seccompProfile": None,
    "livenessProbe": None,
    "readinessProbe": None,
    "cpu": None,
    "memory": None,
}
"""What Kubernetes takes where a field is left out, as its API documents it. None: nothing at all."""


class Source:
    """One object and what is known of its surroundings. It remembers the lines of what was read of it."""

    def __init__(self, manifest: Manifest, cluster: Cluster, call: str = "file", digest: str | None = None) -> None:
        self.manifest = manifest
        self.cluster = cluster
        self.call = call
        """How the object was read: `file`, `kustomize build`, `helm template`."""
        self.digest = digest
        self._lines: dict[str, Lines] = {}
        self._left_out: dict[str, LeftOut] = {}

    def said(self, path: str, *where: str | int) -> None:
        """Remember that a path of the resource was read from a field of the object, which may be left out."""
        lines = self.manifest.lines(*where)
        self._left_out.pop(path, None)
        if self.manifest.at(*where) is None and where[-1] in DEFAULTS:
            argument = str(where[-1])
            self._left_out[path] = LeftOut(argument, DEFAULTS[argument])
            self._lines[path] = lines
        elif self._lines.get(path.rpartition(".")[0]) == lines:
            self._lines.pop(path, None)  # it is told by what it is a part of
        else:
            self._lines[path] = lines

    def resource(self, of: ResourceType, *, suffix: str = "", **fields: Any) -> Resource:
        """Return a resource with identity, origin, name, labels and lines filled, and `fields` added."""
        manifest = self.manifest
        where = manifest.where
        made: dict[str, Any] = {
            "id": self.cluster.identity(manifest) + suffix,
            "type": of.name,
            "origin": Origin(kind=OriginKind.KUBERNETES, file=where.file, line=where.line, end_line=where.end_line),
            "name": manifest.name or None,
            "provider": "kubernetes",
            "tags": labels(manifest.at("metadata", "labels")),
            "observations": (Observation(call=self.call, digest=self.digest),),
            "lines": self._lines,
            "left_out": self._left_out,
        }
        return Resource(**(made | fields))


def labels(given: Any) -> dict[str, str]:
    """Return an object's labels, as far as they are written out."""
    if not isinstance(given, dict):
        return {}
    return {str(key): str(value) for key, value in sorted(given.items()) if isinstance(value, str | int | float)}


class Form(Struct, frozen=True, kw_only=True):
    """Which objects a resource type is read from. A type module lists its forms in `KUBERNETES`."""

    kinds: dict[str, tuple[str, ...]]
    """Kind to the API groups that have it: `{"Deployment": ("apps", "extensions")}`; the core group is empty."""
    build: Callable[[Source], Iterable[Resource]]
    """Normalize one object: none, one or several resources."""


@cache
def discover() -> tuple[tuple[ResourceType, Form], ...]:
    """Import the type modules and return their forms."""
    found: list[tuple[ResourceType, Form]] = []
    for each in pkgutil.iter_modules(type_modules.__path__, f"{type_modules.__name__}."):
        module = importlib.import_module(each.name)
        found += [(module.TYPE, form) for form in getattr(module, "KUBERNETES", ())]
    return tuple(found)


def readers(manifest: Manifest) -> list[tuple[ResourceType, Form]]:
    """Return the forms that read an object."""
    return [(of, form) for of, form in discover() if manifest.group in form.kinds.get(manifest.kind, ())]


def known(value: T | Unknown | None, default: D) -> T | D | Unknown:
    """Return a value, and the API's default where it is left out."""
    return default if value is None else value


def either(*values: Maybe[bool]) -> Maybe[bool]:
    """Return whether any is true; `Unknown` where none is surely, and one cannot be known."""
    if any(value is True for value in values):
        return True
    return next((value for value in values if isinstance(value, Unknown)), False)
