"""Running a control's examples: does it say what its author meant?"""

from typing import Any

from msgspec import Struct

from phiward.engine.condition import Related
from phiward.engine.control import Control, Example
from phiward.engine.explain import place_of, reasons
from phiward.engine.facts import Answer, facts_of
from phiward.engine.findings import Verdict, Why
from phiward.engine.fit import types_of
from phiward.engine.reference import holds, judge
from phiward.errors import ContentError
from phiward.inventory.catalog import Catalog

NOW = "2026-01-01T00:00:00Z"
"""The time of an example that gives none."""
WANTED = (Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN)
"""The verdicts that every control's examples must show."""


class Outcome(Struct, frozen=True):
    """What one example came to."""

    control: str
    index: int
    line: int
    expected: str
    given: str
    why: tuple[Why, ...] = ()

    @property
    def right(self) -> bool:
        """The control gave the verdict that the example expects."""
        return self.expected == self.given


def run(control: Control, catalog: Catalog) -> list[Outcome]:
    """Run every example of a control. Raises `ContentError` for a resource that cannot be asked."""
    return [_run(control, index, example, catalog) for index, example in enumerate(control.examples)]


def lacking(control: Control) -> list[Verdict]:
    """Return the verdicts that no example of a control shows."""
    shown = {example.verdict for example in control.examples}
    return [verdict for verdict in WANTED if verdict not in shown]


def _run(control: Control, index: int, example: Example, catalog: Catalog) -> Outcome:
    body = {"id": "example", "origin": {"kind": "live"}} | example.resource
    now = example.now or NOW
    field = f"examples[{index}]"
    root = _root(control, body, catalog, field)
    if body["type"] not in types_of(control.applies_to, catalog):
        return Outcome(control.id, index, example.line, example.verdict, Verdict.NOT_APPLICABLE)

    def related(condition: Related, identity: str) -> Answer:
        for number, other in enumerate(example.related):
            if other.get("id") == identity:
                place = f"{field}.with[{number}]"
                facts = facts_of(other, _root(control, other, catalog, place), now, related)
                from phiward.engine.fit import answerers

                if other["type"] not in answerers(condition, catalog):
                    return None
                return holds(condition.condition, facts, facts.whole)
        return None

    facts = facts_of(body, root, now, related)
    where = control.applies_to.where
    verdict = judge(where, control.condition, facts)
    told = verdict in (Verdict.FAIL, Verdict.UNKNOWN)
    whys = reasons(verdict, where, control.condition, facts, place_of(body)) if told else ()
    return Outcome(control.id, index, example.line, example.verdict, verdict, whys)


def _root(control: Control, body: dict[str, Any], catalog: Catalog, field: str) -> Any:
    """Return what an example's resource is, once every field it gives is known to the catalog."""
    try:
        root = catalog.root(str(body.get("type")))
    except LookupError as error:
        raise ContentError(str(error), file=f"controls/{control.file}", field=f"{field}.resource.type") from error
    strange = _strange(body, root, "")
    if strange:
        message = f"{body['type']} has no {strange[0]!r}"
        raise ContentError(message, file=f"controls/{control.file}", field=f"{field}.resource")
    return root


_ELSEWHERE = frozenset({"unknown", "origin", "observations", "lines", "left_out"})


def _strange(value: Any, field: Any, path: str) -> list[str]:
    """Return the paths of an example that the catalog does not know: a typing error would make it prove nothing."""
    found: list[str] = []
    if field.kind == "struct" and isinstance(value, dict):
        for name, member in value.items():
            if not path and name in _ELSEWHERE:
                continue
            here = f"{path}.{name}" if path else name
            if name in field.fields:
                found += _strange(member, field.fields[name], here)
            else:
                found.append(here)
    elif field.kind == "list" and isinstance(value, list) and field.item:
        for index, each in enumerate(value):
            found += _strange(each, field.item, f"{path}[{index}]")
    return found
