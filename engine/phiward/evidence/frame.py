"""Code frames: the lines that decided a finding, with their numbers and a mark under the very expression.

A frame is made from text that somebody else wrote. It is escaped, cut, and shows no literal that looks like a secret.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence

from msgspec import Struct

from phiward.evidence.escape import visible
from phiward.evidence.leaks import without_secrets

WIDEST = 120
"""Columns of code that are shown of a line."""
_MOST_LINES = 6
_TAB = 4
_SETTING = re.compile(r"""\s*(?:- +)?(?P<key>"[^"]*"|'[^']*'|[\w.\-/]+)\s*(?:=(?![=>])|:(?=\s|$))\s*(?P<value>.*)""")
_OPENS = re.compile(r"(?:<<[-~]?\w+|[|>][-+]?|.*[\[{(])\s*$")
_ITEM = re.compile(r"""\s*(?:(?:- +)?"[^"]*"|(?:- +)?'[^']*'|[\w.\[\]]+)\s*,?\s*(?:#.*)?$|\s*[\])}]+,?\s*$""")


class Mark(Struct, frozen=True):
    """What is to be said of a line."""

    line: int
    """From 1."""
    end_line: int
    says: tuple[str, ...]
    """What stands beside the mark. Not escaped yet."""


def frame(
    lines: Sequence[str] | None, marks: Sequence[Mark], owner: int | None, paint: Callable[[str], str]
) -> list[str]:
    """Return the frame of some marks in one file; without lines, what they say alone. `paint` colours marks.

    `owner` is the line where the resource begins: it is shown first, so that a reader knows where he is.
    """
    width = len(str(max([mark.end_line for mark in marks] + [owner or 1])))
    empty = f"{' ' * width} |"
    if lines is None or any(not 0 < mark.line <= len(lines) for mark in marks):
        return [f"{empty} {visible(each, 300)}" for mark in marks for each in mark.says]
    out = [empty]
    last = 0
    if owner is not None and 0 < owner <= len(lines) and all(owner < mark.line for mark in marks):
        out.append(f"{owner:>{width}} | {_cut(lines[owner - 1])[0]}")
        last = owner
    for mark in sorted(marks, key=lambda each: (each.line, each.end_line)):
        if mark.line > last + 1 and last:
            out.append("…".rjust(width) + " |")
        if mark.line != last:
            out.append(f"{mark.line:>{width}} | {_cut(lines[mark.line - 1])[0]}")
        _, before, length = _cut(lines[mark.line - 1])
        under = paint("^" * max(1, min(length, 60)))
        first, *more = mark.says
        out.append(f"{empty} {' ' * before}{under} {visible(first, 300)}")
        out += [f"{empty} {' ' * before}{visible(each, 300)}" for each in more]
        last = mark.line
        for number in _items(lines, mark):
            out.append(f"{number:>{width}} | {_cut(lines[number - 1])[0]}")
            last = number
    return out


def _items(lines: Sequence[str], mark: Mark) -> list[int]:
    """Return the numbers of the lines that go on with a list of plain values: nothing else, it may hold a secret."""
    found: list[int] = []
    key = _SETTING.match(lines[mark.line - 1])
    if key is None or not key["value"].rstrip().endswith("["):
        return found
    for number in range(mark.line + 1, min(mark.end_line, mark.line + _MOST_LINES, len(lines)) + 1):
        text = lines[number - 1]
        if (
            not _ITEM.match(text)
            or without_secrets(f"{key['key']} = {text.strip()}") != f"{key['key']} = {text.strip()}"
        ):
            break
        found.append(number)
    return found


def _cut(line: str) -> tuple[str, int, int]:
    """Return a line as shown, and where the mark goes under it: columns before, and its length."""
    text = without_secrets(line.expandtabs(_TAB)).rstrip()
    start, end = span(text)
    if end - start > WIDEST:
        end = start + WIDEST
    head, tail = "", ""
    if len(text) > WIDEST:
        first = max(0, min(start - 20, end - WIDEST)) if end > WIDEST else 0
        head, tail = ("…" if first else ""), ("…" if first + WIDEST < len(text) else "")
        text = text[first : first + WIDEST]
        start, end = max(0, start - first), max(0, min(end - first, WIDEST))
    before, marked, after = (visible(part) for part in (text[:start], text[start:end], text[end:]))
    return head + before + marked + after + tail, _columns(head + before), _columns(marked)


def span(line: str) -> tuple[int, int]:
    """Return where the expression of a line begins and ends: what is set, else the whole of what stands there."""
    code = line[: _comment(line)].rstrip()
    found = _SETTING.match(code)
    if found is not None and found["value"] and not _OPENS.match(found["value"]):
        value = found["value"].rstrip().removesuffix(",").rstrip()
        return found.start("value"), found.start("value") + len(value)
    start = len(code) - len(code.lstrip())
    end = len(code.removesuffix("{").rstrip()) if found is None else len(code)
    return start, max(start, end)


def _comment(line: str) -> int:
    """Return where a comment begins, or where the line ends."""
    quoted = ""
    for at, sign in enumerate(line):
        if quoted:
            quoted = "" if sign == quoted and line[at - 1] != "\\" else quoted
        elif sign == '"':
            quoted = sign
        elif (sign == "#" or line.startswith("//", at)) and (at == 0 or line[at - 1] in " \t"):
            return at
    return len(line)


def _columns(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text
    )
