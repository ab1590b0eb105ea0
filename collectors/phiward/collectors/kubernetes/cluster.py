"""The objects that would be applied together, and what they say of one another.

What a folder does not hold may still be there in the cluster. So a question that another object decides has three
answers: an object of the folder says so; the folder says there is none; it is not for this folder to say (`Unknown`).
"""

from collections.abc import Iterable
from typing import Any

from phiward.collectors.kubernetes.objects import Manifest, boolean, mapping
from phiward.inventory.model import Maybe, Unknown

ENFORCE = "pod-security.kubernetes.io/enforce"
"""The label by which a namespace has the standard for its pods enforced (Pod Security Admission)."""
LEVELS = ("privileged", "baseline", "restricted")


class Cluster:
    """A set of objects, by kind."""

    def __init__(self, manifests: Iterable[Manifest], within: str = "") -> None:
        self._kinds: dict[str, list[Manifest]] = {}
        self._identities: dict[int, str] = {}
        taken: dict[str, int] = {}
        for manifest in manifests:
            self._kinds.setdefault(manifest.kind, []).append(manifest)
            identity = _identity(manifest, within)
            taken[identity] = taken.get(identity, 0) + 1
            again = taken[identity]
            self._identities[id(manifest)] = identity if again == 1 else f"{identity}#{again}"

    def identity(self, manifest: Manifest) -> str:
        """Return the inventory's id of an object: `ROOT:KIND/NAMESPACE/NAME`, numbered where a folder repeats it."""
        return self._identities[id(manifest)]

    def of(self, kind: str) -> list[Manifest]:
        """Return the objects of a kind."""
        return self._kinds.get(kind, [])

    def named(self, kind: str, name: str, *, beside: Manifest | None = None) -> Manifest | None:
        """Return the object of a kind and name, in the namespace of another one where that is given."""
        found = [
            each
            for each in self.of(kind)
            if each.name == name and (beside is None or each.namespace == beside.namespace)
        ]
        near = [each for each in found if beside is not None and each.root == beside.root]
        return next(iter(near or found), None)

    def beside(self, kind: str, manifest: Manifest) -> list[Manifest]:
        """Return the objects of a kind in the namespace of another object; the nearest where folders repeat it."""
        found = [each for each in self.of(kind) if each.namespace == manifest.namespace]
        return [each for each in found if each.root == manifest.root] or found

    def pod_security(self, manifest: Manifest) -> Maybe[str | None]:
        """Return the level that the namespace of an object enforces; None where the namespace sets none."""
        if isinstance(manifest.namespace, Unknown):
            return manifest.namespace
        if manifest.namespace is None:
            return Unknown("the namespace is chosen when it is applied")
        namespace = self.named("Namespace", manifest.namespace)
        if namespace is None:
            return Unknown(f"the namespace {manifest.namespace} is not declared in what was scanned")
        return enforced(namespace)

    def mounts_token(self, account: str, manifest: Manifest) -> Maybe[bool]:
        """Return whether a service account has its token mounted into pods that do not say it themselves."""
        found = self.named("ServiceAccount", account, beside=manifest)
        if found is not None:
            stated = boolean(found.body, "automountServiceAccountToken")
            return True if stated is None else stated
        if account == "default":
            return True  # every namespace is given this account, and it mounts its token
        return Unknown(f"the service account {account} is not declared in what was scanned")


def _identity(manifest: Manifest, within: str) -> str:
    root = "/".join(part for part in (within, manifest.root) if part)
    place = manifest.namespace if isinstance(manifest.namespace, str) else "-"
    name = f"{manifest.kind}/{place}/{manifest.name or '-'}"
    return f"{root}:{name}" if root else name


def enforced(namespace: Manifest) -> Maybe[str | None]:
    """Return the Pod Security level that a namespace enforces; None: it has no such label."""
    value = mapping(mapping(namespace.body, "metadata"), "labels").get(ENFORCE)
    if value is None or isinstance(value, Unknown):
        return value
    return value if value in LEVELS else Unknown(f"{ENFORCE} is {value!r}, which is no level")


def selects(selector: Any, labels: dict[str, str]) -> Maybe[bool]:
    """Say whether a label selector takes in an object with some labels. An empty one takes in all."""
    if not isinstance(selector, dict):
        return Unknown("its selector cannot be read")
    for key, value in (selector.get("matchLabels") or {}).items():
        if labels.get(str(key)) != str(value):
            return False
    for each in selector.get("matchExpressions") or ():
        if not isinstance(each, dict):
            return Unknown("its selector cannot be read")
        key, values = str(each.get("key")), [str(value) for value in each.get("values") or ()]
        has = labels.get(key)
        match each.get("operator"):
            case "In":
                met = has in values
            case "NotIn":
                met = has not in values
            case "Exists":
                met = has is not None
            case "DoesNotExist":
                met = has is None
            case _:
                return Unknown("its selector has an operator that Kubernetes does not know")
        if not met:
            return False
    return True
