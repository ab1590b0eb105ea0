"""One control, resource by resource: what each verdict came from."""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from phiward.engine.compiled import facts
from phiward.engine.evaluate import Evaluation
from phiward.engine.explain import place_of
from phiward.engine.findings import ResourceRef, Verdict
from phiward.engine.lines import body_of, header_of
from phiward.engine.reference import judge
from phiward.engine.rules import Rule
from phiward.engine.trace import Part, trace


class Explained(Struct, frozen=True):
    """One resource's verdict, and the parts of what was asked."""

    resource: ResourceRef
    verdict: Verdict
    scope: Part | None
    """What `where` asks, and the policy's scope; None where the control applies to all of its types."""
    asked: Part
    waiver: str | None = None


def explained(
    evaluation: Evaluation, lines: Iterable[bytes], rule: Rule, waived: Mapping[str, str]
) -> Iterator[Explained]:
    """Yield every resource that a control applies to, in the inventory's order. The evaluation has been iterated.

    `waived` is resource to waiver, of those whose fail is waived.
    """
    control = rule.control
    where = control.applies_to.where
    for number, line in enumerate(lines, 1):
        head = header_of(line, number)
        if head.type not in rule.types:
            continue
        body = body_of(line, number)
        root = evaluation.compiled.rules.catalog.root(head.type)
        told = facts(evaluation.compiled, root, body, evaluation.now, evaluation.targets.ask)
        place = place_of(body)
        verdict = judge(where, control.condition, told)
        waiver = waived.get(place.id) if verdict is Verdict.FAIL else None
        yield Explained(
            place.ref(),
            Verdict.WAIVED if waiver is not None else verdict,
            None if where is None else trace(where, told, told.whole, place),
            trace(control.condition, told, told.whole, place),
            waiver,
        )
