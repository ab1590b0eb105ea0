"""Settings that Terraform writes in nested blocks, or in resources of their own that belong to another."""

from collections.abc import Callable
from typing import Any, TypeVar

from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.types.aws.arguments import flag, text
from phiward.inventory.model import Maybe, Unknown

T = TypeVar("T")


def only(block: Block, *names: str) -> Block | Unknown | None:
    """Return the one nested block at a path of names; None where there is none."""
    found: Block | Unknown | None = block
    for name in names:
        if found is None or isinstance(found, Unknown):
            return found
        found = next(iter(found.blocks(name)), None)
    return found


def nested_flag(block: Block, *path: str, default: T, without: T) -> bool | Unknown | T:
    """Return the bool at a path (`"encrypt_at_rest", "enabled"`).

    `default` where the block does not set it, `without` where there is no such block.
    """
    return _at(block, path, without, lambda found: flag(found, path[-1], default))


def nested_text(block: Block, *path: str, default: T) -> str | Unknown | T:
    """Return the text at a path, `default` where it or its block is not set."""
    return _at(block, path, default, lambda found: text(found, path[-1], default))


def part(parts: Parts, kind: str) -> Block | Unknown | None:
    """Return the one resource of a type that is folded in: one that surely belongs before one that may."""
    found = parts.get(kind, [])
    sure = next((each for each in found if not isinstance(each, Unknown)), None)
    return sure if sure is not None else next(iter(found), None)


def _at(block: Block, path: tuple[str, ...], without: Any, read: Callable[[Block], Any]) -> Maybe[Any]:
    found = only(block, *path[:-1])
    if found is None:
        return without
    return found if isinstance(found, Unknown) else read(found)
