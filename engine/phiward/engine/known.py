"""What was found before, so that a run can tell what is new.

A finding is known where the earlier state had one with the same control, resource and verdict, and for no other
reasons. Reasons are compared without lines, and values without their place in a list: what moves stays what it is.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

import msgspec
from msgspec import Struct

from phiward.engine.evaluate import Evaluation, Lines
from phiward.engine.findings import Finding, State, Verdict, Why
from phiward.engine.lines import body_of, header_of
from phiward.engine.summary import Counts, Summary
from phiward.inventory.model import CollectionGap, OriginKind

_INDEX: Final = re.compile(r"\[\d+\]")
_WEIGHED: Final = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.ERROR)
"""The verdicts that a gate may count."""
_OWN: Final = ("id", "origin", "lines", "observations", "relations")
"""What a resource that only got another address may differ in."""
_CODE: Final = frozenset(
    {OriginKind.TERRAFORM, OriginKind.TERRAFORM_PLAN, OriginKind.CLOUDFORMATION, OriginKind.KUBERNETES}
)
"""Sources in which an id is an address, that people change without making another thing."""

Key = tuple[str, str, str]
"""Control, resource type, resource id; the last two are empty where a finding is about the whole run."""


class Before(Struct, frozen=True, kw_only=True):
    """An earlier state to compare with."""

    what: str
    """What it is, for people: `baseline.zip of 2026-11-01`, `the code at 1a2b3c4`."""
    findings: Callable[[], Iterator[Finding]]
    """Opens its findings; passes are not needed."""
    lines: Lines
    """Opens the lines of its inventory."""
    selected: frozenset[str] | None = None
    """The controls it asked. None: those of this run."""
    unchanged: Callable[[str], bool] | None = None
    """Says whether a file is the same now as then, where that can be told."""


class Known(Struct, frozen=True, kw_only=True):
    """What an earlier state holds of the resources of this run."""

    what: str
    entries: Mapping[Key, tuple[Verdict, Counter[str]]]
    """Its findings that a gate may count, with their reasons."""
    names: Mapping[str, str]
    """Names of controls, former ones too, to their ids now."""
    selected: frozenset[str] | None
    here: frozenset[tuple[str, str]]
    """The type and id of every resource of this run."""
    moved: Mapping[tuple[str, str], str]
    """Type and id now to the id before, of resources of which only the address changed."""
    gaps: frozenset[bytes]
    unchanged: Callable[[str], bool] | None


class Comparison(Struct, frozen=True, kw_only=True):
    """What is new in a run, counted. Fails, unknowns and broken controls count; passes and waived fails do not."""

    what: str
    """What it was compared with."""
    new: int
    known: int
    fixed: int
    """Found before, and now asked of the same resource and not found."""
    gone: int
    """Found before on a resource that is not in this run, or by a control that is not asked any more."""
    moved: int
    """Resources that only got another address."""
    new_controls: int
    """Of the new ones, how many are of controls that were not asked before."""
    new_gaps: int
    known_gaps: int


def known(before: Before, lines: Lines, names: Mapping[str, str]) -> Known:
    """Read an earlier state as far as it says something of the resources in `lines`."""
    gaps: set[bytes] = set()
    then = set(_resources(before.lines(), gaps))
    here = frozenset(_resources(lines(), set()))
    entries: dict[Key, tuple[Verdict, Counter[str]]] = {}
    for finding in before.findings():
        if finding.verdict in _WEIGHED:
            control = names.get(finding.control, finding.control)
            entries[_key(finding, control)] = (finding.verdict, _reasons(finding.why))
    gone = then - here
    moved = _moved(before.lines, gone, lines, here - then) if gone and here - then else {}
    return Known(
        what=before.what,
        entries=entries,
        names=names,
        selected=before.selected,
        here=here,
        moved=moved,
        gaps=frozenset(gaps),
        unchanged=before.unchanged,
    )


class Compared:
    """The findings of an evaluation, each marked as new or known. Iterate once; the rest is complete after that."""

    def __init__(self, evaluation: Evaluation, known: Known) -> None:
        self._evaluation = evaluation
        self._known = known
        self._seen: set[Key] = set()
        self._new = 0
        self._same: Counter[tuple[str, Verdict]] = Counter()
        """Control and verdict to how many findings of it are known."""
        self._unasked = 0

    def __iter__(self) -> Iterator[Finding]:
        for finding in self._evaluation:
            if finding.verdict in _WEIGHED:
                state = self._state(finding)
                yield msgspec.structs.replace(finding, state=state)
            else:
                yield finding

    def _state(self, finding: Finding) -> State:
        key = _key(finding, finding.control)
        found = finding.resource
        if found is not None and (before := self._known.moved.get((found.type, found.id))) is not None:
            key = (finding.control, found.type, before)
        self._seen.add(key)
        entry = self._known.entries.get(key)
        if entry is not None and entry[0] is finding.verdict and finding.verdict is not Verdict.ERROR:
            reasons = _reasons(finding.why)
            if reasons <= entry[1] and (found is not None or not self._new_gaps()):
                self._same[finding.control, finding.verdict] += 1
                return State.KNOWN
        self._new += 1
        self._unasked += self._known.selected is not None and finding.control not in self._asked_before()
        return State.NEW

    def _asked_before(self) -> frozenset[str]:
        selected = self._known.selected or frozenset()
        return selected | {self._known.names[name] for name in selected if name in self._known.names}

    def _new_gaps(self) -> list[CollectionGap]:
        return [gap for gap in self._evaluation.gaps if not self._is_known(gap)]

    def _is_known(self, gap: CollectionGap) -> bool:
        """A gap that was there before. Where it can be told, its file must be the same: a change in it is not seen."""
        if _gap(gap) not in self._known.gaps:
            return False
        return self._known.unchanged is None or self._known.unchanged(gap.where)

    @property
    def comparison(self) -> Comparison:
        """Count what is new, when all findings have been read."""
        fixed = gone = 0
        asked = {rule.control.id for rule in self._evaluation.compiled.rules.rules}
        back = {(type_, id_): now for (type_, now), id_ in self._known.moved.items()}
        for control, type_, id_ in self._known.entries.keys() - self._seen:
            there = not type_ or (type_, id_) in self._known.here or (type_, id_) in back
            fixed += control in asked and there
            gone += not (control in asked and there)
        new_gaps = len(self._new_gaps())
        return Comparison(
            what=self._known.what,
            new=self._new,
            known=self._same.total(),
            fixed=fixed,
            gone=gone,
            moved=len(self._known.moved),
            new_controls=self._unasked,
            new_gaps=new_gaps,
            known_gaps=len(self._evaluation.gaps) - new_gaps,
        )

    def remaining(self, summary: Summary) -> Summary:
        """Return a summary in which only what is new counts, for the gate."""
        rules = {rule.control.id: str(rule.control.severity) for rule in self._evaluation.compiled.rules.rules}
        severities = dict(summary.severities)
        for (control, verdict), number in self._same.items():
            before = severities[rules[control]]
            severities[rules[control]] = _less(before, verdict, number)
        return msgspec.structs.replace(summary, severities=severities, gaps=tuple(self._new_gaps()))


def _less(counts: Counts, verdict: Verdict, number: int) -> Counts:
    if verdict is Verdict.FAIL:
        return msgspec.structs.replace(counts, failed=counts.failed - number)
    return msgspec.structs.replace(counts, unknown=counts.unknown - number)


def _key(finding: Finding, control: str) -> Key:
    found = finding.resource
    return (control, found.type, found.id) if found else (control, "", "")


def _reasons(whys: tuple[Why, ...]) -> Counter[str]:
    """Count the reasons of a finding. Of a part of a list, its value says which it is, not its place."""
    return Counter(map(_reason, whys))


def _reason(why: Why) -> str:
    if not why.path:  # of the whole run: what could not be listed
        return f"{why.expected}: {why.unknown}"
    path = _INDEX.sub("[]", why.path)
    if why.unknown is not None or path == why.path:
        return path
    return f"{path} {msgspec.json.encode(why.observed, order='deterministic').decode()}"


def _gap(gap: CollectionGap) -> bytes:
    """Return a gap as the wire form has it, members sorted."""
    return msgspec.json.encode(msgspec.to_builtins(gap), order="deterministic")


def _resources(lines: Iterable[bytes], gaps: set[bytes]) -> Iterator[tuple[str, str]]:
    """Yield the type and id of each resource, and keep the gaps."""
    for number, line in enumerate(lines, 1):
        head = header_of(line, number)
        if head.gap is not None:
            gaps.add(msgspec.json.encode(head.gap, order="deterministic"))
        elif head.type is not None:
            yield head.type, head.id


def _moved(
    before: Lines, gone: set[tuple[str, str]], now: Lines, added: frozenset[tuple[str, str]]
) -> dict[tuple[str, str], str]:
    """Pair what is gone with what came, where everything that is known of both is the same but the address.

    Of several that are the same, any pairing will do: what is the same has the same findings.
    """
    former: dict[bytes, list[str]] = {}
    for (type_, id_), content in _contents(before, gone):
        former.setdefault(type_.encode() + b"\0" + content, []).append(id_)
    pairs: dict[tuple[str, str], str] = {}
    for (type_, id_), content in _contents(now, added):
        if left := former.get(type_.encode() + b"\0" + content):
            pairs[type_, id_] = left.pop(0)
    return pairs


def _contents(lines: Lines, wanted: Iterable[tuple[str, str]]) -> Iterator[tuple[tuple[str, str], bytes]]:
    from hashlib import blake2b

    wanted = frozenset(wanted)
    for number, line in enumerate(lines(), 1):
        head = header_of(line, number)
        if head.type is None or (head.type, head.id) not in wanted:
            continue
        body = body_of(line, number)
        if not isinstance(origin := body.get("origin"), dict) or origin.get("kind") not in _CODE:
            continue  # of what is running, another id is another thing
        for field in _OWN:
            body.pop(field, None)
        if str(body.get("name", "")) in head.id:  # the label in the code: a part of the address
            body.pop("name", None)
        digest = blake2b(msgspec.json.encode(body, order="deterministic"), digest_size=16).digest()
        yield (head.type, head.id), digest
