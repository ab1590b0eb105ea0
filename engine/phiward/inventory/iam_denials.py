"""Whether Deny statements take an Allow back. An explicit Deny wins (*Policy evaluation logic*, IAM User Guide)."""

from collections.abc import Callable

from phiward.inventory.iam import Statement
from phiward.inventory.iam_match import covers_action, covers_resource
from phiward.inventory.iam_statements import Document, spoken_of, statements
from phiward.inventory.kleene import every, some
from phiward.inventory.unknown import Maybe, Unknown


def taken_back(document: Document, allowed: Statement, denies: Callable[[Statement], Maybe[bool]]) -> Maybe[bool]:
    """Say whether Deny statements take back all that a statement allows: every action on every resource that it names.

    `denies` says of a statement whether it denies what it speaks of to those in question, whatever they do.
    """
    denials = [(each, each if isinstance(each, Unknown) else denies(each)) for each in statements(document)]
    denials = [(each, sure) for each, sure in denials if sure is not False]
    if not denials:
        return False

    def denied(action: str, resource: str) -> Maybe[bool]:
        return some(
            each
            if isinstance(each, Unknown)
            else every((sure, covers_action(each, action), covers_resource(each, resource)))
            for each, sure in denials
        )

    return every(
        _settled(denied(action, resource), no_action or no_resource)
        for action, no_action in spoken_of(allowed.actions)
        for resource, no_resource in spoken_of(allowed.resources)
    )


def _settled(answer: Maybe[bool], unseen: Unknown | None) -> Maybe[bool]:
    """Return an answer that was asked of everything, as one of the unknown part of it that was meant."""
    return unseen if unseen is not None and answer is False else answer
