"""What changed between two bundles: per resource and control, per requirement, and in what was asked.

Both bundles' findings stand in one order, so that they are read side by side: memory grows with what is told, not with
what there is. Findings about a run as a whole (nothing to assess, a listing that failed) are compared too.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from phiward.engine.findings import Finding, ResourceRef, Verdict
from phiward.errors import EvidenceError
from phiward.evidence import canonical
from phiward.evidence.bundle import LOCK, REQUIREMENTS
from phiward.evidence.container import opened
from phiward.evidence.run import Run
from phiward.evidence.verify import contents, findings

_BAD = frozenset({Verdict.FAIL, Verdict.ERROR, Verdict.UNKNOWN})
_Place = tuple[bool, str, str]


class Change(StrEnum):
    """How a finding of one control on one resource differs."""

    NEW = "new"
    """It fails, or could not be seen, and the earlier bundle did not ask it, or could not see it."""
    REGRESSED = "regressed"
    """It passed, or was waived, and does not any more."""
    FIXED = "fixed"
    WAIVED = "waived"
    """Somebody accepted it meanwhile. It is not fixed."""
    UNCHANGED = "unchanged"
    """It failed, or could not be seen, and still does or cannot."""
    GONE = "gone"
    """It failed, or could not be seen; the later bundle does not hold the resource, or does not ask the control."""


class Changed(Struct, frozen=True, kw_only=True):
    """One finding that differs, or fails in both."""

    change: Change
    control: str
    """Its name in the later bundle."""
    before: Verdict | None
    """None: it was not asked."""
    after: Verdict | None
    requirements: tuple[str, ...]
    resource: ResourceRef | None
    why: str
    """The path that decided, where one did."""


class Requirement(Struct, frozen=True, kw_only=True):
    """How a requirement stood and stands."""

    id: str
    title: str
    before: str | None
    """None: the earlier policy did not hold it."""
    after: str | None


class Difference(Struct, frozen=True, kw_only=True):
    """What two bundles have different."""

    changes: tuple[Changed, ...]
    counts: dict[str, int]
    """By change, every one named."""
    requirements: tuple[Requirement, ...]
    """Those that stand otherwise, in the later policy's order."""
    notes: tuple[str, ...]
    """What was asked otherwise: targets, policy, controls. Not escaped."""


class _Held(Struct, frozen=True):
    """One bundle, as far as it is compared."""

    path: Path
    run: Run
    files: Mapping[str, str]
    """Control file to digest."""
    standing: Mapping[str, tuple[str, str]]
    """Requirement to title and status."""
    names: Mapping[str, str]
    """Former names of its controls to their ids."""


def difference(earlier: Path, later: Path) -> Difference:
    """Compare two bundles. Verify them first: nothing is checked here. Raises `EvidenceError`."""
    before, after = _held(earlier), _held(later)
    changes: list[Changed] = []
    counts = {each.value: 0 for each in Change}
    for changed in _changes(before, after):
        counts[changed.change.value] += 1
        changes.append(changed)
    return Difference(
        changes=tuple(changes),
        counts=counts,
        requirements=tuple(_requirements(before, after)),
        notes=tuple(_notes(before, after)),
    )


def _held(path: Path) -> _Held:
    with opened(path) as container:
        lock = canonical.parse(container.read(LOCK), LOCK)
        told = canonical.parse(container.read(REQUIREMENTS), REQUIREMENTS)
    with contents(path) as held:
        names = dict(_former(held.controls))
        run = held.run
    try:
        files = msgspec.convert(lock["files"], dict[str, str])
        standing = {each["id"]: (each["title"], each["status"]) for each in told["requirements"]}
    except (KeyError, TypeError, msgspec.ValidationError) as error:
        raise EvidenceError(f"{path}: {LOCK} or {REQUIREMENTS} is not of a form that is known here") from error
    return _Held(path, run, files, standing, names)


def _former(controls: tuple[Any, ...]) -> Iterator[tuple[str, str]]:
    """Yield each former name of a bundle's controls with the id."""
    from phiward.engine import content

    for file in controls:
        fields = content.parse(file.raw, file.path).value
        if isinstance(fields, dict) and "aliases" in fields and isinstance(fields["aliases"].value, list):
            for alias in fields["aliases"].value:
                yield str(alias.value), str(fields["id"].value)


def _changes(before: _Held, after: _Held) -> Iterator[Changed]:
    with ExitStack() as stack:
        old, new = _grouped(before, stack), _grouped(after, stack)
        left, right = next(old, None), next(new, None)
        while left is not None or right is not None:
            if right is None or (left is not None and left[0] < right[0]):
                assert left is not None  # noqa: S101 - one of the two is there
                yield from _of_resource(left[1], {}, after.names)
                left = next(old, None)
            elif left is None or right[0] < left[0]:
                yield from _of_resource({}, right[1], after.names)
                right = next(new, None)
            else:
                yield from _of_resource(left[1], right[1], after.names)
                left, right = next(old, None), next(new, None)


def _grouped(held: _Held, stack: ExitStack) -> Iterator[tuple[_Place, dict[str, Finding]]]:
    """Yield the findings of each resource, by control, in the order of the bundle, which must be sorted."""
    read = findings(held.path)
    stack.callback(getattr(read, "close", lambda: None))
    last: _Place | None = None
    for place, several in groupby(_decoded(read, held.path), _place):
        if last is not None and place <= last:
            raise EvidenceError(f"{held.path}: its findings are not in order")
        last = place
        yield place, {finding.control: finding for finding in several}


def _decoded(lines: Iterator[bytes], path: Path) -> Iterator[Finding]:
    decoder = msgspec.json.Decoder(Finding)
    for number, line in enumerate(lines, 1):
        try:
            yield decoder.decode(line)
        except (msgspec.DecodeError, RecursionError) as error:
            raise EvidenceError(f"{path}: its finding {number} cannot be read: {error}") from error


def _place(finding: Finding) -> _Place:
    found = finding.resource
    return (True, "", "") if found is None else (False, found.type, found.id)


def _of_resource(old: Mapping[str, Finding], new: Mapping[str, Finding], names: Mapping[str, str]) -> Iterator[Changed]:
    """Compare what two bundles say of one resource."""
    former = {names.get(control, control): finding for control, finding in old.items()}
    for control in sorted({*former, *new}):
        before, after = former.get(control), new.get(control)
        change = _change(before, after)
        told = after or before
        if change is None or told is None:
            continue
        yield Changed(
            change=change,
            control=control,
            before=before.verdict if before else None,
            after=after.verdict if after else None,
            requirements=told.requirements,
            resource=told.resource,
            why=next((why.path for why in told.why), ""),
        )


def _change(before: Finding | None, after: Finding | None) -> Change | None:
    """Say how a finding differs; None where nothing is to be told of it."""
    was = before.verdict if before else None
    now = after.verdict if after else None
    if now in _BAD:
        if was in {Verdict.PASS, Verdict.WAIVED}:
            return Change.REGRESSED
        return Change.UNCHANGED if was is now else Change.NEW
    if was not in _BAD:
        return None
    if now is None:
        return Change.GONE
    return Change.WAIVED if now is Verdict.WAIVED else Change.FIXED


def _requirements(before: _Held, after: _Held) -> Iterator[Requirement]:
    for identity in [*after.standing, *(each for each in before.standing if each not in after.standing)]:
        old, new = before.standing.get(identity), after.standing.get(identity)
        if (old and old[1]) != (new and new[1]):
            title = (new or old or ("", ""))[0]
            yield Requirement(id=identity, title=title, before=old[1] if old else None, after=new[1] if new else None)


def _notes(before: _Held, after: _Held) -> Iterator[str]:
    """Say what was asked otherwise: a difference in the findings may come from it alone."""
    old, new = before.run, after.run
    if old.asked != new.asked:
        yield f"other targets were asked: {', '.join(old.asked)}; then {', '.join(new.asked)}"
    for run, held in ((old, before), (new, after)):
        if not run.complete:
            yield f"{held.path.name}: not everything that was asked for could be read"
    if (old.policy, old.policy_version) != (new.policy, new.policy_version):
        yield f"another policy: {old.policy} {old.policy_version}; then {new.policy} {new.policy_version}"
    names = {after.names.get(each, each) for each in old.selected}
    for told, some in (("added", set(new.selected) - names), ("not asked any more", names - set(new.selected))):
        if some:
            yield f"{len(some)} controls {told}: {', '.join(sorted(some)[:10])}{', …' if len(some) > 10 else ''}"
    changed = sorted(
        path for path, digest in after.files.items() if path in before.files and before.files[path] != digest
    )
    if changed:
        shown = ", ".join(path.rpartition("/")[2].removesuffix(".yaml") for path in changed[:10])
        yield f"{len(changed)} controls were changed: {shown}{', …' if len(changed) > 10 else ''}"
