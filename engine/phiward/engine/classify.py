"""Classifying an inventory: which resources the policy's scope takes in, which out, and which statement decided it.

By the reference interpreter, since it has to say why. An evaluation asks the same conditions within its controls.
"""

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum

import msgspec
from msgspec import Struct

from phiward.engine.condition import Not, paths
from phiward.engine.control import Concern
from phiward.engine.explain import Place, place_of, reasons
from phiward.engine.facts import Answer, Facts, facts_of
from phiward.engine.findings import ResourceRef, Verdict, Why
from phiward.engine.lines import body_of, header_of
from phiward.engine.reference import holds
from phiward.engine.rules import Rules
from phiward.engine.scope import Scope, Statement
from phiward.errors import ContentError
from phiward.inventory.model import CollectionGap, Need

Lines = Callable[[], Iterable[bytes]]


class Standing(StrEnum):
    """Whether a resource is in scope."""

    IN = "in scope"
    OUT = "out of scope"
    UNKNOWN = "cannot be told"
    """Something that a statement asks could not be seen. Controls are asked; what they do not meet is unknown."""


class Classified(Struct, frozen=True, kw_only=True):
    """One resource, whether it is in scope, and what decided it."""

    resource: ResourceRef
    scope: Standing
    statement: Statement | None = None
    """None: no statement is about it."""
    why: tuple[Why, ...] = ()
    """What the statement met; of what cannot be told, what could not be seen."""


class Classification:
    """The resources of an inventory, to be iterated once; the counts and `gaps` are complete after that.

    Only those of types that a selected control of patient data applies to: the scope decides nothing about others.
    """

    def __init__(self, lines: Lines, rules: Rules, now: str) -> None:
        self.gaps: list[CollectionGap] = []
        self.others = 0
        """Resources that the scope does not concern."""
        self.counts = dict.fromkeys(Standing, 0)
        self.taken: dict[str, int] = {each.id: 0 for each in (*rules.policy.scope.within, *rules.policy.scope.without)}
        """Statement to how many resources it decided about."""
        self._lines = lines
        self._catalog = rules.catalog
        self._scope = rules.policy.scope
        self._types = types_of(rules)
        self._now = now

    def __iter__(self) -> Iterator[Classified]:
        for number, line in enumerate(self._lines(), 1):
            head = header_of(line, number)
            if head.type is None:
                self._keep(head.gap, number)
            elif head.type not in self._types:
                self.others += 1
            else:
                body = body_of(line, number)
                facts = facts_of(body, self._catalog.root(head.type), self._now, _unrelated)
                found = classified(self._scope, facts, place_of(body))
                self.counts[found.scope] += 1
                if found.statement is not None:
                    self.taken[found.statement.id] += 1
                yield found

    def _keep(self, gap: object, number: int) -> None:
        if gap is None:
            return
        try:
            self.gaps.append(msgspec.convert(gap, CollectionGap))
        except msgspec.ValidationError as error:
            raise ContentError(f"not a line of an inventory: {error}", line=number) from error


def classified(scope: Scope, facts: Facts, place: Place) -> Classified:
    """Say whether a resource is in scope, by which statement, and why. The first that decides is named."""
    within = [(each, holds(each.condition, facts, facts.whole)) for each in scope.within]
    without = [(each, holds(each.condition, facts, facts.whole)) for each in scope.without]
    kept, maybe_kept = _first(within, wanted=True), _first(within, wanted=None)
    taken, maybe_taken = _first(without, wanted=True), _first(without, wanted=None)
    statement = kept or maybe_kept or taken or maybe_taken
    if kept is not None or (taken is None and maybe_taken is None):
        standing, statement = Standing.IN, kept
    elif taken is not None and maybe_kept is None:
        standing = Standing.OUT
    else:
        standing = Standing.UNKNOWN
    return Classified(
        resource=place.ref(), scope=standing, statement=statement, why=_why(standing, statement, facts, place)
    )


def _first(answers: list[tuple[Statement, Answer]], *, wanted: Answer) -> Statement | None:
    return next((each for each, answer in answers if answer is wanted), None)


def _why(standing: Standing, statement: Statement | None, facts: Facts, place: Place) -> tuple[Why, ...]:
    if statement is None:
        return ()
    if standing is Standing.UNKNOWN:
        return reasons(Verdict.UNKNOWN, None, statement.condition, facts, place)
    return reasons(Verdict.FAIL, None, Not(statement.condition), facts, place)


def types_of(rules: Rules) -> frozenset[str]:
    """Return the types that a selected control of patient data applies to."""
    concerned = (rule for rule in rules.rules if rule.control.concerns is Concern.EPHI)
    return frozenset(name for rule in concerned for name in rule.types)


def needs(rules: Rules) -> Need:
    """Return what collectors must ask for to classify: of each of these types, what the statements read."""
    scope = rules.policy.scope
    read = frozenset(path for each in (*scope.within, *scope.without) for path in paths(each.condition))
    return dict.fromkeys(sorted(types_of(rules)), read)


def _unrelated(*_: object) -> Answer:
    """No statement follows a relation."""
    return None
