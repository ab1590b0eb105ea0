"""Secrets, as code writes them. Only what kind they are and how many values they hold is kept, never a value."""

from collections.abc import Iterable

from msgspec import Struct

from phiward.collectors.kubernetes.form import Form, Source, known
from phiward.collectors.kubernetes.objects import filled, mapping, text
from phiward.collectors.types.kubernetes.workload import namespace
from phiward.inventory.catalog import ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown


class SecretConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only secrets have."""

    namespace: Maybe[str]
    kind: Maybe[str]
    """`Opaque`, `kubernetes.io/tls`, ..."""
    encrypted: Maybe[bool]
    """Its values are encrypted in the file (SOPS)."""
    plain_values: Maybe[int]
    """How many values are written out: base64 hides nothing."""


TYPE = ResourceType(name="kubernetes.secret", title="Kubernetes secret", aspects=(), config=SecretConfig)


def build(source: Source) -> Iterable[Resource]:
    """Read one secret."""
    manifest = source.manifest
    encrypted = manifest.at("sops") is not None
    count = 0
    for key in ("data", "stringData"):
        values = mapping(manifest.body, key)
        written = [
            value
            for value in values.values()
            if value not in (None, "")
            and not isinstance(value, Unknown)
            and not isinstance(filled(str(value)), Unknown)
        ]
        if written and not count:
            source.said("config.plain_values", key)
        count += len(written)
    yield source.resource(
        TYPE,
        config=SecretConfig(
            namespace=namespace(manifest),
            kind=known(text(manifest.body, "type"), "Opaque"),
            encrypted=encrypted,
            plain_values=0 if encrypted else count,
        ),
    )


KUBERNETES = (Form(kinds={"Secret": ("",)}, build=build),)
