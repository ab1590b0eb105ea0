"""Config maps: settings that everybody who may look at a namespace can read. Only the names of their keys are kept."""

import re
from collections.abc import Iterable

from msgspec import Struct

from phiward.collectors.kubernetes.form import Form, Source
from phiward.collectors.kubernetes.objects import mapping
from phiward.collectors.types.kubernetes.pod import secret_name, written_out
from phiward.collectors.types.kubernetes.workload import namespace
from phiward.inventory.catalog import ResourceType
from phiward.inventory.model import Maybe, Resource

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,99}\Z")


class ConfigMapConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only config maps have."""

    namespace: Maybe[str]
    secret_keys: Maybe[tuple[str, ...]]
    """Keys with the name of a secret that hold a value; also within a file of settings, as `app.env: DB_PASSWORD`."""


TYPE = ResourceType(name="kubernetes.config_map", title="Kubernetes config map", aspects=(), config=ConfigMapConfig)


def build(source: Source) -> Iterable[Resource]:
    """Read one config map."""
    data = mapping(source.manifest.body, "data")
    source.said("config.secret_keys", "data")
    found: list[str] = []
    for key, value in data.items():
        here = [key] if secret_name(key) and written_out(value) and "\n" not in str(value).strip() else []
        if isinstance(value, str) and "\n" in value.strip():
            here += [f"{key}: {name}" for name in _settings(value)]
        if here and not found:
            source.said("config.secret_keys", "data", key)
        found += here
    yield source.resource(TYPE, config=ConfigMapConfig(namespace=namespace(source.manifest), secret_keys=tuple(found)))


def _settings(text: str) -> Iterable[str]:
    """Yield the names of secrets in a file of settings: `NAME=value`, `name: value`."""
    for line in text.splitlines()[:10_000]:
        name, sign, value = line.partition("=") if "=" in line else line.partition(": ")
        name, value = name.strip().removeprefix("export ").strip("\"' "), value.strip().strip("\"',")
        if sign and _NAME.match(name) and secret_name(name) and written_out(value):
            yield name


KUBERNETES = (Form(kinds={"ConfigMap": ("",)}, build=build),)
