"""Namespaces: the standard that the pods in them are held to."""

from collections.abc import Iterable

from msgspec import Struct

from phiward.collectors.kubernetes.cluster import ENFORCE, enforced
from phiward.collectors.kubernetes.form import Form, Source
from phiward.inventory.catalog import ResourceType
from phiward.inventory.model import Maybe, Resource


class NamespaceConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only namespaces have."""

    pod_security: Maybe[str | None]
    """The Pod Security Standard that pods must meet to be let in: `privileged`, `baseline`, `restricted`. None: no
    label says it, and Kubernetes lets every pod in unless the whole cluster is set up otherwise."""


TYPE = ResourceType(name="kubernetes.namespace", title="Kubernetes namespace", aspects=(), config=NamespaceConfig)


def build(source: Source) -> Iterable[Resource]:
    """Read one namespace."""
    source.said("config.pod_security", "metadata", "labels", ENFORCE)
    yield source.resource(TYPE, config=NamespaceConfig(pod_security=enforced(source.manifest)))


KUBERNETES = (Form(kinds={"Namespace": ("",)}, build=build),)
