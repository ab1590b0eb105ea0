"""What the unknowns of a resource hide, and from which control.

An inventory has few different unknown paths, so that each is looked at once for each type.
"""

from collections.abc import Iterable
from typing import Any, Final

from phiward.engine.condition import Condition, paths

_OF_EVERYTHING: Final = frozenset({"account", "type", "id"})
_NOBODY: Final[frozenset[int]] = frozenset()
_MOST_PATHS: Final = 10_000
"""Unknown paths that are remembered: a hostile inventory could have no end of them."""


class Hidden:
    """Which of some numbered conditions read what a line lists as unknown."""

    def __init__(self, everything: Iterable[tuple[int, Condition | None, Condition]]) -> None:
        self._read = {
            number: frozenset(path for one in (where, condition) if one is not None for path in paths(one))
            for number, where, condition in everything
        }
        self._touched: dict[str, frozenset[int]] = {}
        self._covered: dict[tuple[int, str], frozenset[str]] = {}

    def touched(self, unknown: Any) -> frozenset[int]:
        """Return the numbers that read something on, above or below a path of a line's `unknown`."""
        found = _NOBODY
        for entry in unknown:
            path = entry[0]
            hit = self._touched.get(path)
            if hit is None:
                hit = self._hit(path)
            if hit:
                found = found | hit
        return found

    def wholly(self, number: int, unknown: Any) -> tuple[str, ...] | None:
        """Return the unknown paths that hide from a number everything that it reads; None where they leave something.

        Then every test of it is unknown, whatever else the resource holds.
        """
        by = tuple(entry[0] for entry in unknown if number in self._touched.get(entry[0], _NOBODY))
        if not by:
            return None
        left = self._read[number]
        for path in by:
            covered = self._covered.get((number, path))
            if covered is None:
                covered = frozenset(each for each in self._read[number] if f"{each}.".startswith(f"{path}."))
                if len(self._covered) < _MOST_PATHS:
                    self._covered[number, path] = covered
            left = left - covered
        return None if left or any("[" in path for path in by) else by

    def _hit(self, path: str) -> frozenset[int]:
        whole = path.partition("[")[0]  # an element, or a key that needs quotes: all of what holds it
        hit = frozenset(
            number
            for number, read in self._read.items()
            if any(_meet(whole, each) for each in read) or any(_meet(whole, each) for each in _OF_EVERYTHING)
        )
        if len(self._touched) < _MOST_PATHS:
            self._touched[path] = hit
        return hit


def _meet(path: str, other: str) -> bool:
    """Say whether one path is the other, or lies above or below it."""
    return f"{path}.".startswith(f"{other}.") or f"{other}.".startswith(f"{path}.")
