"""`--explain CONTROL`: one control from the law to the line that decided it."""

from collections.abc import Iterable, Iterator, Mapping
from textwrap import wrap

from phiward.engine.control import Control
from phiward.engine.explained import Explained
from phiward.engine.findings import Verdict, Why
from phiward.engine.trace import Part
from phiward.evidence.escape import visible
from phiward.evidence.report import counts_text, value_text
from phiward.evidence.table import Paint, plain

_WORDS = {True: "true", False: "false", None: "unknown"}
_STYLES = {True: "pass", False: "fail", None: "unknown"}
_WIDTH = 100


def render(
    control: Control,
    titles: Mapping[str, str],
    found: Iterable[Explained],
    *,
    paint: Paint = plain,
    most: int | None = None,
) -> Iterator[str]:
    """Yield the control, what it serves, and each resource with its verdict; `titles` are those of requirements."""
    yield f"{paint('place', visible(control.id))} ({paint(control.severity.value, control.severity.value)})\n"
    yield f"  {visible(control.title)}\n\n"
    yield from (f"  {visible(line)}\n" for line in wrap(control.rationale, _WIDTH))
    yield "\nIt serves:\n"
    for cited in control.citations.values():
        for requirement, why in cited.items():
            title = f" {titles[requirement]}" if requirement in titles else ""
            yield f"  §{visible(requirement)}{visible(title)}: {visible(why)}\n"
    if control.parameters:
        yield "\nIts parameters here:\n"
        for name, given in control.parameters.items():
            yield f"  {visible(name)} = {visible(value_text(given.value))}: {visible(given.why)}\n"
    yield f"\nHow to mend it: {visible(control.remediation.text)}\n\n"
    counts: dict[str, int] = {}
    shown = 0
    for each in found:
        counts[each.verdict.value] = counts.get(each.verdict.value, 0) + 1
        if most is None or shown < most:
            shown += 1
            yield from _resource(each, paint)
    total = sum(counts.values())
    if total > shown:
        yield f"… and {total - shown} more resources; --all shows them\n\n"
    yield f"{total} resources: {counts_text(counts)}\n" if total else "No resource that it asks of was found.\n"


def _resource(each: Explained, paint: Paint) -> Iterator[str]:
    found = each.resource
    where = f"{found.file}:{found.line}" if found.file else " ".join(filter(None, (found.account, found.region)))
    word = each.verdict.value.replace("_", " ")
    yield f"{paint(each.verdict.value, word)} {visible(found.id, 160)}"
    yield f"  ({visible(found.type)}{', ' if where else ''}{visible(where)})\n"
    if each.waiver:
        yield f"  waived by {visible(each.waiver)}\n"
    if each.scope is not None:
        yield "  it applies where:\n"
        yield from _part(each.scope, paint, 2)
    if each.verdict is not Verdict.NOT_APPLICABLE:
        if each.scope is not None:
            yield "  it asserts:\n"
        yield from _part(each.asked, paint, 2 if each.scope is not None else 1)
    yield "\n"


def _part(part: Part, paint: Paint, depth: int) -> Iterator[str]:
    indent = "  " * depth
    word = paint(_STYLES[part.answer], f"{_WORDS[part.answer]:7}")
    yield f"{indent}{word} {visible(part.asks, 200)}{_held(part.value)}\n"
    for each in part.parts:
        yield from _part(each, paint, depth + 1)
    if part.left_out:
        yield f"{indent}  … and {part.left_out} more\n"


def _held(value: Why | None) -> str:
    """Say what was there, and where that was read."""
    if value is None:
        return ""
    if value.unknown is not None:
        held = f"could not be seen: {value.unknown}"
    else:
        held = "there is none" if value.observed is None else f"is {value_text(value.observed)}"
    places = [f"{value.file}:{value.line}" if value.file else "", value.call or ""]
    where = ", ".join(each for each in places if each and each != "file")
    return f"  <- {visible(held, 300)}{f'  ({visible(where)})' if where else ''}"
