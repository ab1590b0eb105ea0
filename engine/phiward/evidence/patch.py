"""Unified patches that `patch -p1` and `git apply` take, from the folder that the names begin in."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator

from phiward.evidence.leaks import without_secrets

_CONTEXT = 3
_NAMED_PLAINLY = re.compile(r"[\w.+@%/=-]+(?: [\w.+@%/=-]+)*")


def patch(file: str, before: str, edits: Iterable[tuple[int, int, str]]) -> Iterator[str]:
    """Yield the patch that makes some edits (from, to, new text) in a file's text; nothing where there are none.

    Lines end at a line feed and nowhere else, so that carriage returns and stranger separators stay as they are. Lines
    around a change that look like secrets are left out, except one that follows a change directly: a hunk without any
    line behind it would be taken for the end of the file.
    """
    old = _lines(before)
    changes = list(_changes(before, old, sorted(edits)))
    if not changes:
        return
    yield f"--- {_name('a/' + file)}\n+++ {_name('b/' + file)}\n"
    grown = 0
    for group in _groups(changes, old):
        first = group[0][0] - _shown(old, range(group[0][0] - 1, group[0][0] - 1 - _CONTEXT, -1), 0)
        last = group[-1][1] + _shown(old, range(group[-1][1], group[-1][1] + _CONTEXT), 1)
        added = sum(len(new) - (end - begin) for begin, end, new in group)
        yield f"@@ -{_range(first, last)} +{_range(first + grown, last + grown + added)} @@\n"
        at = first
        for begin, end, new in group:
            yield from (_line(" ", line) for line in old[at:begin])
            yield from (_line("-", line) for line in old[begin:end])
            yield from (_line("+", line) for line in new)
            at = end
        yield from (_line(" ", line) for line in old[at:last])
        grown += added


_Change = tuple[int, int, list[str]]
"""Lines from, to, and what stands there instead."""


def _changes(text: str, old: list[str], edits: list[tuple[int, int, str]]) -> Iterator[_Change]:
    """Yield which lines change, and into what; edits of the same lines together."""
    starts = [0]
    for line in old:
        starts.append(starts[-1] + len(line))
    held: list[tuple[int, int, str]] = []
    begin = end = -1
    for start, stop, new in edits:
        first = min(bisect_right(starts, start), len(old)) - 1 if start < len(text) else len(old)
        inserted = start == stop and start == starts[max(first, 0)] and new.endswith("\n")
        last = first if inserted else bisect_right(starts, max(start, stop - 1))
        if held and (first >= end and not (first == begin == end)):
            yield _changed(text, starts, begin, end, held)
            held, begin, end = [], -1, -1
        begin = first if begin < 0 else begin
        end = max(end, last)
        held.append((start, stop, new))
    if held:
        yield _changed(text, starts, begin, end, held)


def _changed(text: str, starts: list[int], begin: int, end: int, edits: list[tuple[int, int, str]]) -> _Change:
    out: list[str] = []
    at = starts[begin]
    for start, stop, new in edits:
        out += [text[at:start], new]
        at = stop
    return begin, end, _lines("".join([*out, text[at : starts[end]]]))


def _groups(changes: list[_Change], old: list[str]) -> Iterator[list[_Change]]:
    """Yield the changes that stand so close that they share a hunk."""
    group = [changes[0]]
    for change in changes[1:]:
        begin, end = group[-1][1], change[0]
        near = end - begin <= 2 * _CONTEXT
        if not near or (end - begin > 1 and any(map(_secret, old[begin + 1 : end]))):
            yield group
            group = []
        group.append(change)
    yield group


def _shown(old: list[str], numbers: range, least: int) -> int:
    """Return how many lines beside a change are shown."""
    count = 0
    for number in numbers:
        if not 0 <= number < len(old) or (count >= least and _secret(old[number])):
            break
        count += 1
    return count


def _secret(line: str) -> bool:
    return without_secrets(line) != line


def _lines(text: str) -> list[str]:
    parts = text.split("\n")
    whole = [f"{part}\n" for part in parts[:-1]]
    return [*whole, parts[-1]] if parts[-1] else whole


def _line(sign: str, line: str) -> str:
    return f"{sign}{line}" if line.endswith("\n") else f"{sign}{line}\n\\ No newline at end of file\n"


def _range(start: int, end: int) -> str:
    length = end - start
    if length == 1:
        return str(start + 1)
    return f"{start + 1 if length else start},{length}"


def _name(name: str) -> str:
    """Write a name as git does: in quotes, with octal escapes, where it holds anything unusual."""
    if _NAMED_PLAINLY.fullmatch(name) and name.isascii():
        return name if " " not in name else f"{name}\t"
    signs = {0x22: '\\"', 0x5C: "\\\\", 0x09: "\\t", 0x0A: "\\n"}
    escaped = (
        signs.get(each) or (chr(each) if 0x20 <= each < 0x7F else f"\\{each:03o}")
        for each in name.encode("utf-8", "surrogateescape")
    )
    return f'"{"".join(escaped)}"'
