"""Working out which declared fixes mend what, and proving it: each is tried on a copy, and judged again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct

from phiward.collectors.edits import Edit, Refused, applied, editor_of
from phiward.engine.again import difference, standing
from phiward.engine.control import Severity
from phiward.engine.findings import Verdict
from phiward.engine.fixes import declared
from phiward.engine.in_place import InPlaceReading
from phiward.evidence.report import place_of, resource_text
from phiward.inventory.model import Resource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from phiward.collectors.rereading import Refreshed
    from phiward.engine.again import Key, Standing
    from phiward.engine.compiled import Compiled
    from phiward.engine.control import Control, Fix
    from phiward.engine.findings import Finding
    from phiward.engine.waivers import Waiver
    from phiward.inventory.model import Found

_ROUNDS = 8


class Code(Protocol):
    """Code that can be read again as if some files held something else."""

    def refresh(self, instead: Mapping[str, bytes] | None = None) -> Refreshed:
        """Evaluate what changed since the last look."""
        ...

    def text(self, told: str) -> str | None:
        """Return the text of a file, None where it cannot be had."""
        ...

    def decides(self, told: str, resource: str, references: Sequence[str]) -> list[str]:
        """Say where references of a resource's file are decided."""
        ...


class Offer(Struct, frozen=True):
    """What to set in one block, and what that mends."""

    file: str
    line: int
    """Where the block begins."""
    kind: str
    settings: dict[str, Any]
    keys: frozenset[Key]
    replaces: bool
    note: str

    def says(self) -> str:
        """Say it: `storage_encrypted = true`."""
        return _says(self.settings)


class Left(Struct, frozen=True, order=True):
    """A finding with a declared fix that is not made, and why."""

    file: str
    line: int
    control: str
    resource: str
    why: str


class Plan(Struct, frozen=True):
    """What is to be done, and what is left to people."""

    offers: tuple[Offer, ...]
    left: tuple[Left, ...]
    texts: dict[str, str]
    """The files that are edited, as they are."""
    edits: dict[str, tuple[Edit, ...]]
    """What changes in each."""
    after: Standing
    """What stands once everything is done."""
    brought: tuple[Finding, ...]
    """What of that is new: less severe than what was mended."""
    others: int
    """How many fails no fix is declared for."""

    def patched(self) -> dict[str, str]:
        """Return the edited files, as they will be."""
        return {file: applied(text, self.edits[file]) for file, text in self.texts.items()}


class Mending:
    """The fixes of one piece of code."""

    def __init__(  # noqa: PLR0913 - what judging takes
        self,
        code: Code,
        compiled: Compiled,
        now: str,
        waivers: Sequence[Waiver] = (),
        *,
        in_place: InPlaceReading = InPlaceReading(),  # noqa: B008 - it cannot be changed
        finish: Callable[[Iterable[Found]], Iterable[Found]] = tuple,
    ) -> None:
        self._code = code
        self._judge: Callable[[Iterable[Found]], Standing] = lambda found: standing(
            finish(found), compiled, now, waivers, in_place
        )
        self._controls: Mapping[str, Control] = {rule.control.id: rule.control for rule in compiled.rules.rules}
        self._units: dict[str, Standing] = {}
        self._held: dict[str, set[str]] = {}
        """The resources that are there."""
        self._problems: frozenset[tuple[str, str]] = frozenset()
        """What cannot be read."""
        self._texts: dict[str, str | None] = {}
        self._take(code.refresh())
        self.before = self._all()

    def plan(self, *, replacing: bool) -> Plan:
        """Choose the fixes that mend something and break nothing. `replacing`: also those that make a thing anew."""
        left: list[Left] = []
        offers = list(self._offers(left, replacing=replacing))
        after = self.before
        for _ in range(_ROUNDS):
            after, useless = self._tried(offers)
            if not useless:
                break
            for offer, why in useless:
                offers.remove(offer)
                left += [self._left(self.before[key], why) for key in offer.keys]
        else:
            offers, after = [], self.before
        why = "what is set for another finding does not mend this one: something else decides too"
        left += [self._left(self.before[key], why) for offer in offers for key in offer.keys if key in after]
        others = sum(
            finding.verdict is Verdict.FAIL and not declared(self._controls[finding.control], finding)
            for finding in self.before.values()
        )
        files = sorted({offer.file for offer in offers})
        texts = {file: text for file in files if (text := self._text(file)) is not None}
        mended = {key for key in self.before if key not in after}
        brought = difference(self.before, after).new
        still = [each for each in left if (each.control, each.resource) not in mended]
        return Plan(tuple(offers), tuple(sorted(set(still))), texts, self._edits(offers), after, brought, others)

    def again(self) -> Standing:
        """Read the code as it is now, and return what stands."""
        self._take(self._code.refresh())
        return self._all()

    # -- offers ----------------------------------------------------------------------------------------------------

    def _offers(self, left: list[Left], *, replacing: bool) -> Iterator[Offer]:
        """Yield what is declared and can be edited, the same edits once; the rest goes into `left`."""
        found: dict[tuple[str, int, str, str], Offer] = {}
        for key, finding in sorted(self.before.items()):
            control = self._controls[finding.control]
            fixes = declared(control, finding)
            if not fixes:
                continue
            place = self._place(finding, fixes)
            if isinstance(place, Refused):
                left.append(self._left(finding, self._said(finding, place)))
                continue
            fix, file, line = place
            if fix.replaces and not replacing:
                why = f"{_says(fix.settings)} makes it anew, with all that it holds; --allow-replacement offers it"
                left.append(self._left(finding, why))
                continue
            note = control.remediation.by_type.get(_type(finding), {}).get("note", "")
            named = (file, line, fix.kind, _says(fix.settings))
            keys = frozenset({key}) | (found[named].keys if named in found else frozenset())
            found[named] = Offer(file, line, fix.kind, fix.settings, keys, fix.replaces, note)
        chosen: dict[tuple[str, int, str], dict[str, Any]] = {}
        for offer in found.values():
            settings = chosen.setdefault((offer.file, offer.line, offer.kind), {})
            if any(settings.get(path, value) != value for path, value in offer.settings.items()):
                why = f"another control wants another value than {offer.says()}"
                left += [self._left(self.before[key], why) for key in offer.keys]
                continue
            settings |= offer.settings
            yield offer

    def _place(self, finding: Finding, fixes: Sequence[Fix]) -> tuple[Fix, str, int] | Refused:
        """Return the first fix that can be made in a block at one of the finding's places: file, and its first line."""
        refused: Refused | None = None
        for fix in fixes:
            for file, line in dict.fromkeys(_places(finding)):
                made = self._made(file, line, fix)
                if isinstance(made, int):
                    return fix, file, made
                refused = refused or made
        if refused is None:
            kinds = " or ".join(dict.fromkeys(fix.kind for fix in fixes))
            refused = Refused(f"no {kinds} block stands at its place: write one")
        return refused

    def _made(self, file: str, line: int, fix: Fix) -> int | Refused | None:
        editor, text = editor_of(file), self._text(file)
        if isinstance(editor, Refused) or text is None:
            return editor if isinstance(editor, Refused) else None
        made = editor.edits(text, file, fix.kind, line, fix.settings)
        if made is None or isinstance(made, Refused):
            return made
        if "/.terraform/" in f"/{file}":
            return Refused("it is in a downloaded module: mend it where that comes from")
        return editor.begins(text, file, fix.kind, line)

    def _edits(self, offers: Iterable[Offer]) -> dict[str, tuple[Edit, ...]]:
        """Return the edits of each file that make some fixes together: those of one block are made as one."""
        blocks: dict[tuple[str, int, str], dict[str, Any]] = {}
        for offer in offers:
            blocks.setdefault((offer.file, offer.line, offer.kind), {}).update(offer.settings)
        found: dict[str, tuple[Edit, ...]] = {}
        for (file, line, kind), settings in sorted(blocks.items()):
            editor = editor_of(file)
            assert not isinstance(editor, Refused)  # noqa: S101 - it was asked before
            made = editor.edits(self._text(file) or "", file, kind, line, settings)
            if isinstance(made, tuple):
                found[file] = (*found.get(file, ()), *made)
        return found

    def _said(self, finding: Finding, refused: Refused) -> str:
        place = place_of(finding)
        if not refused.references or place is None or finding.resource is None:
            return refused.reason
        decides = self._code.decides(place[0], finding.resource.id, refused.references)
        return f"{refused.reason}; decided by {'; '.join(decides)}" if decides else refused.reason

    def _left(self, finding: Finding, why: str) -> Left:
        file, line, _ = place_of(finding) or ("", 0, 0)
        resource = finding.resource.id if finding.resource else resource_text(finding)
        return Left(file, line, finding.control, resource, why)

    def _text(self, file: str) -> str | None:
        if file not in self._texts:
            self._texts[file] = self._code.text(file)
        return self._texts[file]

    # -- trying ----------------------------------------------------------------------------------------------------

    def _tried(self, offers: Sequence[Offer]) -> tuple[Standing, list[tuple[Offer, str]]]:
        """Return what stands with some fixes made, and which of them do not help, or harm."""
        after, broken = self._with(offers)
        if broken:
            alone = [(offer, self._with([offer])[1]) for offer in offers]
            told = [(offer, why) for offer, why in alone if why]
            return self.before, told or [(offer, broken) for offer in offers]
        useless = [
            (offer, "setting it does not mend it: something else decides too")
            for offer in offers
            if all(key in after for key in offer.keys)
        ]
        found = self._harm(after, frozenset(key for offer in offers for key in offer.keys))
        if useless or not found:
            return after, useless
        hurt = {_id(each) for each in found}
        near = [offer for offer in offers if any(resource in hurt for _, resource in offer.keys)]
        for offer in near or offers:
            if harm := self._harm(self._with([offer])[0], offer.keys):
                what = ", ".join(sorted({f"{each.control} ({each.verdict.value})" for each in harm})[:3])
                useless.append((offer, f"{offer.says()} brings up something as bad: {what}"))
        return after, useless or [(offer, "together these fixes bring up something as bad") for offer in near or offers]

    def _harm(self, after: Standing, keys: frozenset[Key]) -> list[Finding]:
        """Return what is new and no less severe than the worst of what was mended.

        What is encrypted at all can be asked whose key it is: that is a smaller question than the one it answers.
        """
        mended = [self._severity(control) for control, resource in keys if (control, resource) not in after]
        worst = min(mended, default=0)
        return [each for each in difference(self.before, after).new if self._severity(each.control) <= worst]

    def _severity(self, control: str) -> int:
        return list(Severity).index(self._controls[control].severity)

    def _with(self, offers: Sequence[Offer]) -> tuple[Standing, str | None]:
        """Judge the code as if some fixes were made; say what broke, for then nothing was mended."""
        texts = {file: applied(self._text(file) or "", made).encode() for file, made in self._edits(offers).items()}
        units, held, problems = dict(self._units), dict(self._held), self._problems
        self._take(self._code.refresh(texts))
        after = self._all()
        lost = set().union(*held.values()) - set().union(*self._held.values())
        broken = "with it the code could not be read" if self._problems - problems else None
        if lost and broken is None:
            broken = f"with it {min(lost)} would not be there any more"
        self._code.refresh()  # back to what is there
        self._units, self._held, self._problems = units, held, problems
        return after, broken

    def _take(self, seen: Refreshed) -> None:
        for root in seen.gone:
            self._units.pop(root, None)
            self._held.pop(root, None)
        for root, unit in seen.units.items():
            self._units[root] = self._judge(unit.found)
            self._held[root] = {each.id for each in unit.found if isinstance(each, Resource)}
        self._problems = frozenset((each.where, each.reason) for each in seen.problems)

    def _all(self) -> Standing:
        return {key: finding for stands in self._units.values() for key, finding in stands.items()}


def _places(finding: Finding) -> Iterator[tuple[str, int]]:
    """Yield where the finding was decided, then where its resource is declared."""
    for why in finding.why:
        if why.file is not None and why.line is not None:
            yield why.file, why.line
    found = finding.resource
    if found is not None and found.file is not None and found.line is not None:
        yield found.file, found.line


def _says(settings: Mapping[str, Any]) -> str:
    import json

    return ", ".join(f"{path} = {json.dumps(value, ensure_ascii=False)}" for path, value in settings.items())


def _type(finding: Finding) -> str:
    return finding.resource.type if finding.resource else ""


def _id(finding: Any) -> str:
    return finding.resource.id if finding.resource else ""
