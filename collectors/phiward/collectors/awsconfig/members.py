"""Structures of configuration items, read by the names that the service's own API gives their members.

AWS Config writes what a service describes in other capitals (`dBInstanceArn`, `dbclusterArn`, `ssedescription`), writes
`null` or leaves a member out where the service says nothing, and wraps some words as `{"value": word}`. A member that
an item does not hold at all may be one that AWS Config does not record: reading it is noted, so that what rests on it
can be told as unknown instead of taken for the service's default.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from threading import local
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from phiward.collectors.awsconfig.item import Item

_TIMES = ("time", "date", "createdat", "notafter", "notbefore", "issuedat", "importedat", "lastmodified")
_MISSING = object()
_MILLISECONDS = 100_000_000_000
"""Numbers above it count milliseconds since 1970; as seconds they would lie beyond the year 5000."""


class _Noting(local):
    missed: set[str] | None = None


_NOTING = _Noting()


@contextmanager
def noting() -> Iterator[set[str]]:
    """Collect what this thread reads meanwhile and is not there: `AWS::RDS::DBInstance networktype`."""
    before = _NOTING.missed
    missed: set[str] = set()
    _NOTING.missed = missed
    try:
        yield missed
    finally:
        _NOTING.missed = before


class NotRecordedError(KeyError):
    """An item lacks a member that nothing can be said without."""

    def __str__(self) -> str:
        return str(self.args[0])


class Members(dict[str, Any]):
    """A structure of an item. Its members are found whatever their capitals."""

    __slots__ = ("_made", "_names", "item", "place")

    def __init__(self, given: Mapping[str, Any], place: str, item: Item | None = None) -> None:
        super().__init__(given)
        self.place = place
        """The resource type, and behind a space the path within its configuration."""
        self.item = item
        """The item that it is the whole of."""
        self._names = {name.lower(): name for name in given}
        self._made: dict[str, Any] = {}
        """Its members by the names that were asked for, structures and lists of them made into such as this one."""

    def get(self, name: str, default: Any = None) -> Any:
        """Return a member, `default` where it is null or not there; the latter is noted, and an empty structure."""
        value = self._made[name] if name in self._made else self._made_of(name)
        if value is _MISSING:
            self._note(name)
            return default
        return default if value is None else value

    def __getitem__(self, name: str) -> Any:
        value = self._made[name] if name in self._made else self._made_of(name)
        if value is None or value is _MISSING:
            raise NotRecordedError(f"the configuration item of {self.place.partition(' ')[0]} does not hold {name}")
        return value

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.get(name) is not None

    def items(self) -> Any:
        """Return the members by their recorded names."""
        return [(name, self._wrapped(name, value)) for name, value in super().items() if value is not None]

    def values(self) -> Any:
        """Return the values of the members."""
        return [value for _, value in self.items()]

    def holds(self, name: str) -> bool:
        """Say whether a member is there, be it null; nothing is noted. An empty structure tells nothing."""
        real = self._real(name)
        return real is not None and super().__getitem__(real) != {}

    def with_(self, **more: Any) -> Members:
        """Return the same structure with members of the API's names added or replaced."""
        given = {name: value for name, value in super().items() if name.lower() not in {key.lower() for key in more}}
        return Members({**given, **more}, self.place, self.item)

    def without(self, *names: str) -> Members:
        """Return the same structure without some members."""
        gone = {name.lower() for name in names}
        given = {name: value for name, value in super().items() if name.lower() not in gone}
        return Members(given, self.place, self.item)

    def _real(self, name: str) -> str | None:
        if super().__contains__(name):
            return name
        return self._names.get(name.lower())

    def _note(self, name: str) -> None:
        if _NOTING.missed is not None:
            _NOTING.missed.add(f"{self._below(name)}")

    def _below(self, name: str) -> str:
        return f"{self.place}{'.' if ' ' in self.place else ' '}{name.lower()}"

    def _made_of(self, name: str) -> Any:
        real = self._real(name)
        value = None if real is None else super().__getitem__(real)
        made = _MISSING if real is None or value == {} else self._wrapped(name, value)
        self._made[name] = made
        return made

    def _wrapped(self, name: str, value: Any) -> Any:
        if isinstance(value, dict | list):
            return wrapped(value, self._below(name))
        if isinstance(value, int | float) and not isinstance(value, bool) and name.lower().endswith(_TIMES):
            return moment(value)
        return value


def wrapped(value: Any, place: str) -> Any:
    """Return a value of an item with its structures as `Members`."""
    if isinstance(value, Members):
        return value
    if isinstance(value, dict):
        if len(value) == 1 and "value" in value and not isinstance(value["value"], dict | list):
            return value["value"]
        return Members(value, place)
    if isinstance(value, list):
        return [wrapped(each, place) for each in value if each is not None]
    return value


def moment(value: float) -> datetime:
    """Return a time that AWS Config wrote as seconds or milliseconds since 1970."""
    return datetime.fromtimestamp(value / 1000 if value > _MILLISECONDS else value, tz=UTC)
