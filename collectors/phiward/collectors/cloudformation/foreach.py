"""`Fn::ForEach`, which makes several members out of one: resources, conditions, outputs, properties."""

import re
from typing import TYPE_CHECKING, Any

from phiward.collectors.cloudformation.intrinsics import evaluate
from phiward.collectors.cloudformation.values import as_text
from phiward.collectors.documents import Mapping, Problem, Sequence, Span
from phiward.collectors.terraform.evaluate.values import Exhausted
from phiward.inventory.unknown import Unknown

if TYPE_CHECKING:
    from phiward.collectors.cloudformation.intrinsics import Names

_LOOP = "Fn::ForEach::"
_MOST = 10_000
_NO_LETTERS = re.compile(r"[^A-Za-z0-9]")


class Expander:
    """Expands the loops of one stack."""

    def __init__(self, names: "Names") -> None:
        self.problems: list[Problem] = []
        self._names = names

    def section(self, written: Mapping, what: str) -> Mapping:
        """Return a section with its loops, and those within its members, expanded."""
        made = Mapping(written.span)
        made.unseen = written.unseen
        for key, value in written.items():
            span = written.spans.get(key, written.span)
            one = Mapping(span)
            one.put(key, value, span)
            self._names.steps.renew()
            try:
                expanded = self._expanded(one, what)
                made.unseen = made.unseen or expanded.unseen
                for name, each in expanded.items():
                    made.put(name, each, expanded.spans.get(name, span))
            except (Exhausted, RecursionError):
                made.unseen = Unknown(f"{key} is too large")
                self.problems.append(Problem(span.line, f"{key}: it is too large to be read"))
        return made

    def _expanded(self, written: Mapping, what: str) -> Mapping:
        made = Mapping(written.span)
        made.unseen = written.unseen
        for key, value in written.items():
            span = written.spans.get(key, written.span)
            if not key.startswith(_LOOP):
                made.put(key, self._inside(value), span)
                continue
            try:
                loop = self._loop(value)
            except (Exhausted, RecursionError):
                loop = Unknown("it is too large")
            if isinstance(loop, Unknown):
                made.unseen = loop
                self.problems.append(Problem(span.line, f"{key}: the {what} it makes cannot be seen: {loop.reason}"))
                continue
            for name, each, at in loop:
                made.put(name, each, at)
        return made

    def _loop(self, value: Any) -> list[tuple[str, Any, Span]] | Unknown:
        if not isinstance(value, list) or len(value) != 3 or not isinstance(value[2], Mapping):
            return Unknown("it is not written as CloudFormation asks")
        identifier, collection, body = value
        if not isinstance(identifier, str):
            return Unknown("its identifier is no name")
        items = evaluate(collection, self._names)
        if isinstance(items, Unknown) or not isinstance(items, list):
            return items if isinstance(items, Unknown) else Unknown("its collection is no list")
        if (unseen := next((each for each in items if isinstance(each, Unknown)), None)) is not None:
            return unseen
        if len(items) * len(body) > _MOST:
            return Unknown("it makes too many")
        found: list[tuple[str, Any, Span]] = []
        for item in items:
            text = as_text(item)
            if isinstance(text, Unknown):
                return text
            filled = self._filled(body, identifier, text)
            inner = self._expanded(filled, "members") if any(key.startswith(_LOOP) for key in filled) else filled
            found += [(key, self._inside(each), inner.spans.get(key, inner.span)) for key, each in inner.items()]
        return found

    def _inside(self, value: Any) -> Any:
        self._names.steps.spend()
        if isinstance(value, Mapping):
            if any(key.startswith(_LOOP) for key in value):
                value = self._expanded(value, "members")
            made = Mapping(value.span)
            made.unseen = value.unseen
            for key, each in value.items():
                made.put(key, self._inside(each), value.spans.get(key, value.span))
            return made
        if isinstance(value, Sequence):
            return Sequence(value.span, [self._inside(each) for each in value])
        return value

    def _filled(self, value: Any, name: str, text: str) -> Any:
        """Return a value with the loop's variable put in: `${Name}`, `&{Name}` (letters and digits alone), `Ref`."""
        self._names.steps.spend()
        if isinstance(value, Mapping):
            if len(value) == 1 and value.get("Ref") == name:
                return text
            made = Mapping(value.span)
            made.unseen = value.unseen
            for key, each in value.items():
                made.put(_spelled(key, name, text), self._filled(each, name, text), value.spans.get(key, value.span))
            return made
        if isinstance(value, Sequence):
            return Sequence(value.span, [self._filled(each, name, text) for each in value])
        return _spelled(value, name, text) if isinstance(value, str) else value


def _spelled(written: str, name: str, text: str) -> str:
    return written.replace(f"${{{name}}}", text).replace(f"&{{{name}}}", _NO_LETTERS.sub("", text))
