"""The values of Terraform, and how much of each is known.

Known values are plain Python: str, int, float, bool, list, dict, and None for `null`. `Unknown` may stand for any of
them or for any leaf within. A text or JSON document of which only parts are known is an `Unknown` too, so that nobody
can take it for known, but keeps what it has: `PartlyKnownText`, `PartlyKnownJson`.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from msgspec import field

from phiward.inventory.unknown import Unknown

TEXT_SIZE = 4_000_000
"""The most characters of one computed text."""
COLLECTION_SIZE = 100_000
"""The most elements of one computed collection."""
VALUE_SIZE = 1_000_000
"""The most parts of one value, all that is within it; what is in several places counts in each."""


class PartlyKnownText(Unknown, frozen=True):
    """Text with parts that cannot be known: `arn:${data.aws_partition.current.partition}:iam::aws:policy/X`."""

    parts: tuple[str | Unknown, ...] = ()

    def pattern(self) -> str:
        """Return the text as a regular expression that matches every text it can turn out to be."""
        import re

        return "".join(re.escape(part) if isinstance(part, str) else "(?s:.*)" for part in self.parts)


class PartlyKnownJson(Unknown, frozen=True):
    """JSON text of a value with leaves that cannot be known. `value` is the structure, `Unknown` leaves and all."""

    value: Any = None


class SeveralUnknown(Unknown, frozen=True):
    """The instances of a resource whose `count` or `for_each` is not known; `instance` stands for any one of them."""

    instance: Any = None
    known: dict[Any, Any] = field(default_factory=dict)
    """The instances that surely exist, by key."""


class SetOf(list[Any]):
    """A set, in Terraform's order of iteration: sorted, each element once."""


class ListOf(list[Any]):
    """A list that is surely one, of a declared type or of a function, and so never equal to a tuple such as `[]`."""


class MapOf(dict[str, Any]):
    """A map that is surely one, and so never equal to an object such as `{}`."""


class Failure(Exception):  # noqa: N818 - a result that `try` takes, not a fault of ours
    """An expression that Terraform itself would refuse; `try` and `can` see it, a block sees `Unknown`."""


class Exhausted(Exception):  # noqa: N818 - likewise
    """The evaluation budget is used up. Nothing inside the language can catch it."""


class Handle:
    """A resource, data source or module inside an expression: its attributes are read when asked for."""

    __slots__ = ()

    def attribute(self, name: str) -> Any:
        """Return the value of an attribute, `Unknown` where it is not known before apply."""
        raise Failure(f"there is no attribute {name}")

    def opaque(self) -> Unknown:
        """Return what is left of it where a plain value is needed."""
        return Unknown("a whole resource is not a plain value")

    def expanded(self) -> Any:
        """Return it as a map, where all of its attributes are known by name; else what `opaque` returns."""
        return self.opaque()


def both(*values: Any) -> Unknown:
    """Join what is unknown of several values: the first reason, all references."""
    found = [value for value in values if isinstance(value, Unknown)]
    refs = dict.fromkeys(ref for value in found for ref in value.refs)
    return Unknown(found[0].reason, tuple(refs))


def unknowns(value: Any, *, handles: bool = True) -> Iterator[Unknown]:
    """Yield every unknown within a value; whole resources are among them unless `handles` is False.

    What is in several places is looked at once.
    """
    if not isinstance(value, dict | list):
        if isinstance(value, Unknown) or (handles and isinstance(value, Handle)):
            yield value if isinstance(value, Unknown) else value.opaque()
        return
    stack: list[Any] = [value]
    seen: set[int] = set()
    while stack:
        item = stack.pop()
        if isinstance(item, str | int | float):
            continue
        if isinstance(item, Unknown):
            yield item
        elif isinstance(item, Handle):
            if handles:
                yield item.opaque()
        elif isinstance(item, dict | list) and id(item) not in seen:
            seen.add(id(item))
            stack.extend(reversed(item.values() if isinstance(item, dict) else item))


def parts_in(value: Any) -> int:
    """Return how many parts a value has when it is written out. Raises `Exhausted` where that is too many.

    Ten lists that each name the one before ten times take no room as they are, and fill a disk when they are copied.
    The time this takes grows with what is there once.
    """
    if not isinstance(value, list | dict):
        return 1
    sizes: dict[int, int] = {}
    stack: list[Any] = [value]
    size = 0
    while stack:
        item = stack[-1]
        inner = [each for each in (item.values() if isinstance(item, dict) else item) if isinstance(each, list | dict)]
        waiting = [each for each in inner if id(each) not in sizes]
        if waiting and id(item) not in sizes:
            stack.extend(waiting)
            continue
        stack.pop()
        sizes[id(item)] = size = 1 + len(item) - len(inner) + sum(sizes[id(each)] for each in inner)
        if size > VALUE_SIZE:
            raise Exhausted(f"a value has more than {VALUE_SIZE:,} parts")
    return size


def plain(value: Any) -> Any:
    """Return a value free of handles and set marks, as the type modules read it."""
    if isinstance(value, Handle):
        whole = value.expanded()
        return whole if isinstance(whole, Unknown) else plain(whole)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


_KINDS = {
    bool: "bool", int: "number", float: "number", str: "string", list: "list", ListOf: "list", SetOf: "set",
    dict: "map", MapOf: "map",
}  # fmt: skip


def kind(value: Any) -> str:
    """Name a value's type, for error messages."""
    if value is None:
        return "null"
    return _KINDS.get(type(value), "resource")


def number_text(value: float) -> str:
    """Write a number the way Terraform does: no exponent, no trailing `.0`."""
    if isinstance(value, int):
        return str(value)
    if value.is_integer():
        return str(int(value))
    text = repr(value)
    if "e" in text:
        from decimal import Decimal

        text = format(Decimal(text), "f")
    return text


def as_text(value: Any) -> Any:
    """Convert to a string (`Unknown` stays)."""
    if isinstance(value, str | Unknown):
        return value
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, int | float):
        return number_text(value)
    if isinstance(value, Handle):
        return value.opaque()
    raise Failure(f"a string is required, not a {kind(value)}")


def as_number(value: Any) -> Any:
    """Convert to a number (`Unknown` stays)."""
    if isinstance(value, Unknown) or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    if isinstance(value, str) and len(value) < 300:
        from math import isfinite

        try:
            if value.lstrip("+-").isascii() and value.lstrip("+-").isdigit():
                return int(value)
            number = float(value) if "_" not in value and value.strip() == value else float("nan")
        except ValueError:
            number = float("nan")
        if isfinite(number):
            return int(number) if number.is_integer() else number
    if isinstance(value, Handle):
        return value.opaque()
    raise Failure(f"a number is required, not a {kind(value)}")


_TRUTHS = {"true": True, "1": True, "false": False, "0": False}


def as_bool(value: Any) -> Any:
    """Convert to a bool (`Unknown` stays)."""
    if isinstance(value, bool | Unknown):
        return value
    if isinstance(value, str) and value in _TRUTHS:
        return _TRUTHS[value]
    if isinstance(value, Handle):
        return value.opaque()
    raise Failure(f"a bool is required, not a {kind(value)}")


def concat(parts: Iterable[Any]) -> Any:
    """Join texts into one, partly known where one of them is not."""
    out: list[str | Unknown] = []
    size = 0
    for part in parts:
        pieces = part.parts if isinstance(part, PartlyKnownText) else (part,)
        for piece in pieces:
            if isinstance(piece, str):
                size += len(piece)
                if size > TEXT_SIZE:
                    raise Exhausted(f"a text grows beyond {TEXT_SIZE} characters")
                if out and isinstance(out[-1], str):
                    out[-1] += piece
                    continue
            out.append(piece)
    missing = [part for part in out if isinstance(part, Unknown)]
    if not missing:
        return "".join(part for part in out if isinstance(part, str))
    if len(out) == 1:
        return out[0]
    joined = both(*missing)
    return PartlyKnownText(joined.reason, joined.refs, tuple(out))


def same(left: Any, right: Any) -> Any:
    """Compare as `==` does: a bool, or `Unknown` where what is known does not decide."""
    if isinstance(left, Handle):
        left = left.opaque()
    if isinstance(right, Handle):
        right = right.opaque()
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        if isinstance(left, PartlyKnownText) and isinstance(right, str):
            return _could_be(left, right)
        if isinstance(right, PartlyKnownText) and isinstance(left, str):
            return _could_be(right, left)
        return both(left, right)
    if left is None or right is None:
        return left is right
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, list) and isinstance(right, list):
        return _all_same([(a, b) for a, b in zip(left, right, strict=False)], len(left) == len(right))
    if isinstance(left, dict) and isinstance(right, dict):
        return _all_same([(left[key], right[key]) for key in left if key in right], left.keys() == right.keys())
    return bool(left == right)


def _could_be(text: PartlyKnownText, other: str) -> Any:
    first, last = text.parts[0], text.parts[-1]
    if isinstance(first, str) and not other.startswith(first):
        return False
    if isinstance(last, str) and not other.endswith(last):
        return False
    return Unknown(text.reason, text.refs)


def _all_same(pairs: list[tuple[Any, Any]], alike: bool) -> Any:
    if not alike:
        return False
    results = [same(a, b) for a, b in pairs]
    if any(result is False for result in results):
        return False
    missing = [result for result in results if isinstance(result, Unknown)]
    return both(*missing) if missing else True


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _load(text: str) -> Any:
    return json.loads(text, parse_constant=_no_constant)


def decode_json(value: Any, load: Callable[[str], Any] = _load) -> Any:
    """Read JSON that may be partly known. The structure comes back, with `Unknown` where it was. Raises `Failure`.

    A text with holes is read with a mark in each hole: holes inside a string leave a `PartlyKnownText`, one that stands
    for a whole value leaves `Unknown`.
    """
    if isinstance(value, PartlyKnownJson):
        return value.value
    if isinstance(value, PartlyKnownText):
        holes: dict[str, Unknown] = {}
        text = ""
        for part in value.parts:
            if isinstance(part, str):
                text += part
                continue
            mark = f"\ue000{len(holes)}\ue001"
            holes[mark] = part
            text += mark
        for attempt in (text, _quoted_holes(text)):
            try:
                return _refilled(load(attempt), holes)
            except (ValueError, RecursionError):
                continue
        return Unknown(value.reason, value.refs)
    if isinstance(value, str):
        try:
            return _whole(load(value))
        except (ValueError, RecursionError) as error:
            raise Failure(f"this is not JSON: {error}") from None
    return value


def _quoted_holes(text: str) -> str:
    """Put quotes around the marks that stand outside a string."""
    out, inside, at = [], False, 0
    while at < len(text):
        char = text[at]
        if char == "\\" and inside:
            out.append(text[at : at + 2])
            at += 2
            continue
        if char == '"':
            inside = not inside
        if char == "\ue000" and not inside:
            stop = text.index("\ue001", at) + 1
            out.append(f'"{text[at:stop]}"')
            at = stop
            continue
        out.append(char)
        at += 1
    return "".join(out)


def _refilled(value: Any, holes: dict[str, Unknown]) -> Any:
    import re

    if isinstance(value, str) and "\ue000" in value:
        pieces = re.split("(\ue000[0-9]+\ue001)", value)
        return concat(holes.get(piece, piece) for piece in pieces if piece)
    if isinstance(value, list):
        return [_refilled(item, holes) for item in value]
    if isinstance(value, dict):
        if any("\ue000" in key for key in value):
            return both(*holes.values())
        return {key: _refilled(item, holes) for key, item in value.items()}
    return _whole(value)


def _whole(value: Any) -> Any:
    if isinstance(value, str) and not value.isascii():
        return value.encode("utf-8", "replace").decode()  # half of a surrogate pair is no character
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_whole(item) for item in value]
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items()}
    return value
