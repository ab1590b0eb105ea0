"""What botocore knows of the services, kept only so far as it is asked.

botocore reads a service's whole model, prose and all, and keeps it: 15 MB for EC2 alone. Here a model keeps the
operations that a type module asks (`questions`), with the shapes that lead from them, and no prose; that takes two
thirds of a scan's memory away, and nothing of what it can ask. A service that no type module asks is kept whole (its
operations are asked by the login, or by listing accounts).
"""

import gzip
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from botocore import xform_name
from botocore.loaders import JSONFileLoader, create_loader

from phiward.collectors.aws import questions

_MODEL = "service-2"
_PROSE = ("documentation", "documentationUrl")
_FOLLOWED = {
    "s3": frozenset({"head_bucket", "create_session"}),
    "ec2": frozenset({questions.REGIONS.operation}),
    "config": frozenset(
        {
            "describe_configuration_aggregator_sources_status",
            "describe_configuration_recorder_status",
            "describe_configuration_recorders",
            "get_aggregate_discovered_resource_counts",
            "select_aggregate_resource_config",
            "select_resource_config",
        }
    ),
}
"""What botocore itself may send while it follows an answer, what finds the regions, and how AWS Config is read."""


class Files(JSONFileLoader):  # type: ignore[misc]
    """Reads botocore's data files."""

    def load_file(self, file_path: str) -> Any:
        """Return the data of a file, given without its ending; None where there is no such file."""
        data = _read(Path(file_path))
        place = Path(file_path)
        if data is not None and place.name == _MODEL:
            return slim(data, asked(place.parent.parent.name))
        return data


def loader(session: Any) -> Any:
    """Return a loader of data for a session."""
    made = create_loader(session.get_config_variable("data_path"))
    made.file_loader = Files()
    return made


@cache
def asked(service: str) -> frozenset[str] | None:
    """Return the operations of a service that may be asked, as boto3 calls them; None: all."""
    found = {each.operation for every in questions.by_type().values() for each in every if each.service == service}
    return frozenset(found) | _FOLLOWED.get(service, frozenset()) if found else None


def slim(model: dict[str, Any], operations: frozenset[str] | None) -> dict[str, Any]:
    """Return a service's model with these operations, the shapes that they lead to, and no prose."""
    kept = {
        name: _bare(operation)
        for name, operation in model["operations"].items()
        if operations is None or xform_name(name) in operations
    }
    shapes: dict[str, Any] = {}
    waiting = [name for operation in kept.values() for name in _named(operation)]
    while waiting:
        name = waiting.pop()
        if name not in shapes:
            shapes[name] = _bare(model["shapes"][name])
            waiting += _named(shapes[name])
    order = {name: shapes[name] for name in model["shapes"] if name in shapes}
    return {**_bare({key: model[key] for key in model if key not in ("operations", "shapes")}), "operations": kept} | {
        "shapes": order
    }


def _named(given: Any) -> list[str]:
    """Return the shapes that a piece of a model names."""
    if isinstance(given, list):
        return [name for each in given for name in _named(each)]
    if not isinstance(given, dict):
        return []
    here = [given["shape"]] if isinstance(given.get("shape"), str) else []
    return here + [name for each in given.values() for name in _named(each)]


def _bare(given: Any) -> Any:
    """Return a piece of a model with its prose emptied: botocore looks some of it up.

    A member may be called `documentation` too: that is no text.
    """
    if isinstance(given, list):
        return [_bare(each) for each in given]
    if isinstance(given, dict):
        return {key: "" if key in _PROSE and isinstance(value, str) else _bare(value) for key, value in given.items()}
    return given


def _read(place: Path) -> Any:
    plain, packed = place.with_name(f"{place.name}.json"), place.with_name(f"{place.name}.json.gz")
    if plain.is_file():
        return msgspec.json.decode(plain.read_bytes())
    if packed.is_file():
        return msgspec.json.decode(gzip.decompress(packed.read_bytes()))
    return None
