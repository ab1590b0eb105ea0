"""What can go wrong, as one tree.

    PhiwardError
    ├── UsageError      the command or configuration asks for something that cannot be done
    ├── ContentError    a control, policy, waiver or inventory file is wrong: file, line, column, field
    ├── CollectError    a source could not be read at all (one failing call is Unknown or a gap, not this)
    └── EvidenceError   a bundle, key or signature is not what it must be

Every message says what happened, where, and what to do next. Library errors are translated into these where
the library is called; only `phiward.cli` catches the root.
"""


class PhiwardError(Exception):
    """Anything phiward says in its own words."""


class UsageError(PhiwardError):
    """The command or configuration asks for something that cannot be done."""


class ContentError(PhiwardError):
    """A content file is wrong. Renders as `file:line:column: field: message (did you mean …?)`."""

    def __init__(  # noqa: PLR0913 - a place has this many parts
        self,
        message: str,
        *,
        file: str | None = None,
        line: int | None = None,
        column: int | None = None,
        field: str | None = None,
        nearest: str | None = None,
    ) -> None:
        self.message = message
        self.file = file
        self.line = line
        self.column = column
        self.field = field
        self.nearest = nearest
        super().__init__(message)

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)
        parts = [part for part in (place, self.field, self.message) if part]
        hint = f" (did you mean {self.nearest!r}?)" if self.nearest else ""
        return ": ".join(parts) + hint


class CollectError(PhiwardError):
    """A source could not be read at all."""


class EvidenceError(PhiwardError):
    """A bundle, key or signature is not what it must be."""
