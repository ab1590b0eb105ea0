"""Times, durations, versions, networks and patterns: the constants of a condition, and the values they meet.

Each function takes text as a resource states it and returns something that compares, or raises `ValueError` with
words for a reader. Answers are remembered, since the same few values come back throughout an inventory.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, TypeAlias

Networks: TypeAlias = tuple[tuple[int, int, int], ...]
"""Version, first and last address of each network."""

PATTERN_INPUT = 1024
"""Characters of the longest text that a pattern is asked about."""
PATTERN_REPEATS = 2
"""How many unbounded repeats one pattern may have."""

_DATE = "[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_TIME = re.compile(_DATE + "(?:T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z)?")
_DURATION = re.compile(r"([0-9]{1,6})([mhdw])")
_MOMENT = re.compile(r"now(?:([+-])([0-9]{1,6}[mhdw]))?")
_VERSION = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9}){0,9}")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_FORMAT = "%Y-%m-%dT%H:%M:%SZ"


@lru_cache(maxsize=4096)
def instant(text: str) -> str:
    """Return a time or date, which compares as text, once it is known to be well formed."""
    if _TIME.fullmatch(text):
        return text
    raise ValueError(f"{text[:40]!r} is not a time like 2026-11-23T00:00:00Z or a date like 2026-11-23")


@lru_cache(maxsize=1024)
def duration(text: str) -> timedelta:
    """Return a duration such as `90d`, `12h`, `30m`, `2w`."""
    if found := _DURATION.fullmatch(text):
        return timedelta(**{_UNITS[found[2]]: int(found[1])})
    raise ValueError(f"{text[:40]!r} is not a duration like 90d, 12h, 30m or 2w")


@lru_cache(maxsize=1024)
def moment(text: str, now: str) -> str:
    """Return the time that a constant means: a time, a date, `now`, or `now` with a duration added or taken off."""
    found = _MOMENT.fullmatch(text)
    if not found:
        return instant(text)
    try:
        start = datetime.fromisoformat(now)
    except ValueError:
        start = None
    if start is None or f"{start:{_FORMAT}}" != now:
        raise ValueError(f"the time now, {now[:40]!r}, is not of the form 2026-11-23T00:00:00Z")
    if found[1]:
        step = duration(found[2])
        try:
            start = start + step if found[1] == "+" else start - step
        except OverflowError:
            raise ValueError(f"{text!r} is outside the calendar") from None
    return start.strftime(_FORMAT).zfill(20)


def before(text: str, limit: str) -> bool:
    """Say whether a time lies before another. A date is compared with the other's date."""
    value = instant(text)
    return value < (limit if len(value) > 10 else limit[:10])


def after(text: str, limit: str) -> bool:
    """Say whether a time lies after another. A date is compared with the other's date."""
    value = instant(text)
    return value[: len(limit)] > (limit if len(value) > 10 else limit[:10])


@lru_cache(maxsize=4096)
def version(text: str) -> tuple[int, ...]:
    """Return a dotted version as numbers, trailing zeros left off: 1.2 and 1.2.0 are one version."""
    if not _VERSION.fullmatch(text):
        raise ValueError(f"{text[:40]!r} is not a dotted version like 1.2.3")
    numbers = [int(part) for part in text.split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


@lru_cache(maxsize=65536)
def network(text: str) -> tuple[int, int, int]:
    """Return an address or network as its version, first and last address."""
    import ipaddress

    try:
        found = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise ValueError(f"{text[:40]!r} is not an address or network (CIDR)") from None
    return found.version, int(found.network_address), int(found.broadcast_address)


def networks(texts: Any) -> Networks:
    """Return one network or several."""
    return tuple(network(text) for text in ([texts] if isinstance(texts, str) else texts))


@lru_cache(maxsize=65536)
def within(text: str, outer: Networks) -> bool:
    """Say whether a network lies wholly inside one of others."""
    kind, first, last = network(text)
    return any(kind == other and low <= first and last <= high for other, low, high in outer)


@lru_cache(maxsize=65536)
def overlaps(text: str, others: Networks) -> bool:
    """Say whether a network shares an address with one of others."""
    kind, first, last = network(text)
    return any(kind == other and low <= last and first <= high for other, low, high in others)


@lru_cache(maxsize=1024)
def pattern(text: str) -> Callable[[str], Any]:
    """Compile a pattern, searched for anywhere in a text, that cannot be made to run for ever.

    Refused: look-around, back-references, conditional groups, a repeat inside a repeat, and more than two unbounded
    repeats. Raises `ValueError`.
    """
    if len(text) > 500:
        raise ValueError("is longer than 500 characters")
    try:
        compiled = re.compile(text)
        tree = _parser().parse(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"is not a regular expression: {error}") from error
    if _repeats(tree, inside=False) > PATTERN_REPEATS:
        raise ValueError(f"has more than {PATTERN_REPEATS} unbounded repeats, which can take too long")
    return compiled.search


def matches(text: str, search: Callable[[str], Any]) -> bool:
    """Search a text for a compiled pattern. A text too long to search is a `ValueError`."""
    if len(text) > PATTERN_INPUT:
        raise ValueError(f"is longer than {PATTERN_INPUT} characters, more than patterns are asked about")
    return search(text) is not None


def has_entry(entries: dict[str, Any], key: Callable[[str], Any], value: Callable[[str], Any] | None) -> bool:
    """Say whether a map has an entry that fits. Raises `ValueError` where one that may fit is not text, or too long."""
    doubt: ValueError | None = None
    for name, held in entries.items():
        try:
            if matches(name, key) and (value is None or matches(_text(held), value)):
                return True
        except ValueError as error:
            doubt = error
    if doubt is not None:
        raise doubt
    return False


def _text(held: Any) -> str:
    if not isinstance(held, str):
        raise ValueError("an entry is not text")  # noqa: TRY004 - told as a value that cannot be compared
    return held


def _parser() -> Any:
    """Return the standard library's parser of regular expressions."""
    import importlib

    return importlib.import_module("re._parser")


_PLAIN = frozenset({"LITERAL", "NOT_LITERAL", "ANY", "IN", "AT", "BRANCH", "SUBPATTERN", "MAX_REPEAT", "MIN_REPEAT"})
_SMALL_REPEAT = 64


def _repeats(tree: Any, *, inside: bool) -> int:
    """Count the unbounded repeats of a parsed pattern; refuse what backtracks without bound."""
    total = 0
    for operation, argument in tree:
        name = str(operation)
        if name not in _PLAIN:
            raise ValueError(f"uses {name.lower().replace('_', ' ')}, which is not supported")
        if name in ("MAX_REPEAT", "MIN_REPEAT"):
            _low, high, body = argument
            if high == 1:
                total += _repeats(body, inside=inside)
                continue
            if inside:
                raise ValueError("repeats something that repeats, which can take too long")
            _repeats(body, inside=True)
            total += int(high) > _SMALL_REPEAT
        elif name == "SUBPATTERN":
            total += _repeats(argument[-1], inside=inside)
        elif name == "BRANCH":
            total += sum(_repeats(branch, inside=inside) for branch in argument[1])
    return total
