"""Matching text with the program of a pattern, in steps no more than its length times that of the text."""

from collections.abc import Callable, Iterator
from typing import Any

from phiward.collectors.terraform.evaluate.functions.patterns import Program, compiled
from phiward.collectors.terraform.evaluate.values import Exhausted

_AT_ONCE = 300_000
_SUBJECT = 100_000


class Match:
    """Where a pattern was found, and its groups."""

    def __init__(self, text: str, program: Program, slots: list[int | None]) -> None:
        self._text = text
        self._slots = slots
        self.program = program

    @property
    def start(self) -> int:
        """Where it begins."""
        return self._slots[0] or 0

    @property
    def end(self) -> int:
        """Where it ends."""
        return self._slots[1] or 0

    def group(self, number: int) -> str | None:
        """Return what a group took, the whole for 0; None where it took nothing or is not there."""
        if not 0 <= number <= self.program.groups:
            return None
        first, last = self._slots[number * 2], self._slots[number * 2 + 1]
        return None if first is None or last is None else self._text[first:last]


def find_all(pattern: str, text: str, spend: Callable[[int], None]) -> Iterator[Match]:
    """Yield every place where a pattern is found, from left to right, as Go's `FindAll` does."""
    if len(pattern) > 10_000 or len(text) > _SUBJECT:
        raise Exhausted("a pattern is not tried on so long a text")
    program = compiled(pattern)
    at, last = 0, -1
    while at <= len(text):
        slots = _search(program, text, at, spend)
        if slots is None:
            return
        match = Match(text, program, slots)
        empty = match.end == match.start
        if not (empty and match.start == last):  # none that is empty, right after another
            yield match
        last = match.end
        at = match.end + 1 if empty else match.end


def _search(program: Program, text: str, at: int, spend: Callable[[int], None]) -> list[int | None] | None:
    # What failed from a place once fails from there again, wherever the match began.
    seen: set[int] = set()
    try:
        for start in range(at, len(text) + 1):
            slots = _at(program, text, start, seen)
            if slots is not None:
                return slots
        return None
    finally:
        spend(len(seen) // 2)


def _at(program: Program, text: str, start: int, seen: set[int]) -> list[int | None] | None:
    steps, size = program.steps, len(text)
    slots: list[int | None] = [None] * (program.groups * 2 + 2)
    slots[0] = start
    # A step to try and where; or a slot to restore, below zero, and what was in it.
    stack: list[tuple[int, Any]] = [(0, start)]
    while stack:
        step, pos = stack.pop()
        if step < 0:
            slots[-step - 1] = pos
            continue
        while True:
            mark = step * (size + 1) + pos
            if mark in seen:
                break
            seen.add(mark)
            if len(seen) > _AT_ONCE:
                raise Exhausted("matching a pattern takes too many steps")
            what = steps[step]
            kind = what[0]
            step += 1
            if kind == "char":
                if pos >= size or not what[1].has(text[pos]):
                    break
                pos += 1
            elif kind == "split":
                stack.append((what[2], pos))
                step = what[1]
            elif kind == "jump":
                step = what[1]
            elif kind == "save":
                stack.append((-what[1] - 1, slots[what[1]]))
                slots[what[1]] = pos
            elif kind == "match":
                slots[1] = pos
                return slots
            elif not _holds(what[1], text, pos):
                break
    return None


def _holds(kind: str, text: str, pos: int) -> bool:
    if kind == "start":
        return pos == 0
    if kind == "end":
        return pos == len(text)
    if kind == "line-start":
        return pos == 0 or text[pos - 1] == "\n"
    if kind == "line-end":
        return pos == len(text) or text[pos] == "\n"
    border = _is_word(text[pos - 1 : pos]) != _is_word(text[pos : pos + 1])
    return border if kind == "word" else not border


def _is_word(char: str) -> bool:
    return char.isascii() and (char.isalnum() or char == "_")
