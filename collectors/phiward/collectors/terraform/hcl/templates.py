"""Templates between being scanned and being a tree: trimming, heredoc indentation, and the nesting of directives."""

from collections.abc import Sequence

from msgspec import Struct

from phiward.collectors.terraform.hcl.syntax import Expression, Literal, Template, TemplateFor, TemplateIf


class Mark(Struct):
    """A `${…}` or `%{…}` sequence. `kind` is `value`, `if`, `else`, `endif`, `for` or `endfor`."""

    kind: str
    trims_left: bool
    trims_right: bool = False
    expression: Expression | None = None
    names: tuple[str, ...] = ()
    at: int = 0


class TemplateError(Exception):
    """Directives that do not nest: the offset, and what is wrong."""

    def __init__(self, at: int, message: str) -> None:
        self.at = at
        self.message = message
        super().__init__(message)


def assemble(pieces: Sequence[str | Mark], *, indented: bool = False) -> Expression:
    """Build the expression that a scanned template stands for; `indented` for a `<<-` heredoc.

    `pieces` holds literal text, of a heredoc one line to a piece. A template that is one interpolation and nothing
    else is the value within it, which may be other than text.
    """
    trimmed = _trim(pieces)
    if indented:
        trimmed = _outdent(trimmed)
    parts, rest = _nest(trimmed, 0, ())
    if rest != len(trimmed):
        mark = trimmed[rest]
        raise TemplateError(mark.at if isinstance(mark, Mark) else 0, "this directive closes nothing")
    if not parts:
        return Literal("")
    if len(parts) == 1 and not isinstance(parts[0], TemplateIf | TemplateFor):
        return parts[0]
    return Template(tuple(parts))


def _trim(pieces: Sequence[str | Mark]) -> list[str | Mark]:
    if not any(isinstance(piece, Mark) and (piece.trims_left or piece.trims_right) for piece in pieces):
        return list(pieces)
    out: list[str | Mark] = []
    for at, piece in enumerate(pieces):
        text = piece
        if isinstance(text, str):
            before = pieces[at - 1] if at else None
            after = pieces[at + 1] if at + 1 < len(pieces) else None
            if isinstance(before, Mark) and before.trims_right:
                text = text.lstrip()
            if isinstance(after, Mark) and after.trims_left:
                text = text.rstrip()
        out.append(text)
    return out


def _outdent(pieces: list[str | Mark]) -> list[str | Mark]:
    """Take the common indentation off every line, the way HCL does: blank lines neither count nor change."""
    least: int | None = None
    starts: list[int] = []
    fresh = True
    for at, piece in enumerate(pieces):
        if fresh:
            fresh = False
            spaces = 0
            if isinstance(piece, str):
                bare = piece.lstrip()
                if not bare and piece.endswith("\n"):
                    fresh = True
                    continue
                spaces = len(piece) - len(bare)
                starts.append(at)
            least = spaces if least is None else min(least, spaces)
        if isinstance(piece, str) and piece.endswith("\n"):
            fresh = True
    if not least:
        return pieces
    out = list(pieces)
    for at in starts:
        piece = out[at]
        if isinstance(piece, str):
            out[at] = piece[least:]
    return out


def _nest(pieces: list[str | Mark], at: int, until: tuple[str, ...]) -> tuple[list[Expression], int]:
    parts: list[Expression] = []
    text = ""
    while at < len(pieces):
        piece = pieces[at]
        if isinstance(piece, str):
            text += piece
            at += 1
            continue
        if text:
            parts.append(Literal(text))
            text = ""
        if piece.kind in until or piece.kind in ("else", "endif", "endfor"):
            return parts, at
        expression = piece.expression or Literal(None)
        if piece.kind == "value":
            parts.append(expression)
            at += 1
        elif piece.kind == "if":
            then, at = _nest(pieces, at + 1, ("else", "endif"))
            otherwise: list[Expression] = []
            if _kind(pieces, at, piece) == "else":
                otherwise, at = _nest(pieces, at + 1, ("endif",))
            _expect(pieces, at, piece, "endif")
            parts.append(TemplateIf(expression, Template(tuple(then)), Template(tuple(otherwise))))
            at += 1
        else:
            body, at = _nest(pieces, at + 1, ("endfor",))
            _expect(pieces, at, piece, "endfor")
            parts.append(TemplateFor(piece.names, expression, Template(tuple(body))))
            at += 1
    if text:
        parts.append(Literal(text))
    return parts, at


def _kind(pieces: list[str | Mark], at: int, opened: Mark) -> str:
    mark = pieces[at] if at < len(pieces) else None
    if not isinstance(mark, Mark):
        raise TemplateError(opened.at, f"%{{{opened.kind}}} is never closed")
    return mark.kind


def _expect(pieces: list[str | Mark], at: int, opened: Mark, kind: str) -> None:
    if _kind(pieces, at, opened) != kind:
        raise TemplateError(opened.at, f"%{{{opened.kind}}} is not closed by %{{{kind}}}")
