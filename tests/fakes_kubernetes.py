"""Kubernetes objects from a text, without any folder."""

import textwrap

from phiward.collectors.kubernetes.cluster import Cluster
from phiward.collectors.kubernetes.form import Source, discover, readers
from phiward.collectors.kubernetes.objects import Manifest
from phiward.collectors.kubernetes.reading import read
from phiward.inventory.catalog import Catalog
from phiward.inventory.model import Resource
from phiward.inventory.schema import problems

CATALOG = Catalog.of({of.name: of for of, _ in discover()}.values(), docs=True)


def manifests(text: str, file: str = "app.yaml") -> tuple[Manifest, ...]:
    """Read the objects of a text."""
    found = read(textwrap.dedent(text).encode(), file)
    assert not found.problems, found.problems
    return found.manifests


def resources(text: str, *types: str) -> list[Resource]:
    """Build the resources of some types out of a text, and hold them to their types. None named: all."""
    objects = manifests(text)
    cluster = Cluster(objects)
    built = [
        made
        for manifest in objects
        for of, form in readers(manifest)
        if not types or of.name in types
        for made in form.build(Source(manifest, cluster))
    ]
    for made in built:
        assert problems(made, CATALOG) == []
    return built


def one(text: str, type_name: str) -> Resource:
    """Build the one resource of a type."""
    (found,) = resources(text, type_name)
    return found
