"""What a source of code that can be read again and again says of it. `Session`s of each language give it."""

from typing import NamedTuple

from msgspec import Struct

from phiward.inventory.model import CollectionGap, Found


class Stamp(NamedTuple):
    """What tells one state of a file from another without reading it."""

    time: int
    size: int
    number: int


class Unit(Struct, frozen=True):
    """What one part of the code came to that is judged by itself: a root module, a root template."""

    found: tuple[Found, ...]
    """Its resources, the gaps of what is not written as its provider asks, and what comments ask for."""


class Refreshed(Struct, frozen=True):
    """What a look at the code came to."""

    changed: tuple[str, ...]
    """The files that were saved, made, or taken away, as people are told them."""
    units: dict[str, Unit]
    """What was evaluated again, by name."""
    gone: tuple[str, ...]
    """What is no more."""
    problems: tuple[CollectionGap, ...]
    """Everything that cannot be read at present."""


def stamp_of(path: str) -> Stamp | None:
    """Return the state of a file, None where there is none."""
    from os import stat

    try:
        state = stat(path)  # noqa: PTH116 - asked of every file, ten times a second
    except OSError:
        return None
    return Stamp(state.st_mtime_ns, state.st_size, state.st_ino)
