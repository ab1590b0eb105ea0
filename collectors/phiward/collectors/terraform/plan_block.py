"""One resource of a plan, as the type modules read it."""

from typing import Any

from phiward.collectors.terraform.addresses import parse
from phiward.collectors.terraform.block import Block, Lines, Unknown
from phiward.collectors.terraform.plan_references import References, ResourceConfiguration

KNOWN_AFTER_APPLY = "known after apply"
SENSITIVE = "marked sensitive in the plan: its text is not read"


class PlanBlock:
    """A resource, data source or nested block of a plan.

    `written` holds the expressions of the configuration. An argument that the configuration leaves out and that only
    the provider will decide (`kms_key_id` where none is given) is *not set*, as it is in the code. What is marked
    sensitive is not given out unless it is a bool or a number.
    """

    def __init__(  # noqa: PLR0913 - a plan keeps one resource in this many places
        self,
        address: str,
        name: str,
        values: dict[str, Any],
        references: References,
        *,
        file: str,
        written: ResourceConfiguration | None = None,
        unknown: Any = False,
        sensitive: Any = False,
    ) -> None:
        place = parse(address)
        self.address = address
        self.type = place.type if place else name
        self.name = name
        self._file = file
        self._values = values
        self._unknown = unknown
        self._sensitive = sensitive
        self._written = written.expressions if written else None
        self._references = references
        self._scope = references.scope(address, written)

    @property
    def where(self) -> Lines:
        """The plan itself: it does not say which lines it was made from."""
        return Lines(self._file, 1, 1)

    def get(self, name: str, default: Any = None) -> Any:
        """Return an argument's planned value."""
        unknown = _member(self._unknown, name)
        if unknown is True:
            if self._written is not None and name not in self._written:
                return default
            return Unknown(KNOWN_AFTER_APPLY, self.references(name))
        value = _merged(self._values.get(name), unknown, _member(self._sensitive, name), self.references, name)
        return default if value is None else value

    def blocks(self, name: str) -> list[Block | Unknown]:
        """Return the planned nested blocks.

        Where they are known only after the apply and the configuration shows none, a `dynamic` block may still make
        them: plans leave those out.
        """
        unknown = _member(self._unknown, name)
        if unknown is True:
            return [Unknown(KNOWN_AFTER_APPLY, self.references(name))]
        values = self._values.get(name)
        if isinstance(values, dict):
            values, unknown = [values], [unknown]
        if not isinstance(values, list):
            return []
        written = self._written.get(name) if self._written is not None else None
        static = written if isinstance(written, list) and len(written) == len(values) else [None] * len(values)
        return [
            self._nested(name, value, _member(unknown, index), _member(_member(self._sensitive, name), index), given)
            for index, (value, given) in enumerate(zip(values, static, strict=True))
        ]

    def _nested(self, name: str, value: Any, unknown: Any, sensitive: Any, written: Any) -> "Block | Unknown":
        if unknown is True or not isinstance(value, dict):
            return Unknown(KNOWN_AFTER_APPLY, self.references(name))
        nested = PlanBlock(
            self.address, self.name, value, self._references, file=self._file, unknown=unknown, sensitive=sensitive
        )
        nested.type = name
        nested._written = written if isinstance(written, dict) else None
        nested._scope = self._scope
        return nested

    def lines(self, name: str) -> Lines:  # noqa: ARG002 - a plan has no lines
        """The plan itself."""
        return self.where

    def references(self, name: str) -> tuple[str, ...]:
        """Return the absolute addresses that an argument, or the nested blocks of a name, refer to."""
        return self._references.resolve((self._written or {}).get(name), self._scope)


def written_values(expression: Any, variables: dict[str, Any]) -> Any:
    """Return the value of a constant expression or a root variable; `Unknown` for any other."""
    if isinstance(expression, list):
        return [written_values(each, variables) for each in expression]
    if not isinstance(expression, dict):
        return expression
    if "constant_value" in expression:
        return expression["constant_value"]
    references = expression.get("references")
    if isinstance(references, list):
        name = str(references[0]).removeprefix("var.") if len(references) == 1 else ""
        return variables[name] if name in variables else Unknown("the plan does not say", tuple(map(str, references)))
    return {name: written_values(each, variables) for name, each in expression.items()}


def _member(marks: Any, key: str | int) -> Any:
    """Return the mark of a member: marks mirror values, and a single one covers everything below it."""
    if isinstance(marks, dict):
        return marks.get(str(key), False)
    if isinstance(marks, list):
        return marks[key] if isinstance(key, int) and key < len(marks) else False
    return marks is True


def _merged(value: Any, unknown: Any, sensitive: Any, references: Any, name: str) -> Any:
    if unknown is True:
        return Unknown(KNOWN_AFTER_APPLY, references(name))
    if sensitive is True and not isinstance(value, bool | int | float | None):
        return Unknown(SENSITIVE)
    if isinstance(value, dict):
        marked = [key for key in unknown if key not in value] if isinstance(unknown, dict) else []
        return {
            key: _merged(value.get(key), _member(unknown, key), _member(sensitive, key), references, name)
            for key in (*value, *marked)
            if key in value or _member(unknown, key) is True
        }
    if isinstance(value, list):
        return [
            _merged(each, _member(unknown, index), _member(sensitive, index), references, name)
            for index, each in enumerate(value)
        ]
    return value
