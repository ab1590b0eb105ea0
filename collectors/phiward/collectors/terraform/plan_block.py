"""One resource of a plan, as the type modules read it."""

from collections.abc import Sequence
from typing import Any, ClassVar, Protocol

from msgspec import Struct

from phiward.collectors.terraform.addresses import parse
from phiward.collectors.terraform.block import Block, Lines, Unknown
from phiward.collectors.terraform.plan_code import Code
from phiward.collectors.terraform.plan_references import References, mentioned
from phiward.collectors.terraform.plan_secrets import SENSITIVE, copies, hidden
from phiward.collectors.terraform.plan_written import Written, constants, nested, origins

KNOWN_AFTER_APPLY = "known after apply"
DYNAMIC = "known after apply: a `dynamic` block makes more of them, how many is not known before"

_NULL = {"constant_value": None}
"""An argument that is written as `null`: it is as good as left out."""


class Planned(Struct, gc=False):
    """What will be there after the apply, and, in the same shape, what of it is only known then or is sensitive."""

    after: dict[str, Any] | None = None
    after_unknown: Any = False
    after_sensitive: Any = False
    secrets: frozenset[str] = frozenset()
    """Texts that are marked sensitive in another place: providers copy them (`tags` to `tags_all`) without the mark."""


class Facts(Protocol):
    """What a plan says of one block."""

    @property
    def planned(self) -> Planned:
        """Its values."""
        ...

    @property
    def written(self) -> Written | None:
        """Its expressions in the configuration; None where the plan does not say."""
        ...

    @property
    def code(self) -> Code | None:
        """Where it is written, where the code is at hand."""
        ...

    @property
    def planned_whole(self) -> bool:
        """Whether the values show all of its nested blocks; else only the configuration tells of them."""
        ...


class Nested(Struct, frozen=True, gc=False):
    """The facts of a nested block."""

    planned: Planned
    written: Written | None
    above: "PlanBlock"
    name: str
    among: Sequence[Any]
    """The values of all planned blocks of the name."""
    number: int
    planned_whole: ClassVar[bool] = True

    @property
    def code(self) -> Code | None:
        """Where it is written."""
        code = self.above.facts.code
        return code.blocks(self.name, self.among)[self.number] if code is not None else None


class Given(Struct, frozen=True):
    """Facts that are all at hand: of a provider, of a block that only the configuration tells of."""

    planned: Planned
    written: Written | None = None
    code: Code | None = None
    planned_whole: bool = True


class PlanBlock:
    """A resource, data source or nested block of a plan.

    An argument that the configuration leaves out and that only the provider will decide (`kms_key_id` where none is
    given) is *not set*, as it is in the code. What is marked sensitive is not given out unless it is a bool or a
    number.
    """

    __slots__ = ("_file", "_references", "address", "facts", "name", "type")

    def __init__(  # noqa: PLR0913 - a block has this many sides
        self,
        address: str,
        type: str,  # noqa: A002 - the word of the protocol
        name: str,
        facts: Facts,
        references: References,
        *,
        file: str,
    ) -> None:
        self.address = address
        self.type = type
        self.name = name
        self.facts = facts
        self._references = references
        self._file = file

    @property
    def where(self) -> Lines:
        """The lines of the whole block; without the code, the plan, which does not say what it was made from."""
        code = self.facts.code
        return code.where if code is not None else Lines(self._file, 1, 1)

    def lines(self, name: str) -> Lines:
        """Return the lines of an argument or of the first nested block of that name; else of the whole block."""
        code = self.facts.code
        return code.lines(name) if code is not None else self.where

    def get(self, name: str, default: Any = None) -> Any:
        """Return an argument's planned value."""
        planned = self.facts.planned
        unknown = _member(planned.after_unknown, name)
        if unknown is True:
            written = self.facts.written
            if written is not None and written.get(name, _NULL) == _NULL:
                return default
            return Unknown(KNOWN_AFTER_APPLY, self.references(name))
        sensitive = _member(planned.after_sensitive, name)
        value = _merged((planned.after or {}).get(name), unknown, sensitive, self.references, name)
        if planned.secrets and copies(value, planned.secrets, within=True):
            value = self._without_copies(name, value, planned.secrets)
        return default if value is None else value

    def _without_copies(self, name: str, value: Any, known: frozenset[str]) -> Any:
        """Return a value without what is marked sensitive elsewhere.

        Marks follow the expressions of the configuration, so what constants and variables alone decide is rightly
        marked. They do not follow what a provider computes: it copies a text, or puts it into another (a policy).
        """
        written = (self.facts.written or {}).get(name)
        if written is None:
            return hidden(value, known, within=False)
        if any(parse(ref) or ref.startswith("module.") for ref in mentioned(written)):
            return hidden(value, known, within=True)
        return value

    def blocks(self, name: str) -> list[Block | Unknown]:
        """Return the planned nested blocks, in the plan's order.

        Where they are known only after the apply, those that the configuration writes are there all the same. Plans
        leave `dynamic` blocks out of it, so that more of them may be made, unless the code is at hand and says not.
        """
        planned = self.facts.planned
        unknown = _member(planned.after_unknown, name)
        sensitive = _member(planned.after_sensitive, name)
        written = nested((self.facts.written or {}).get(name))
        if unknown is True or not self.facts.planned_whole:
            return self._written_ones(name, written, sensitive)
        values = (planned.after or {}).get(name)
        if isinstance(values, dict):
            values, unknown, sensitive = [values], [unknown], [sensitive]
        if not isinstance(values, list):
            return []
        return [
            Unknown(KNOWN_AFTER_APPLY, self.references(name))
            if _member(unknown, number) is True or not isinstance(value, dict)
            else self._inner(
                name,
                Nested(
                    Planned(value, _member(unknown, number), _member(sensitive, number), planned.secrets),
                    given,
                    self,
                    name,
                    values,
                    number,
                ),
            )
            for number, (value, given) in enumerate(zip(values, _written_for(values, written), strict=True))
        ]

    def _written_ones(self, name: str, written: list[Written] | None, sensitive: Any) -> list[Block | Unknown]:
        """Return the blocks that the configuration writes, of those that are known only after the apply."""
        code = self.facts.code
        if sensitive is True:
            return [Unknown(SENSITIVE)]
        values = [_as_planned(each, self.facts.planned.secrets) for each in written or ()]
        places = code.blocks(name, [each.after for each in values]) if code is not None else [None] * len(values)
        found: list[Block | Unknown] = [
            self._inner(name, Given(value, each, place, planned_whole=False))
            for value, each, place in zip(values, written or (), places, strict=True)
        ]
        if code is None:
            reason = DYNAMIC if written else KNOWN_AFTER_APPLY
            return [*found, Unknown(reason, self.references(name))]
        decided_by = code.dynamic(name)
        if decided_by is not None:
            refs = self._references.resolve({"references": decided_by}, self._references.scope(self.address))
            return [*found, Unknown(DYNAMIC, refs)]
        if not found and code.writes(name):
            return [Unknown(KNOWN_AFTER_APPLY, self.references(name))]
        return found

    def _inner(self, name: str, facts: Facts) -> "PlanBlock":
        return PlanBlock(self.address, name, self.name, facts, self._references, file=self._file)

    def references(self, name: str) -> tuple[str, ...]:
        """Return the absolute addresses that an argument, or the nested blocks of a name, refer to."""
        written = (self.facts.written or {}).get(name)
        return self._references.resolve(written, self._references.scope(self.address)) if written is not None else ()


def _written_for(values: list[Any], written: list[Written] | None) -> list[Written | None]:
    """Return what is written of each planned block; None where it is not known which it was made from."""
    if not written:
        return [None] * len(values)
    made = origins(values, written, complete=len(values) == len(written))
    return [_together([written[number] for number in numbers]) for numbers in made]


def _together(written: list[Written]) -> Written | None:
    """Return the expressions of one block; of several that it may be, those of all, none of them a constant."""
    if len(written) <= 1:
        return written[0] if written else None
    names = dict.fromkeys(name for each in written for name in each)
    return {name: {"references": [ref for each in written for ref in mentioned(each.get(name))]} for name in names}


def _as_planned(written: Written, secrets: frozenset[str]) -> Planned:
    """Return the values of a block that only the configuration tells of: its constants are known, the rest is not."""
    known = constants(written)
    return Planned(known, {name: True for name in written if name not in known}, secrets=secrets)


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
