"""Packs of controls that other distributions bring along: found by entry point, without running any of their code.

A distribution names under the group `phiward.controls` the package that carries its YAML, and behind a `:` perhaps a
folder in it:

    [project.entry-points."phiward.controls"]
    acme = "acme_controls"

Looking through every installed distribution takes longer than a small scan, so what was found is kept until something
is installed or taken away.
"""

from __future__ import annotations

import os
import re
import sys
from functools import cache
from pathlib import Path

import msgspec
from msgspec import Struct

from phiward.errors import ContentError

GROUP = "phiward.controls"


class Pack(Struct, frozen=True):
    """An installed pack: its name, the distribution with its version, and where its controls lie."""

    name: str
    distribution: str
    version: str
    folder: str

    @property
    def label(self) -> str:
        """How people are told of it."""
        return f"{self.name} ({self.distribution} {self.version})"


_NAME = re.compile(r"[\w-]+")
_PACKS = msgspec.json.Decoder(tuple[Pack, ...])


@cache
def installed() -> tuple[Pack, ...]:
    """Return every installed pack, sorted by name. Raises `ContentError`, which names it, for one that is broken."""
    from phiward import kept

    folder = kept.folder()
    place = folder / f"{_state()}.packs"
    data = kept.read(place)
    if data is not None:
        try:
            return _PACKS.decode(data)
        except msgspec.DecodeError:
            pass
    found = _found()
    kept.write(place, msgspec.json.encode(found))
    return found


def _state() -> str:
    """Return a digest that changes whenever a distribution is installed or taken away."""
    from hashlib import sha256

    seen = sha256(f"{sys.version} {Path(__file__).stat().st_mtime_ns}\n".encode())
    for entry in sys.path:
        try:
            seen.update(f"{entry} {os.stat(entry or '.').st_mtime_ns}\n".encode())  # noqa: PTH116 - on every warm start
        except OSError:
            continue  # an entry that is not there holds no distribution
    return seen.hexdigest()


def _found() -> tuple[Pack, ...]:
    from importlib.metadata import entry_points

    found: dict[str, Pack] = {}
    for entry in sorted(entry_points(group=GROUP), key=lambda each: (each.name, each.value)):
        distribution = entry.dist.name if entry.dist is not None else "?"
        version = entry.dist.version if entry.dist is not None else "?"
        label = f"the pack {entry.name!r} of {distribution} {version}"
        if (first := found.get(entry.name)) is not None:
            if first.distribution == distribution:
                continue  # the same distribution lies on the path twice
            raise ContentError(f"is also the name of a pack of {first.distribution}: uninstall one", file=label)
        found[entry.name] = Pack(entry.name, distribution, version, str(_folder(entry.value, label)))
    return tuple(found.values())


def _folder(value: str, label: str) -> Path:
    """Return the folder that an entry point names. Its top package is looked up, not imported."""
    from importlib.util import find_spec

    module, _, inner = value.partition(":")
    top, *below = module.strip().split(".")
    parts = [*below, *inner.strip().split(".")] if inner.strip() else below
    try:
        spec = find_spec(top) if all(_NAME.fullmatch(part) for part in (top, *parts)) else None
    except (ImportError, ValueError) as error:
        raise ContentError(f"cannot be found: {error}", file=label) from error
    for location in (spec.submodule_search_locations or ()) if spec is not None else ():
        folder = Path(location, *parts)
        if folder.is_dir():
            return folder
    raise ContentError(f"names {value!r}, which is no folder of an installed package: install it again", file=label)
