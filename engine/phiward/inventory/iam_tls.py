"""Whether a policy refuses requests without TLS."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from phiward.inventory.iam import Statement
from phiward.inventory.iam_conditions import operator
from phiward.inventory.iam_match import covers_action, covers_resource
from phiward.inventory.iam_statements import Document, has_effect, stars, statements
from phiward.inventory.kleene import each, every, some
from phiward.inventory.unknown import Maybe, Unknown

_WHOLE: Final = {"sns": ("sns:publish",)}
"""What must be refused, where that is less than the whole service: a topic's policy admits no `sns:*` (*Amazon SNS API
permissions: Actions and resources reference*), and messages come in by `Publish` alone."""


@lru_cache(maxsize=1024)
def enforces_tls(document: Document, resource: Maybe[str | None] = None) -> Maybe[bool]:
    """Say whether requests without TLS are refused: everybody is denied all of the service while
    `aws:SecureTransport` is false.

    `resource` is the ARN that the policy is attached to; its service says which actions must be covered, and for a
    bucket the objects must be covered too. None: the policy's resources are taken to be the right ones, and only a
    Deny of `*` or of one whole service counts. Allow statements that demand TLS are not enough: whoever has rights
    from an identity policy does not need them (*Policy evaluation logic*, IAM User Guide).
    """  # noqa: D205 - the sentence needs two lines
    if isinstance(resource, Unknown):
        return some((enforces_tls_on(document, "*", ("*",)), _never_true(document, resource)))
    if resource is None:
        return some(enforces_tls_on(document, action, ()) for action in ("*", *sorted(_whole_services(document))))
    service = [*resource.split(":"), "", "", ""][2] or "*"
    wanted = (resource, f"{resource}/*") if service == "s3" else (resource,)
    return every(enforces_tls_on(document, action, wanted) for action in _WHOLE.get(service, (f"{service}:*",)))


def enforces_tls_on(document: Document, action: str, resources: Iterable[str]) -> Maybe[bool]:
    """Say whether every request for an action pattern on each of the resources is denied without TLS."""
    return every(
        some(
            statement
            if isinstance(statement, Unknown)
            else every(
                (
                    has_effect(statement, "Deny"),
                    stars(statement.principals),
                    covers_action(statement, action),
                    True if wanted is None else covers_resource(statement, wanted),
                    _only_without_tls(statement),
                )
            )
            for statement in statements(document)
        )
        for wanted in (tuple(resources) or (None,))
    )


def _only_without_tls(statement: Statement) -> Maybe[bool]:
    """Say whether a Deny holds for every request without TLS: on that one condition, or on none.

    The key is in every request, and has one value: `IfExists`, `ForAnyValue:` and `ForAllValues:` change nothing.
    """
    if isinstance(statement.conditions, Unknown):
        return statement.conditions
    return every(
        some(each(condition.values, lambda value: value.lower() == "false"))
        if condition.key == "aws:securetransport" and operator(condition)[1] == "bool"
        else False
        for condition in statement.conditions
    )


def _whole_services(document: Document) -> set[str]:
    """Return the `service:*` patterns that a policy names."""
    return {
        action
        for statement in statements(document)
        if not isinstance(statement, Unknown) and isinstance(statement.actions, tuple)
        for action in statement.actions
        if isinstance(action, str) and (action.endswith(":*") or any(action in whole for whole in _WHOLE.values()))
    }


def _never_true(document: Document, why: Unknown) -> Maybe[bool]:
    """Answer unknown unless no Deny statement can be there at all."""
    return some(
        statement if isinstance(statement, Unknown) else every((has_effect(statement, "Deny"), why))
        for statement in statements(document)
    )
