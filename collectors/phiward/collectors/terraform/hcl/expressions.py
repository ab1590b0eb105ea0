"""Reading expressions, one recursive descent over the text itself."""

import re
import unicodedata
from decimal import Decimal

from phiward.collectors.terraform.hcl import tokens
from phiward.collectors.terraform.hcl.errors import HclError
from phiward.collectors.terraform.hcl.syntax import (
    Attr,
    Binary,
    Call,
    Conditional,
    Element,
    Expression,
    For,
    Index,
    Literal,
    ObjectOf,
    Reference,
    Source,
    Splat,
    TupleOf,
    Unary,
)
from phiward.collectors.terraform.hcl.templates import Mark, TemplateError, assemble

DEPTH = 60
"""How deep brackets, templates and blocks may nest. Real code stays below 20."""
CHAIN = 400
"""How many operators, or steps after a term, may follow each other."""
_DIGITS = 300
_EXACT = 2**53
_PRECEDENCE = {
    "||": 1, "&&": 2, "==": 3, "!=": 3, "<": 4, ">": 4, "<=": 4, ">=": 4, "+": 5, "-": 5, "*": 6, "/": 6, "%": 6,
}  # fmt: skip
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "/": "/"}
_WORDS = {"true": True, "false": False, "null": None}


class Reader:
    """A place in a text, and the expressions that can be read from there."""

    __slots__ = ("depth", "end", "pos", "source", "text")

    def __init__(self, source: Source, start: int = 0, end: int | None = None) -> None:
        self.source = source
        self.text = source.text
        self.pos = start
        self.end = len(self.text) if end is None else end
        self.depth = 0

    def error(self, message: str, at: int | None = None) -> HclError:
        """Make the error for a place, by default the next token's."""
        if at is None:
            at = self.pos
            while at < self.end and self.text[at] in " \t\r":
                at += 1
        return HclError(self.source.file, *self.source.position(at), message)

    def deeper(self) -> None:
        """Count one level of nesting, and refuse one too many."""
        self.depth += 1
        if self.depth > DEPTH:
            raise self.error(f"nested more than {DEPTH} levels deep")

    def expression(self, nl: int) -> Expression:
        """Read an expression; `nl` is 1 where newlines are white space, 0 where they end it."""
        self.deeper()
        left = self._operators(nl, 0)
        if match := tokens.QUESTION[nl].match(self.text, self.pos, self.end):
            self.pos = match.end()
            then = self.expression(nl)
            colon = tokens.COLON[nl].match(self.text, self.pos, self.end)
            if not colon:
                raise self.error("a conditional needs a ':' here")
            self.pos = colon.end()
            left = Conditional(left, then, self.expression(nl))
        self.depth -= 1
        return left

    def _operators(self, nl: int, above: int) -> Expression:
        left = self._term(nl)
        chain = 0
        while match := tokens.OPERATOR[nl].match(self.text, self.pos, self.end):
            precedence = _PRECEDENCE[match[1]]
            if precedence <= above:
                break
            chain += 1
            if chain > CHAIN:
                raise self.error(f"more than {CHAIN} operators in a row")
            self.pos = match.end()
            left = Binary(match[1], left, self._operators(nl, precedence))
        return left

    def _term(self, nl: int) -> Expression:
        match = tokens.TERM[nl].match(self.text, self.pos, self.end)
        if match is None:
            raise self.error("an expression is missing here")
        start, self.pos = match.start(match.lastindex or 0), match.end()
        kind = match.lastindex
        if kind == 1:
            return self._name(match[1], nl)
        if kind == 2:
            return self._steps(Literal(self._number(match[2], start)), nl)
        if kind == 3:
            return self._steps(Literal(match[3]), nl)
        mark = match[4]
        if mark in ("-", "!"):
            self.deeper()
            value = self._term(nl)
            self.depth -= 1
            return Unary(mark, value)
        if mark[0] == "<":
            return self._heredoc(mark == "<<-", start)
        self.deeper()
        term: Expression
        if mark == '"':
            term = self._quoted(start)
        elif mark == "[":
            term = self._tuple()
        elif mark == "{":
            term = self._object()
        else:
            inner = self.expression(1)
            self.take(tokens.CLOSE_PAREN, "')'")
            # One step into a parenthesis is never the bare word of an object key.
            term = inner
        self.depth -= 1
        return self._steps(term, nl)

    def take(self, pattern: tokens.Pattern | re.Pattern[str], what: str) -> re.Match[str]:
        """Read what must come next, or say that it is missing."""
        match = pattern.match(self.text, self.pos, self.end)
        if match is None:
            raise self.error(f"{what} is missing here")
        self.pos = match.end()
        return match

    def _number(self, text: str, at: int) -> int | float:
        if len(text) > _DIGITS:
            raise self.error("this number is too long", at)
        if text.isdecimal():
            return int(text)
        value = float(text)
        if value.is_integer() and abs(value) < _EXACT:
            return int(value)
        exact = Decimal(text)
        if abs(exact.adjusted()) > _DIGITS * 2:
            raise self.error("this number is too large", at)
        return int(exact) if exact == exact.to_integral_value() else value

    def _name(self, name: str, nl: int) -> Expression:
        if name in _WORDS:
            return self._steps(Literal(_WORDS[name]), nl)
        while match := tokens.NAMESPACE[nl].match(self.text, self.pos, self.end):
            name, self.pos = f"{name}::{match[1]}", match.end()
        if match := tokens.CALL[nl].match(self.text, self.pos, self.end):
            self.pos = match.end()
            self.deeper()
            call = self._call(name)
            self.depth -= 1
            return self._steps(call, nl)
        if "::" in name:
            raise self.error(f"{name} is a function and needs '('")
        names = [name]
        while match := tokens.POSTFIX[nl].match(self.text, self.pos, self.end):
            if match.lastindex != 1:
                return self._steps(Reference(tuple(names)), nl)
            names.append(match[1])
            self.pos = match.end()
            if len(names) > CHAIN:
                raise self.error(f"more than {CHAIN} steps in a row")
        return Reference(tuple(names))

    def _call(self, name: str) -> Expression:
        arguments: list[Expression] = []
        while not (match := tokens.CLOSE_PAREN.match(self.text, self.pos, self.end)):
            arguments.append(self.expression(1))
            if match := tokens.ELLIPSIS.match(self.text, self.pos, self.end):
                self.pos = match.end()
                if match := tokens.COMMA.match(self.text, self.pos, self.end):
                    self.pos = match.end()
                self.take(tokens.CLOSE_PAREN, "')'")
                return Call(name, tuple(arguments), expand=True)
            if match := tokens.COMMA.match(self.text, self.pos, self.end):
                self.pos = match.end()
            elif not tokens.CLOSE_PAREN.match(self.text, self.pos, self.end):
                raise self.error("',' or ')' is missing here")
        self.pos = match.end()
        return Call(name, tuple(arguments))

    def _steps(self, term: Expression, nl: int) -> Expression:
        """Read what follows a term: attributes, indices and splats."""
        chain = 0
        while match := tokens.POSTFIX[nl].match(self.text, self.pos, self.end):
            chain += 1
            if chain > CHAIN:
                raise self.error(f"more than {CHAIN} steps in a row")
            kind = match.lastindex
            if kind == 3 or kind == 4:  # noqa: PLR1714 - the two splats
                self.pos = match.end()
                term = Splat(term, self._splatted(full=kind == 4, nl=nl))
                continue
            term = self._step(term, match)
        return term

    def _step(self, term: Expression, match: re.Match[str]) -> Expression:
        self.pos = match.end()
        if match.lastindex == 1:
            return Attr(term, match[1])
        if match.lastindex == 2:
            return Index(term, Literal(self._number(match[2], match.start(2))))
        key = self.expression(1)
        self.take(tokens.CLOSE_BRACKET, "']'")
        return Index(term, key)

    def _splatted(self, *, full: bool, nl: int) -> Expression:
        each: Expression = Element()
        chain = 0
        while match := tokens.POSTFIX[nl].match(self.text, self.pos, self.end):
            kind = match.lastindex
            if kind in (3, 4) or (kind == 5 and not full):
                break
            chain += 1
            if chain > CHAIN:
                raise self.error(f"more than {CHAIN} steps in a row")
            each = self._step(each, match)
        return each

    def _tuple(self) -> Expression:
        if tokens.FOR.match(self.text, self.pos, self.end):
            return self._for(tokens.CLOSE_BRACKET, "']'", keyed=False)
        items: list[Expression] = []
        while not (match := tokens.CLOSE_BRACKET.match(self.text, self.pos, self.end)):
            items.append(self.expression(1))
            if match := tokens.COMMA.match(self.text, self.pos, self.end):
                self.pos = match.end()
            elif not tokens.CLOSE_BRACKET.match(self.text, self.pos, self.end):
                raise self.error("',' or ']' is missing here")
        self.pos = match.end()
        return TupleOf(tuple(items))

    def _object(self) -> Expression:
        if tokens.FOR.match(self.text, self.pos, self.end):
            return self._for(tokens.CLOSE_BRACE, "'}'", keyed=True)
        items: list[tuple[Expression, Expression]] = []
        while not (match := tokens.CLOSE_BRACE.match(self.text, self.pos, self.end)):
            key: Expression
            if match := tokens.KEY.match(self.text, self.pos, self.end):
                key, self.pos = Literal(match[match.lastindex or 1]), match.end()
            else:
                key = self.expression(0)
                self.take(tokens.ASSIGN, "'=' or ':'")
            items.append((key, self.expression(0)))
            self.take(tokens.ITEM_END, "',' or a new line")
        self.pos = match.end()
        return ObjectOf(tuple(items))

    def _for(self, close: tokens.Pattern, closing: str, *, keyed: bool) -> Expression:
        self.take(tokens.FOR, "'for'")
        names = self._for_names()
        of = self.expression(1)
        self.take(tokens.COLON[1], "':'")
        key = None
        value = self.expression(1)
        group = False
        if keyed:
            self.take(tokens.ARROW, "'=>'")
            key, value = value, self.expression(1)
            if match := tokens.ELLIPSIS.match(self.text, self.pos, self.end):
                group, self.pos = True, match.end()
        test = None
        if match := tokens.IF.match(self.text, self.pos, self.end):
            self.pos = match.end()
            test = self.expression(1)
        self.take(close, closing)
        return For(names, of, value, key, test, group)

    def _for_names(self) -> tuple[str, ...]:
        names = [self.take(tokens.WORD, "a name")[1]]
        if match := tokens.COMMA.match(self.text, self.pos, self.end):
            self.pos = match.end()
            names.append(self.take(tokens.WORD, "a name")[1])
        self.take(tokens.IN, "'in'")
        return tuple(names)

    def _heredoc(self, indented: bool, at: int) -> Expression:
        head = tokens.HEREDOC.match(self.text, self.pos, self.end)
        if head is None:
            raise self.error("a heredoc needs a word and a new line after '<<'", at)
        stop = _closing(head[1]).search(self.text, head.end() - 1, self.end)
        if stop is None:
            raise self.error(f"the heredoc is never closed by a line with {head[1]}", at)
        inner = Reader(self.source, head.end(), stop.start() + 1)
        inner.depth = self.depth
        self.pos = stop.end()
        return inner.template(indented=indented)

    def template(self, *, indented: bool = False) -> Expression:
        """Read everything up to the end as an unquoted template (a heredoc, a template file)."""
        pieces: list[str | Mark] = []
        self.deeper()
        while self.pos < self.end:
            match = tokens.UNQUOTED.match(self.text, self.pos, self.end)
            if match is None:  # pragma: no cover - every character has its alternative
                raise self.error("this is not a template")
            self.pos = match.end()
            kind = match.lastindex
            if kind == 1 or kind == 5:  # noqa: PLR1714
                pieces.append(match[0])
            elif kind == 2:
                pieces.append(match[2][1:])
            else:
                pieces.append(self._mark(match[3], trims=bool(match[4]), at=match.start()))
        self.depth -= 1
        return self._assembled(_joined(pieces), indented=indented)

    def _quoted(self, start: int) -> Expression:
        pieces: list[str | Mark] = []
        while match := tokens.QUOTED.match(self.text, self.pos, self.end):
            self.pos = match.end()
            kind = match.lastindex
            if kind == 9:
                return self._assembled(_melted(pieces))
            if kind == 1 or kind == 8:  # noqa: PLR1714
                pieces.append(match[0])
            elif kind == 2:
                pieces.append(_ESCAPES[match[2]])
            elif kind == 5:
                pieces.append(match[5][1:])
            elif kind in (3, 4):
                code = int(match[kind], 16)
                if code > 0x10FFFF:
                    raise self.error("no such character", match.start())
                pieces.append("\ufffd" if 0xD800 <= code <= 0xDFFF else chr(code))
            else:
                pieces.append(self._mark(match[6], trims=bool(match[7]), at=match.start()))
        if self.pos >= self.end or self.text[self.pos] == "\n":
            raise self.error("this string is never closed", start)
        raise self.error("this is not an escape sequence of HCL", self.pos)

    def _assembled(self, pieces: list[str | Mark], *, indented: bool = False) -> Expression:
        try:
            return assemble(pieces, indented=indented)
        except TemplateError as error:
            raise self.error(error.message, error.at) from None

    def _mark(self, sign: str, *, trims: bool, at: int) -> Mark:
        mark = Mark("value", trims, at=at)
        if sign == "$":
            mark.expression = self.expression(1)
        else:
            mark.kind = self.take(tokens.DIRECTIVE, "if, else, endif, for or endfor")[1]
            if mark.kind == "for":
                mark.names = self._for_names()
            if mark.kind in ("if", "for"):
                mark.expression = self.expression(1)
        mark.trims_right = bool(self.take(tokens.MARK_END, "'}'")[1])
        return mark


def _closing(word: str) -> re.Pattern[str]:
    return re.compile(rf"\n[ \t]*+{re.escape(word)}(?=[ \t]*+\r?(?:\n|\Z))")


def _joined(pieces: list[str | Mark]) -> list[str | Mark]:
    """Join the literal pieces of one line: escapes and lone signs had split it."""
    out: list[str | Mark] = []
    for piece in pieces:
        last = out[-1] if out else None
        if isinstance(piece, str) and isinstance(last, str) and not last.endswith("\n"):
            out[-1] = last + piece
        else:
            out.append(piece)
    return out


def _melted(pieces: list[str | Mark]) -> list[str | Mark]:
    out: list[str | Mark] = []
    text: list[str] = []
    for piece in pieces:
        if isinstance(piece, str):
            text.append(piece)
            continue
        if text:
            out.append(normal("".join(text)))
            text = []
        out.append(piece)
    if text:
        out.append(normal("".join(text)))
    return out


def normal(text: str) -> str:
    """Return a text the way Terraform holds it: each character composed."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)
