"""Waivers written in place: what a comment in code asks for, and whether it counts.

    # phiward:waive data-store-encrypted-at-rest until=2027-03-01 reason="the maker's image cannot be encrypted"

A comment says less than a waiver file: not why the control would be unreasonable, what is done instead or who said so.
§164.306(d)(3) asks for that in writing, and §164.316(b)(1) that it be kept. So the policy decides whether comments
count at all, and by default only those count that somebody must have approved: the owners of the file, by CODEOWNERS.
Comments of other tools are read when the run asks for it. They never name an approver.
"""

from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from phiward.engine.comment_text import fields_of, is_date, other
from phiward.engine.content import ContentProblems, nearest
from phiward.errors import ContentError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from phiward.engine.control import Control
    from phiward.engine.findings import ResourceRef, Why
    from phiward.inventory.model import WaiverComment


class InPlace(StrEnum):
    """What a policy does with waivers that are written in code."""

    ALLOWED = "allowed"
    """They count, also without an approver; reports say that nobody is named."""
    NEEDS_APPROVER = "needs-approver"
    """They count where CODEOWNERS names who must have approved them."""
    REFUSED = "refused"
    """None counts."""


class WaiverRules(Struct, frozen=True, omit_defaults=True):
    """What a policy says of waivers in code."""

    in_place: InPlace = InPlace.NEEDS_APPROVER
    approvers: tuple[str, ...] = ()
    """Whose ownership counts as approval: `@hospital/security`. Empty: any owner's."""
    longest_days: int = 366
    """How many days ahead one may end."""


class InPlaceReading(Struct, frozen=True):
    """How a run reads waivers in code."""

    strict: bool = True
    """A control that is not asked is an error; else it is left aside, as in a run that asks only some."""
    imported: bool = False
    """The comments of other tools are read too."""
    lenient: bool = False
    """A malformed comment is left aside: what is asked is something else, and another run tells of it."""


class Claim(Struct, frozen=True, kw_only=True):
    """What one comment asks for of one resource."""

    controls: tuple[str, ...]
    """Empty: every control, of a comment of another tool that names none."""
    until: str | None
    """The last day it counts."""
    reason: str
    tool: str
    place: str
    """`main.tf:12`."""
    line: int
    owners: tuple[str, ...]
    owners_at: str | None
    one_line: bool = False
    """It is about its own line and the next, not about the whole resource."""


class Answer(Struct, frozen=True):
    """What there is in code about a fail: the place of the waiver where it counts, and what is told of it."""

    waiver: str | None
    note: str


class InPlaceWaivers:
    """The waivers in code of a run. Raises `ContentProblems` with every comment that is malformed, unless lenient."""

    def __init__(
        self,
        comments: "Iterable[WaiverComment]",
        controls: "Iterable[Control]",
        rules: WaiverRules,
        now: str,
        *,
        reading: InPlaceReading = InPlaceReading(),  # noqa: B008 - it cannot be changed
    ) -> None:
        from phiward.engine.waivers import names_of

        self._rules = rules
        self._today = now[:10]
        today = date.fromisoformat(now[:10])
        longest = min(timedelta(days=rules.longest_days), date.max - today)
        self._last = (today + longest).isoformat()
        controls = tuple(controls)
        self._names = names_of(controls)
        self._strict = reading.strict
        imported = reading.imported
        self._equivalents = _equivalents(controls) if imported else {}
        self._claims: dict[tuple[str, str], list[Claim]] = {}
        self._places: dict[str, Claim] = {}
        self._unplaced: list[str] = []
        self._used: set[str] = set()
        self.ignored = 0
        """How many comments of other tools were not read, since the run did not ask for it."""
        self.unmatched: dict[str, str] = {}
        """The place of each comment of another tool that no control answers, and what it names."""
        problems: dict[str, ContentError] = {}
        for comment in comments:
            self._take(comment, problems, imported=imported)
        if problems and not reading.lenient:
            raise ContentProblems(list(problems.values()))

    def _take(self, comment: "WaiverComment", problems: dict[str, ContentError], *, imported: bool) -> None:
        place = f"{comment.file}:{comment.line}"
        if comment.tool != "phiward":
            if not imported:
                self.ignored += 1
                return
            claim = self._imported(comment, place)
        else:
            try:
                claim = self._own(comment, place)
            except ContentError as error:
                problems.setdefault(f"{place} {error.message}", error)
                return
        if claim is None:
            return
        if not comment.resource:
            self._unplaced.append(f"{place}: stands in or directly above no resource")
            return
        self._places[place] = claim
        for control in claim.controls or ("",):
            self._claims.setdefault((control, comment.resource), []).append(claim)

    def _own(self, comment: "WaiverComment", place: str) -> Claim | None:
        """Read a comment of phiward's own. Raises `ContentError` where it is malformed."""

        def refused(message: str, near: str | None = None) -> ContentError:
            return ContentError(message, file=comment.file, line=comment.line, field="phiward:waive", nearest=near)

        verb, _, rest = comment.text.partition(" ")
        if verb != "waive":
            raise refused(f"phiward:{verb} means nothing", nearest(verb, ["waive"]))
        named, fields = fields_of(rest, refused)
        if not named:
            raise refused('names no control: write phiward:waive CONTROL-ID until=2027-03-01 reason="…"')
        known: list[str] = []
        for control in named:
            if control in self._names:
                known.append(self._names[control])
            elif self._strict:
                raise refused(f"there is no control {control!r}", nearest(control, self._names))
        for name in ("until", "reason"):
            if not fields.get(name, "").strip():
                raise refused(f"{name} is missing")
        until = fields["until"]
        if not is_date(until):
            raise refused(f"until={until} is not a date like 2027-03-01")
        if until > self._last:
            message = f"until={until} is too far: the policy lets a waiver in code end on {self._last} at the latest"
            raise refused(message)
        if not known:
            return None
        return Claim(
            controls=tuple(dict.fromkeys(known)),
            until=until,
            reason=fields["reason"].strip(),
            tool="phiward",
            place=place,
            line=comment.line,
            owners=self._approvers(comment.owners),
            owners_at=comment.owners_at,
        )

    def _approvers(self, owners: tuple[str, ...]) -> tuple[str, ...]:
        wanted = {name.casefold() for name in self._rules.approvers}
        return tuple(owner for owner in owners if not wanted or owner.casefold() in wanted)

    def _imported(self, comment: "WaiverComment", place: str) -> Claim | None:
        """Read a comment of another tool, through what the controls say it calls them."""
        asked = other(comment.tool, comment.text)
        controls = dict.fromkeys(
            control for name in asked.ids for control in self._equivalents.get((comment.type, _plain(name)), ())
        )
        if asked.ids and not controls:
            if comment.resource:
                self.unmatched[place] = f"{comment.tool} {', '.join(asked.ids)}"
            return None
        return Claim(
            controls=tuple(controls),
            until=asked.until,
            reason=asked.reason,
            tool=comment.tool,
            place=place,
            line=comment.line,
            owners=(),
            owners_at=None,
            one_line=asked.one_line,
        )

    def of(self, control: str, resource: "ResourceRef", whys: "tuple[Why, ...]") -> Answer | None:
        """Return what there is in code about a fail, and remember that it was used."""
        if not self._claims:
            return None
        claims = [*self._claims.get((control, resource.id), ()), *self._claims.get(("", resource.id), ())]
        found = [claim for claim in claims if not claim.one_line or any(_at(why, claim) for why in whys)]
        answers = []
        for claim in found:
            self._used.add(claim.place)
            answers.append(self._answer(claim))
        # One that counts comes first; else the last to end tells most.
        answers.sort(key=lambda answer: answer.waiver is None)
        return answers[0] if answers else None

    def _answer(self, claim: Claim) -> Answer:
        said = f" ({claim.place}{': ' + claim.reason if claim.reason else ''})"
        if claim.until is not None and claim.until < self._today:
            return Answer(None, f"waived in code until {claim.until}, which is over{said}")
        until = f", until {claim.until}" if claim.until is not None else ""
        if claim.tool != "phiward":
            told = f"waived, imported from {claim.tool}, no approver{until}{said}"
            return Answer(claim.place if self._rules.in_place is InPlace.ALLOWED else None, told)
        if self._rules.in_place is InPlace.REFUSED:
            return Answer(None, f"waived in code, which the policy refuses{until}{said}")
        if claim.owners:
            told = f"waived in code, approver {', '.join(claim.owners)} by {claim.owners_at}{until}{said}"
            return Answer(claim.place, told)
        told = f"waived, no approver named{until}{said}"
        return Answer(claim.place if self._rules.in_place is InPlace.ALLOWED else None, told)

    def expired(self) -> tuple[str, ...]:
        """Return the places of those that have ended."""
        return tuple(
            sorted(
                place for place, claim in self._places.items() if claim.until is not None and claim.until < self._today
            )
        )

    def unused(self) -> tuple[str, ...]:
        """Return the places of those in force that nothing needed, and of those that stand at no resource."""
        idle = self._places.keys() - self._used - set(self.expired())
        stray = self._unplaced if self._strict else []
        return tuple(sorted({*idle, *stray}))


def _at(why: "Why", claim: Claim) -> bool:
    """Say whether a reason lies on the line of a claim or on the next one."""
    file = claim.place.rpartition(":")[0]
    return (
        why.file == file
        and why.line is not None
        and why.line <= claim.line + 1
        and claim.line <= (why.end_line or why.line)
    )


def _equivalents(controls: "tuple[Control, ...]") -> dict[tuple[str, str], list[str]]:
    """Return the controls that answer an id of another tool, by resource type and the id's plain form."""
    found: dict[tuple[str, str], list[str]] = {}
    for control in controls:
        for type_name, ids in control.equivalents.items():
            for identity in ids:
                found.setdefault((type_name, _plain(identity)), []).append(control.id)
    return found


def _plain(identity: str) -> str:
    """Return an id as it is compared: `AVD-AWS-0086`, `AWS-0086` and `aws-0086` are one; `guard:x` is `X`."""
    return identity.rpartition(":")[2].upper().removeprefix("AVD-")
