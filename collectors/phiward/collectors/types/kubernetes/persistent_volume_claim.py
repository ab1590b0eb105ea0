"""Volumes that pods ask for: claims, and the templates of claims in a StatefulSet."""

from collections.abc import Iterable

from msgspec import Struct

from phiward.collectors.documents import Mapping
from phiward.collectors.kubernetes.form import Form, Source
from phiward.collectors.kubernetes.objects import items, mapping, text
from phiward.collectors.types.kubernetes import storage_class
from phiward.collectors.types.kubernetes.workload import namespace
from phiward.inventory.aspects import EncryptionAtRest
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown


class ClaimConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only claims have."""

    namespace: Maybe[str]
    storage_class: Maybe[str | None]
    """None: left out, the cluster's default class applies."""


TYPE = ResourceType(
    name="kubernetes.persistent_volume_claim",
    title="Kubernetes volume claim",
    aspects=(EncryptionAtRest,),
    config=ClaimConfig,
    relations={"storage_class": Relation("the class that its volume is made by", ("kubernetes.storage_class",))},
    stores_data=True,
)


def claim(source: Source) -> Iterable[Resource]:
    """Read one claim."""
    source.said("encryption_at_rest", "spec", "storageClassName")
    yield _resource(source, mapping(source.manifest.body, "spec"), "")


def stateful_set(source: Source) -> Iterable[Resource]:
    """Read the templates of claims in a StatefulSet."""
    for number, template in items(mapping(source.manifest.body, "spec"), "volumeClaimTemplates"):
        source.said("encryption_at_rest", "spec", "volumeClaimTemplates", number)
        name = text(mapping(template, "metadata"), "name")
        yield _resource(source, mapping(template, "spec"), f"/{name if isinstance(name, str) else number}")


def _resource(source: Source, spec: Mapping, suffix: str) -> Resource:
    name = text(spec, "storageClassName")
    found = source.cluster.named("StorageClass", name) if isinstance(name, str) else None
    if found is not None:
        encrypted = storage_class.encryption(found)
    elif isinstance(name, Unknown):
        encrypted = storage_class.unknown(name.reason)
    else:
        told = f"the storage class {name} is" if name else "the cluster's default storage class is"
        encrypted = storage_class.unknown(f"{told} not declared in what was scanned")
    return source.resource(
        TYPE,
        suffix=suffix,
        encryption_at_rest=encrypted,
        config=ClaimConfig(namespace=namespace(source.manifest), storage_class=name),
        relations={"storage_class": () if found is None else (source.cluster.identity(found),)},
    )


KUBERNETES = (
    Form(kinds={"PersistentVolumeClaim": ("",)}, build=claim),
    Form(kinds={"StatefulSet": ("apps",)}, build=stateful_set),
)
