"""What a filter pattern of CloudWatch Logs matches, as far as an event is known.

The language is *Filter pattern syntax for metric filters* (CloudWatch Logs User Guide): `{ ... }` compares members of a
JSON event; terms stand for text anywhere in it; `[ ... ]` is for lines with spaces. A pattern is asked of an event of
which some members are known and the rest are not, so that the answer is true, false or unknown: it is true only where
every such event is matched, whatever else it holds.
"""

import re
from collections.abc import Mapping
from typing import TypeAlias

from phiward.inventory.kleene import every, negate, some
from phiward.inventory.model import Maybe, Unknown

Event: TypeAlias = Mapping[str, str | bool | None]
"""Known members by their dotted path: a value, or None where the member is not there."""

_TOKEN = re.compile(
    r"""\s*(?:(?P<symbol>&&|\|\||!=|<=|>=|[()=<>])
    |(?P<text>"(?:[^"\\]|\\.)*")
    |(?P<regex>%[^%]*%)
    |(?P<selector>\$(?:\.[\w\-:@]+|\.?\[[^\]]*\])+)
    |(?P<word>[^\s()=<>!&|"%]+))""",
    re.VERBOSE,
)
_TERM = re.compile(r'\s*(?P<sign>[?\-]?)(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>\S+))')
_LONGEST = 4096
"""AWS takes 1,024 characters."""
_UNREAD = Unknown("the filter pattern cannot be read")


def matches(pattern: str, event: Event) -> Maybe[bool]:
    """Say whether a pattern matches every event with these members."""
    text = pattern.strip()
    if not text:
        return True
    if len(text) > _LONGEST:
        return _UNREAD
    if text.startswith("{"):
        return _Json(text, event).answer() if text.endswith("}") else _UNREAD
    if text.startswith(("[", "%")):
        return Unknown("the filter pattern is not about the members of an event")
    return _terms(text, event)


def _terms(text: str, event: Event) -> Maybe[bool]:
    """Every plain term has to be in the text, none of those with `-`, and one of those with `?` where there are any.

    Where terms with `?` stand beside plain ones, they are ignored (*Matching terms*, the note on `?`).
    """
    wanted: list[Maybe[bool]] = []
    either: list[Maybe[bool]] = []
    for found in _TERM.finditer(text):
        quoted = found["quoted"]
        term = found["plain"] if quoted is None else quoted.replace('\\"', '"')
        there = _mentions(term, event)
        if found["sign"] == "?":
            either.append(there)
        else:
            wanted.append(negate(there) if found["sign"] == "-" else there)
    return every(wanted) if wanted else some(either)


def _mentions(term: str, event: Event) -> Maybe[bool]:
    """A term is surely there where a member that is known has it; it may always be in another one."""
    if any(isinstance(value, str) and term in value for value in event.values()):
        return True
    return Unknown(f"whether an event mentions {term} is not known")


class _Json:
    """A pattern of conditions, read by recursive descent: `||` binds less than `&&`, and that less than brackets."""

    def __init__(self, text: str, event: Event) -> None:
        self._tokens: list[tuple[str, str]] = []
        self._at = 0
        self._event = event
        body, place = text[1:-1].rstrip(), 0
        while place < len(body):
            found = _TOKEN.match(body, place)
            if found is None or found.lastgroup is None:
                self._tokens = [("bad", body[place:])]
                return
            self._tokens.append((found.lastgroup, found[found.lastgroup]))
            place = found.end()

    def answer(self) -> Maybe[bool]:
        """Return the answer of the whole; `Unknown` where it is not of the language."""
        try:
            found = self._any(0)
        except (IndexError, ValueError, RecursionError):
            return _UNREAD
        return found if self._at == len(self._tokens) else _UNREAD

    def _any(self, depth: int) -> Maybe[bool]:
        found = [self._all(depth)]
        while self._takes("||"):
            found.append(self._all(depth))
        return some(found)

    def _all(self, depth: int) -> Maybe[bool]:
        found = [self._one(depth)]
        while self._takes("&&"):
            found.append(self._one(depth))
        return every(found)

    def _one(self, depth: int) -> Maybe[bool]:
        if depth > _DEEPEST:
            raise ValueError
        if self._takes("("):
            inner = self._any(depth + 1)
            if not self._takes(")"):
                raise ValueError
            return inner
        kind, selector = self._next()
        if kind != "selector":
            raise ValueError
        return self._condition(selector)

    def _condition(self, selector: str) -> Maybe[bool]:
        kind, word = self._next()
        if kind == "word":
            match word.upper():
                case "EXISTS":
                    return self._exists(selector)
                case "NOT" if self._next()[1].upper() == "EXISTS":
                    return negate(self._exists(selector))
                case "IS":
                    return self._is(selector, self._next()[1].upper())
            raise ValueError
        value_kind, value = self._next()
        if kind != "symbol" or value_kind not in {"text", "word", "regex"}:
            raise ValueError
        return self._compare(selector, word, value_kind, value)

    def _compare(self, selector: str, operator: str, kind: str, value: str) -> Maybe[bool]:
        """A comparison with a member that is not there does not hold, `!=` neither."""
        found = self._member(selector)
        if operator not in {"=", "!="}:
            return Unknown(f"{selector} is compared as a number")
        if isinstance(found, Unknown):
            return found
        if found is None:
            return False
        if kind == "regex":
            return Unknown(f"{selector} is compared with a regular expression")
        wanted = value[1:-1].replace('\\"', '"') if kind == "text" else value
        said = ("true" if found else "false") if isinstance(found, bool) else found
        same = _like(wanted, said)
        return same if operator == "=" else not same

    def _exists(self, selector: str) -> Maybe[bool]:
        found = self._member(selector)
        return found if isinstance(found, Unknown) else found is not None

    def _is(self, selector: str, word: str) -> Maybe[bool]:
        if word not in {"TRUE", "FALSE", "NULL"}:
            raise ValueError
        found = self._member(selector)
        if isinstance(found, Unknown):
            return found
        return False if found is None or word == "NULL" else found is (word == "TRUE")

    def _member(self, selector: str) -> Maybe[str | bool | None]:
        path = selector.removeprefix("$").removeprefix(".")
        if path in self._event:
            return self._event[path]
        if any(path.startswith(f"{known}.") and value is None for known, value in self._event.items()):
            return None
        return Unknown(f"{selector} may be anything")

    def _next(self) -> tuple[str, str]:
        self._at += 1
        return self._tokens[self._at - 1]

    def _takes(self, symbol: str) -> bool:
        if self._at < len(self._tokens) and self._tokens[self._at] == ("symbol", symbol):
            self._at += 1
            return True
        return False


_DEEPEST = 50


def _like(pattern: str, value: str) -> bool:
    """Compare as the language does: `*` at either end, or inside, stands for any text."""
    parts = [re.escape(part) for part in pattern.split("*")]
    return re.fullmatch(".*".join(parts), value) is not None
