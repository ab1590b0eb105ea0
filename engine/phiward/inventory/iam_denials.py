"""Whether Deny statements take an Allow back. An explicit Deny wins (*Policy evaluation logic*, IAM User Guide)."""

from collections.abc import Callable
from typing import Final

from phiward.inventory.iam import Statement
from phiward.inventory.iam_match import covers_action, covers_resource
from phiward.inventory.iam_statements import Document, spoken_of, statements
from phiward.inventory.kleene import every
from phiward.inventory.unknown import Maybe, Unknown

_MOST: Final = 1_000_000
"""Comparisons of one policy. Those that fit into AWS's limits need a tenth of it at most."""


def taken_back(document: Document, allowed: Statement, denies: Callable[[Statement], Maybe[bool]]) -> Maybe[bool]:
    """Say whether Deny statements take back all that a statement allows: every action on every resource that it names.

    `denies` says of a statement whether it denies what it speaks of to those in question, whatever they do.
    """
    given = statements(document)
    denials = [(each, each if isinstance(each, Unknown) else denies(each)) for each in given]
    denials = [(each, sure) for each, sure in denials if sure is not False]
    if not denials:
        return False
    actions, resources = list(spoken_of(allowed.actions)), list(spoken_of(allowed.resources))
    if len(given) * len(denials) * (len(actions) + len(resources)) > _MOST:
        return Unknown("the policy is too long for its Deny statements to be weighed")
    places = [_places(each, resources) for each, _ in denials]
    everywhere = (1 << len(resources)) - 1
    unseen = sum(1 << at for at, (_, hidden) in enumerate(resources) if hidden)
    unknown: Unknown | None = None
    for action, hidden in actions:
        surely = perhaps = 0
        for (each, sure), (here, maybe_here) in zip(denials, places, strict=True):
            spoken = each if isinstance(each, Unknown) else every((sure, covers_action(each, action)))
            surely |= here if spoken is True else 0
            perhaps |= maybe_here if spoken is not False else 0
            if isinstance(spoken, Unknown):
                unknown = unknown or spoken
        if surely == everywhere:
            continue
        if not hidden and everywhere & ~perhaps & ~unseen:
            return False
        return hidden or unknown or _first_reason(allowed, denials)
    return True


def _places(statement: Maybe[Statement], resources: list[tuple[str, Unknown | None]]) -> tuple[int, int]:
    """Return which of the resources a statement surely, and which it perhaps, speaks of: a bit for each."""
    surely = perhaps = 0
    for at, (resource, _) in enumerate(resources):
        answer = statement if isinstance(statement, Unknown) else covers_resource(statement, resource)
        surely |= (answer is True) << at
        perhaps |= (answer is not False) << at
    return surely, perhaps


def _first_reason(allowed: Statement, denials: list[tuple[Maybe[Statement], Maybe[bool]]]) -> Unknown:
    """Return why it cannot be told which resources are meant."""
    parts = [allowed.resources, *(each.resources for each, _ in denials if not isinstance(each, Unknown))]
    parts += [each.not_resources for each, _ in denials if not isinstance(each, Unknown)]
    for part in parts:
        for element in (part,) if isinstance(part, Unknown) else part or ():
            if isinstance(element, Unknown):
                return element
    return Unknown("a resource of the policy is not known")
