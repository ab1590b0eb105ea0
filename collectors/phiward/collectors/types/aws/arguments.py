"""Terraform arguments, read as the type that the provider declares for them.

Terraform itself converts `"true"` to a bool and `"30"` to a number. A value of another shape cannot be applied, so it
says nothing about what will be deployed: it is `Unknown`.
"""

from typing import Any, TypeVar

from phiward.collectors.terraform.addresses import parse
from phiward.collectors.terraform.block import Block
from phiward.collectors.terraform.evaluate.values import PartlyKnownText
from phiward.collectors.terraform.form import Source
from phiward.inventory.model import Maybe, Unknown

T = TypeVar("T")

_FLAGS = {"true": True, "false": False, "1": True, "0": False}


def surely_set(value: Unknown) -> bool:
    """Say whether a value that is not known yet is one all the same: nothing but other resources decide it.

    What waits for a variable may be `null`, which is as good as left out: it does not count, but as a part of a text.
    """
    if isinstance(value, PartlyKnownText):
        return True
    return bool(value.refs) and all(parse(reference) is not None for reference in value.refs)


def is_set(block: Block, name: str) -> Maybe[bool]:
    """Say whether an argument is given; one that is empty is not."""
    value = block.get(name)
    if isinstance(value, Unknown):
        return surely_set(value) or value
    return value not in (None, "", [])


def flag(block: Block, name: str, default: T) -> bool | Unknown | T:
    """Return a bool argument, or `default` where it is not set."""
    value = block.get(name, default)
    if value is None or value is default:
        return default
    if isinstance(value, bool | Unknown):
        return value
    return _FLAGS.get(str(value), Unknown(f"{name} is not a bool"))


def there(block: Block, source: Source) -> bool | Unknown:
    """Return True for a block that will be there, `Unknown` for one that may not (`count = var.on ? 1 : 0`)."""
    sure = source.certain(block)
    return sure if isinstance(sure, Unknown) else True


def number(block: Block, name: str, default: T) -> int | Unknown | T:
    """Return a whole-number argument, or `default` where it is not set."""
    value = block.get(name, default)
    return default if value is None or value is default else as_number(name, value)


def as_number(name: str, value: Any) -> Maybe[int]:
    """Return a given value as a whole number."""
    if isinstance(value, Unknown):
        return value
    if isinstance(value, int | float | str) and not isinstance(value, bool):
        try:
            return int(value)
        except ValueError:
            pass
    return Unknown(f"{name} is not a whole number")


def text(block: Block, name: str, default: T) -> str | Unknown | T:
    """Return a string argument, or `default` where it is not set."""
    value = block.get(name, default)
    return default if value is None or value is default else as_text(name, value)


def as_text(name: str, value: Any) -> Maybe[str]:
    """Return a given value as a string."""
    if isinstance(value, str | Unknown):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    return Unknown(f"{name} is not a string")


def texts(block: Block, name: str) -> Maybe[tuple[Maybe[str], ...]]:
    """Return a list or set of strings, empty where it is not set."""
    return as_texts(name, block.get(name))


def as_texts(name: str, value: Any) -> Maybe[tuple[Maybe[str], ...]]:
    """Return a given value as strings."""
    if value is None:
        return ()
    if isinstance(value, Unknown):
        return value
    if isinstance(value, list | tuple | set):
        return tuple(as_text(name, element) for element in value if element is not None)
    return Unknown(f"{name} is not a list")
