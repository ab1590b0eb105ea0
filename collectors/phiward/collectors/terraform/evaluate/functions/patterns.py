r"""The regular expressions of Go, read into programs that `matching` runs: https://github.com/google/re2/wiki/Syntax.

Terraform's are not Python's: `$` is the very end, `\s` has no vertical tab, nothing looks around or back. And no
pattern may take longer than its length times that of the text, which Python's matcher cannot promise.
"""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from msgspec import Struct

from phiward.collectors.terraform.evaluate.values import Exhausted, Failure

_LAST = 0x10FFFF
_REPEATS = 1000
_DEPTH = 100
_SIZE = 10_000
_ESCAPES = {"a": "\a", "f": "\f", "t": "\t", "n": "\n", "r": "\r", "v": "\v"}
_POSIX = {
    "alnum": "09AZaz", "alpha": "AZaz", "ascii": "\0\x7f", "blank": "\t\t  ", "cntrl": "\0\x1f\x7f\x7f", "digit": "09",
    "graph": "!~", "lower": "az", "print": " ~", "punct": "!/:@[`{~", "space": "\t\r  ", "upper": "AZ",
    "word": "09AZaz__", "xdigit": "09AFaf",
}  # fmt: skip
_PERL = {"d": "09", "s": "\t\n\f\r  ", "w": "09AZaz__"}
Ranges = tuple[tuple[int, int], ...]


class Characters:
    """A set of characters."""

    __slots__ = ("fold", "known", "ranges")

    def __init__(self, ranges: Ranges, *, fold: bool) -> None:
        self.ranges = ranges
        self.fold = fold
        self.known: dict[str, bool] = {}

    def has(self, char: str) -> bool:
        """Say whether a character is one of them."""
        found = self.known.get(char)
        if found is None:
            spellings = {char, char.lower(), char.upper()} if self.fold else {char}
            codes = [ord(one) for one in spellings if len(one) == 1]
            found = any(first <= code <= last for first, last in self.ranges for code in codes)
            self.known[char] = found
        return found


class Program(Struct, frozen=True):
    """What to do at each step, the number of groups, and the names of those that have one."""

    steps: list[Any]
    """`("char", Characters)`, `("split", first, second)`, `("jump", to)`, `("save", slot)`, `("assert", kind)`."""
    groups: int
    named: int
    names: dict[str, int]


@lru_cache(512)
def compiled(pattern: str) -> Program:
    """Return the program of a pattern. Raises `Failure` where Go would refuse it, and `Exhausted`."""
    reader = _Reader(pattern)
    tree = reader.alternatives("")
    if reader.at < len(pattern):
        raise Failure("this is not a pattern: a ')' closes nothing")
    steps: list[Any] = []
    _emit(tree, steps)
    steps.append(("match",))
    return Program(steps, reader.groups, reader.named, reader.names)


def _pairs(text: str) -> Ranges:
    return tuple((ord(first), ord(last)) for first, last in zip(text[::2], text[1::2], strict=True))


def _others(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """Return all that is in none of the ranges."""
    out: list[tuple[int, int]] = []
    at = 0
    for first, last in sorted(ranges):
        if first > at:
            out.append((at, first - 1))
        at = max(at, last + 1)
    if at <= _LAST:
        out.append((at, _LAST))
    return tuple(out)


@lru_cache(32)
def _category(name: str) -> Ranges:
    """Return the characters of one of Unicode's general categories."""
    if name == "Any":
        return ((0, _LAST),)
    if not (1 <= len(name) <= 2 and name[0] in "CLMNPSZ"):
        raise Exhausted(f"a pattern asks for the script {name}, which is not known here")
    out: list[list[int]] = []
    for code in range(_LAST + 1):
        if unicodedata.category(chr(code)).startswith(name):
            if out and out[-1][1] == code - 1:
                out[-1][1] = code
            else:
                out.append([code, code])
    return tuple((first, last) for first, last in out)


class _Reader:
    """A place in a pattern. What it reads is a tree of tuples."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.groups = 0
        self.names: dict[str, int] = {}
        self.named = 0
        self.depth = 0

    def error(self, message: str) -> Failure:
        return Failure(f"this is not a pattern: {message} at position {self.at}")

    def peek(self, size: int = 1) -> str:
        return self.text[self.at : self.at + size]

    def alternatives(self, flags: str) -> Any:
        """Read up to the closing parenthesis, or the end."""
        self.depth += 1
        if self.depth > _DEPTH:
            raise Exhausted("a pattern nests too deeply")
        branches: list[Any] = [[]]
        while self.at < len(self.text) and self.peek() != ")":
            if self.peek() == "|":
                self.at += 1
                branches.append([])
                continue
            if self.peek(2) == "(?" and (changed := self.flags(flags)) is not None:
                if isinstance(changed, str):
                    flags = changed  # for the rest of this group
                else:
                    branches[-1].append(self.repeated(changed, flags))
                continue
            branches[-1].extend(self.items(flags))
        self.depth -= 1
        return ("any", branches) if len(branches) > 1 else ("all", branches[0])

    def flags(self, flags: str) -> Any:
        """Read `(?i)` (a string) or `(?i:…)` (a tree); None where a group with a name begins."""
        start = self.at
        self.at += 2
        if self.peek(2) == "P<" or (self.peek() == "<" and self.peek(2) not in ("<=", "<!")):
            self.at = start
            return None
        on, changed = True, set(flags)
        while self.peek() not in (")", ":"):
            sign = self.peek()
            self.at += 1
            if sign == "-" and on:
                on = False
            elif sign and sign in "imsU":
                changed = changed | {sign} if on else changed - {sign}
            else:
                raise self.error("Go has no such group")
        new = "".join(sorted(changed))
        closing = self.peek()
        self.at += 1
        return new if closing == ")" else self.closed(self.alternatives(new))

    def closed(self, tree: Any) -> Any:
        """Read the parenthesis that ends a group."""
        if self.peek() != ")":
            raise self.error("a ')' is missing")
        self.at += 1
        return tree

    def items(self, flags: str) -> list[Any]:
        """Read one thing that can be repeated, and how often it is."""
        if self.peek(2) == "\\Q":
            end = self.text.find("\\E", self.at)
            quoted = self.text[self.at + 2 : end if end >= 0 else None]
            self.at = end + 2 if end >= 0 else len(self.text)
            literal = [self.chars(((ord(char), ord(char)),), flags) for char in quoted]
            return [*literal[:-1], self.repeated(literal[-1], flags)] if literal else []
        return [self.repeated(self.item(flags), flags)]

    def item(self, flags: str) -> Any:
        char = self.peek()
        self.at += 1
        if char == "(":
            return self.group(flags)
        if char == "[":
            return self.chars(self.klass(), flags)
        if char == ".":
            return self.chars(((0, _LAST),) if "s" in flags else _others([(10, 10)]), "")
        if char == "^":
            return ("assert", "line-start" if "m" in flags else "start")
        if char == "$":
            return ("assert", "line-end" if "m" in flags else "end")
        if char in "*+?":
            raise self.error("nothing is there to repeat")
        if char == "\\":
            if (mark := self.peek()) in ("A", "z", "b", "B") and mark:
                self.at += 1
                return ("assert", {"A": "start", "z": "end", "b": "word", "B": "no-word"}[mark])
            return self.chars(self.escape(), flags)
        return self.chars(((ord(char), ord(char)),), flags)

    def chars(self, ranges: Ranges, flags: str) -> Any:
        return ("char", Characters(ranges, fold="i" in flags))

    def group(self, flags: str) -> Any:
        name = ""
        if self.peek() == "?":
            end = self.text.find(">", self.at)
            name = self.text[self.text.index("<", self.at) + 1 : end] if end >= 0 else ""
            if not (name.isascii() and name.replace("_", "a").isalnum()):
                raise self.error("this is not a name of a group")
            self.named += 1
            self.at = end + 1
        self.groups += 1
        number = self.groups
        if name:
            self.names[name] = number
        return ("group", number, self.closed(self.alternatives(flags)))

    def escape(self) -> Ranges:
        """Read what follows a backslash: a character, or a class of them."""
        char = self.peek()
        self.at += 1
        if char and char in "dDsSwW":
            ranges = _pairs(_PERL[char.lower()])
            return _others(ranges) if char.isupper() else ranges
        if char and char in "pP":
            return self.unicode(negated=char == "P")
        if char in _ESCAPES:
            code = ord(_ESCAPES[char])
        elif char == "x":
            code = self.hexadecimal()
        elif char == "0" or (char and char in "1234567" and self.peek() in tuple("01234567")):
            digits = char
            while len(digits) < 3 and self.peek() in tuple("01234567"):
                digits += self.peek()
                self.at += 1
            code = int(digits, 8)
        elif char and char.isascii() and not char.isalnum():
            code = ord(char)
        else:
            raise self.error(f"Go knows no \\{char}")
        return ((code, code),)

    def hexadecimal(self) -> int:
        digits = self.peek(2)
        size = 2
        if digits.startswith("{"):
            end = self.text.find("}", self.at)
            digits = self.text[self.at + 1 : end] if end >= 0 else ""
            size = len(digits) + 2
        try:
            code = int(digits, 16) if len(digits) >= 1 and size >= 2 and digits.isalnum() else _LAST + 1
        except ValueError:
            code = _LAST + 1
        if code > _LAST or (size == 2 and len(digits) < 2):
            raise self.error("this is not the number of a character")
        self.at += size
        return code

    def unicode(self, *, negated: bool) -> Ranges:
        name = self.peek()
        self.at += 1
        if name == "{":
            end = self.text.find("}", self.at)
            if end < 0:
                raise self.error("a '}' is missing")
            name = self.text[self.at : end]
            self.at = end + 1
        if name.startswith("^"):
            negated, name = not negated, name[1:]
        ranges = _category(name)
        return _others(ranges) if negated else ranges

    def klass(self) -> Ranges:
        """Read a class up to its bracket."""
        negated = self.peek() == "^"
        if negated:
            self.at += 1
        out: list[tuple[int, int]] = []
        first = True
        while first or self.peek() != "]":
            if self.at >= len(self.text):
                raise self.error("a ']' is missing")
            first = False
            if self.peek(2) == "[:" and (end := self.text.find(":]", self.at)) >= 0:
                name = self.text[self.at + 2 : end]
                if name.removeprefix("^") not in _POSIX:
                    raise self.error("there is no such class")
                ranges = _pairs(_POSIX[name.removeprefix("^")])
                out.extend(_others(ranges) if name.startswith("^") else ranges)
                self.at = end + 2
                continue
            whole = self.peek() == "\\" and self.peek(2)[1:] in tuple("dDsSwWpP")
            low = self.member()
            if not whole and self.peek() == "-" and self.peek(2) != "-]" and len(self.peek(2)) == 2:
                self.at += 1
                high = self.member()
                if len(low) != 1 or len(high) != 1 or low[0][0] != low[0][1] or high[0][0] < low[0][0]:
                    raise self.error("this is not a range of characters")
                low = ((low[0][0], high[0][0]),)
            out.extend(low)
        self.at += 1
        return _others(out) if negated else tuple(out)

    def member(self) -> Ranges:
        char = self.peek()
        self.at += 1
        return self.escape() if char == "\\" else ((ord(char), ord(char)),)

    def repeated(self, item: Any, flags: str) -> Any:
        """Read how often something may come, and whether few or many are wanted."""
        bounds = self.bounds()
        if bounds is None:
            return item
        lazy = self.peek() == "?"
        if lazy:
            self.at += 1
        if self.peek() in ("*", "+", "?") or self.bounds() is not None:
            raise self.error("a repetition is repeated")
        return ("repeat", item, bounds[0], bounds[1], lazy is ("U" in flags))

    def bounds(self) -> tuple[int, int | None] | None:
        sign = self.peek()
        simple: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
        if sign in simple:
            self.at += 1
            return simple[sign]
        end = self.text.find("}", self.at)
        low, comma, high = self.text[self.at + 1 : end].partition(",")
        if sign != "{" or end < 0 or not _digits(low) or (high and not _digits(high)):
            return None  # it is no more than a brace
        least = int(low)
        most = int(high) if high else None if comma else least
        if least > _REPEATS or (most is not None and (most > _REPEATS or most < least)):
            raise self.error("this is not a number of times")
        self.at = end + 1
        return least, most


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 6


def _emit(tree: Any, steps: list[Any]) -> None:
    """Write the steps of a tree."""
    if len(steps) > _SIZE:
        raise Exhausted("a pattern is too large")
    kind = tree[0]
    if kind in ("char", "assert"):
        steps.append(tree)
    elif kind == "all":
        for item in tree[1]:
            _emit(item, steps)
    elif kind == "group":
        steps.append(("save", tree[1] * 2))
        _emit(tree[2], steps)
        steps.append(("save", tree[1] * 2 + 1))
    elif kind == "any":
        _emit_alternatives(tree[1], steps)
    else:
        _emit_repeat(tree, steps)


def _emit_alternatives(branches: list[Any], steps: list[Any]) -> None:
    jumps: list[int] = []
    for number, branch in enumerate(branches):
        fork = len(steps)
        last = number == len(branches) - 1
        if not last:
            steps.append(None)
        _emit(("all", branch), steps)
        if not last:
            jumps.append(len(steps))
            steps.append(None)
            steps[fork] = ("split", fork + 1, len(steps))
    for jump in jumps:
        steps[jump] = ("jump", len(steps))


def _emit_repeat(tree: Any, steps: list[Any]) -> None:
    _, item, least, most, greedy = tree

    def fork(at: int, to: int) -> None:
        steps[at] = ("split", at + 1, to) if greedy else ("split", to, at + 1)

    for _ in range(least):
        _emit(item, steps)
    if most is None:
        start = len(steps)
        steps.append(None)
        _emit(item, steps)
        steps.append(("jump", start))
        fork(start, len(steps))
        return
    forks: list[int] = []
    for _ in range(most - least):
        forks.append(len(steps))
        steps.append(None)
        _emit(item, steps)
    for at in forks:
        fork(at, len(steps))
