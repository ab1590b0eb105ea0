"""The lines of an inventory as the engine meets them: a resource, a gap, a comment, the header, or none of one."""

from collections.abc import Callable
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct

from phiward.errors import ContentError


class Head(Struct):
    """What any line of an inventory may be."""

    id: Any = None
    type: Any = None
    gap: Any = None
    phiward: Any = None
    waiver: Any = None


_HEADS: Final = msgspec.json.Decoder(Head)
_BROKEN = (msgspec.DecodeError, UnicodeError, RecursionError)


def header_of(line: bytes, number: int) -> Head:
    """Return what a line is: its `type`, or None for a gap, a comment and the inventory's own header.

    Raises `ContentError` with the line's number where it is none of an inventory.
    """
    try:
        head = _HEADS.decode(line)
    except _BROKEN as error:
        raise ContentError(f"not a line of an inventory: {error}", line=number) from error
    if head.gap is not None:
        return Head(gap=head.gap)
    if head.waiver is not None and head.type is None:
        return Head(waiver=head.waiver)
    if head.phiward is not None and head.type is None:
        return Head()
    if not isinstance(head.type, str) or not isinstance(head.id, str):
        raise ContentError("not a line of an inventory: a resource needs its `type` and `id`", line=number)
    return head


def body_of(line: bytes, number: int) -> dict[str, Any]:
    """Return a resource's line as plain data. Raises `ContentError` with the line's number."""
    try:
        return msgspec.json.decode(line, type=dict[str, Any])
    except _BROKEN as error:
        raise ContentError(f"not a line of an inventory: {error}", line=number) from error


def endings(name: str) -> tuple[bytes, bytes]:
    """Return how a canonical line of a type that hides nothing ends: `type` is the last member of the outer object.

    Members are sorted, and a quote inside a text is escaped, so nothing else can end so.
    """
    end = b',"type":' + msgspec.json.encode(name) + b"}"
    return end, end + b"\n"


def skipper(name: str) -> Callable[[bytes], Any]:
    """Return what takes the lines of one type only, and reads nothing of them but whether they hide something."""
    members: list[Any] = [("type", Literal.__getitem__(name)), ("unknown", Any, None)]
    return msgspec.json.Decoder(msgspec.defstruct("Skipped", members, gc=False)).decode
