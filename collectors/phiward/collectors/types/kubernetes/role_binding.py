"""Role bindings: who has which role."""

from collections.abc import Iterable

from msgspec import Struct

from phiward.collectors.kubernetes.form import Form, Source, known
from phiward.collectors.kubernetes.objects import items, mapping, text
from phiward.collectors.types.kubernetes.role import RBAC
from phiward.collectors.types.kubernetes.workload import namespace
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown


class Subject(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody who has the role."""

    kind: Maybe[str]
    """`User`, `Group`, `ServiceAccount`."""
    name: Maybe[str]
    namespace: Maybe[str | None] = None
    """Of a service account."""


class BindingConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only role bindings have."""

    namespace: Maybe[str | None]
    """Where it holds. None: everywhere (a cluster role binding)."""
    role: Maybe[str]
    role_kind: Maybe[str]
    """`Role` or `ClusterRole`."""
    subjects: Maybe[tuple[Maybe[Subject], ...]]


TYPE = ResourceType(
    name="kubernetes.role_binding",
    title="Kubernetes role binding",
    aspects=(),
    config=BindingConfig,
    relations={"role": Relation("the role that it gives", ("kubernetes.role",))},
)


def build(source: Source) -> Iterable[Resource]:
    """Read one binding."""
    manifest = source.manifest
    everywhere = manifest.kind == "ClusterRoleBinding"
    reference = mapping(manifest.body, "roleRef")
    unnamed = Unknown("roleRef is left out")
    role, kind = known(text(reference, "name"), unnamed), known(text(reference, "kind"), unnamed)
    source.said("config.role", "roleRef")
    source.said("config.subjects", "subjects")
    subjects: list[Subject] = []
    for number, each in items(manifest.body, "subjects"):
        source.said(f"config.subjects[{number}]", "subjects", number)
        missing = Unknown("the subject leaves it out")
        subjects.append(
            Subject(
                kind=known(text(each, "kind"), missing),
                name=known(text(each, "name"), missing),
                namespace=text(each, "namespace"),
            )
        )
    found = None
    if isinstance(role, str) and isinstance(kind, str):
        found = source.cluster.named(kind, role, beside=None if kind == "ClusterRole" else manifest)
    yield source.resource(
        TYPE,
        config=BindingConfig(
            namespace=None if everywhere else namespace(manifest), role=role, role_kind=kind, subjects=tuple(subjects)
        ),
        relations={"role": () if found is None else (source.cluster.identity(found),)},
    )


KUBERNETES = (Form(kinds={"RoleBinding": (RBAC,), "ClusterRoleBinding": (RBAC,)}, build=build),)
