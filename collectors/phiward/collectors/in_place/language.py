"""Where comments stand in a text of HCL or YAML: outside of strings, heredocs and block scalars.

Each function yields the number of a line (from 1), the comment's text on it without its signs, and whether nothing but
the comment stands on the line. Input that is none of the language yields what can be told of it, never an error.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

from phiward.collectors.nesting import too_deep

Found = tuple[int, str, bool]

_HCL = re.compile(
    r"(?P<line>(?:#|//)[^\n]*+)"
    r"|(?P<block>/\*(?:[^*]++|\*(?!/))*+(?:\*/)?+)"
    r"|<<-?(?P<here>[^\W\d][\w-]*+)[ \t]*+\r?\n"
    r'|(?P<quote>")|(?P<open>\{)|(?P<close>\})'
)
_QUOTED = re.compile(r'(?:[^"\\$%\n]++|\\.|\$\$\{|%%\{|[$%](?!\{))*+', re.DOTALL)
_IN_YAML = re.compile(r"(?:^|(?<=[ \t\ufeff\n]))#[^\n]*+")


def hcl_comments(text: str) -> Iterator[Found]:
    """Yield the comments of HCL. Strings nest: `"${"# no comment"}"`."""
    position, end = 0, len(text)
    within: list[int] = []
    """For each string that is open, how many braces are open within its `${`."""
    while position < end:
        match = _HCL.search(text, position)
        if match is None:
            return
        position = match.end()
        kind = match.lastgroup
        if kind in {"line", "block"}:
            yield from _lines(text, match.start(), match[0])
        elif kind == "here":
            close = re.compile(rf"^[ \t]*+{re.escape(match['here'])}[ \t]*+\r?$", re.MULTILINE).search(text, position)
            position = close.end() if close else end
        elif kind == "quote":
            position = _string(text, position, within)
        elif within:
            within[-1] += 1 if kind == "open" else -1
            if not within[-1]:
                within.pop()
                position = _string(text, position, within)


def _string(text: str, position: int, within: list[int]) -> int:
    """Return where a string ends that goes on at a position, or where an expression within it begins."""
    match = _QUOTED.match(text, position)
    position = match.end() if match else position
    if text.startswith(("${", "%{"), position):
        within.append(1)
        return position + 2
    return position + 1


def _lines(text: str, start: int, comment: str) -> Iterator[Found]:
    first = text.count("\n", 0, start) + 1
    before = text[text.rfind("\n", 0, start) + 1 : start].strip("\ufeff \t")
    behind = text[start + len(comment) :].split("\n", 1)[0].strip()
    parts = comment.split("\n")
    for number, part in enumerate(parts):
        alone = not (before if number == 0 else "") and not (behind if number == len(parts) - 1 else "")
        yield first + number, _bare(part), alone


def _bare(part: str) -> str:
    """Return one line of a comment without the signs that make it one."""
    part = part.strip()
    part = part.removeprefix("/*")
    part = part.removesuffix("*/")
    return part.strip().lstrip("#/*").strip()


def yaml_comments(text: str) -> Iterator[Found]:
    """Yield the comments of YAML: what begins with `#` after a space or a line's start, outside of every scalar."""
    if too_deep(text) is not None:
        return  # no reader of what stands in it takes it either, and scanning it takes for ever
    scalars = _scalars(text)
    starts = [start for start, _ in scalars]
    for match in _IN_YAML.finditer(text):
        at = match.start()
        index = bisect_right(starts, at) - 1
        if index >= 0 and at < scalars[index][1]:
            continue
        before = text[text.rfind("\n", 0, at) + 1 : at].strip("\ufeff \t")
        yield text.count("\n", 0, at) + 1, match[0].lstrip("#").strip(), not before


def _scalars(text: str) -> list[tuple[int, int]]:
    """Return where each scalar begins and ends, as far as the text can be scanned."""
    import yaml

    # libyaml counts its marks otherwise where a text begins with a byte order mark: take it out of the way.
    shift = 1 if text.startswith("\ufeff") else 0
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: list[tuple[int, int]] = []
    try:
        for token in yaml.scan(text[shift:], Loader=loader):  # what was found before an error counts too
            if isinstance(token, yaml.ScalarToken) and (token.style or "\n" in token.value):
                found.append((token.start_mark.index + shift, token.end_mark.index + shift))  # noqa: PERF401
    except (yaml.YAMLError, ValueError):
        pass
    return found
