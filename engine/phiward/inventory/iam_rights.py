"""What a policy allows whoever has it."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from phiward.inventory.iam import Statement
from phiward.inventory.iam_match import covers, covers_action, covers_resource, overlaps
from phiward.inventory.iam_statements import Document, has_effect, is_unconditional, statements
from phiward.inventory.kleene import each, every, negate, some
from phiward.inventory.unknown import Maybe, Unknown

_ANY_OTHER: Final = "a-service-that-nobody-names"
_MOST: Final = 10_000
"""Comparisons for one NotAction; AWS's limits leave room for a tenth."""
_MOST_SERVICES: Final = 1_000


def allows(document: Document, actions: Iterable[str], resources: Iterable[str] = ("*",)) -> Maybe[bool]:
    """Say whether any of the actions is allowed on any of the resources, as a whole: `*` asks for the full wildcard.

    Wildcards, NotAction and NotResource count, and what one statement leaves out another may add. An Allow under
    conditions allows (somebody meets them); a Deny takes it back where it is for everybody, without conditions, and
    covers all that was asked. A policy names ARNs of its own account and mostly of one region: where an ARN that is
    asked leaves these open (`arn:aws:kms:*:*:key/*`), one account or region is enough; and `*` is met by an ARN that
    stands for all of the action's service (`arn:aws:s3:::*`).
    """
    return _allows(document, tuple(action.lower() for action in actions), tuple(resources))


def denies(document: Document, action: str, resource: str = "*") -> Maybe[bool]:
    """Say whether an action on a resource is denied to everybody, whatever the request: by an explicit Deny.

    Wildcards count (`backup:*` denies `backup:DeleteRecoveryPoint`). A Deny that spares somebody, or holds under
    conditions only, leaves a way.
    """
    return _refused(document, action.lower(), resource)


def is_administrator(document: Document) -> Maybe[bool]:
    """Say whether the policy gives everything: all actions on all resources."""
    return allows(document, ("*",), ("*",))


@lru_cache(maxsize=1024)
def gives_whole_service(document: Document) -> Maybe[bool]:
    """Say whether the policy allows every action of some service on all its resources: `s3:*` on `*`.

    Everything (`*`) and everything but some (NotAction) give whole services as well.
    """
    services = {_ANY_OTHER}
    for statement in statements(document):
        if not isinstance(statement, Unknown):
            services.update(filter(None, map(_whole_service, _known(statement.actions))))
            services.update(arn[2] for arn in (text.split(":", 5) for text in _known(statement.resources)) if arn[3:])
    if len(services) > _MOST_SERVICES:
        return Unknown("the policy names more services than there are")
    return allows(document, (f"{service}:*" for service in sorted(services)), ("*",))


def _known(named: Maybe[tuple[Maybe[str], ...] | None]) -> list[str]:
    """Return the texts that a statement surely names."""
    return [each for each in named if isinstance(each, str)] if isinstance(named, tuple) else []


def _whole_service(action: str) -> str | None:
    """Return a service all of whose actions a pattern matches, or None."""
    service = action.partition(":")[0].rstrip("*")
    return service if service and covers(action, f"{service}:*") else None


@lru_cache(maxsize=4096)
def _allows(document: Document, actions: tuple[str, ...], resources: tuple[str, ...]) -> Maybe[bool]:
    return some(
        every((_granted(document, action, place), negate(_refused(document, action, place))))
        for action in actions
        for resource in resources
        for place in _places(document, action, resource)
    )


def _granted(document: Document, action: str, resource: str, *, deep: bool = True) -> Maybe[bool]:
    """Say whether Allow statements speak of all that is asked: one alone, or one and others that fill what it omits."""
    return some(
        statement
        if isinstance(statement, Unknown)
        else every(
            (
                has_effect(statement, "Allow"),
                covers_resource(statement, resource),
                some((covers_action(statement, action), _filled(document, statement, action, resource, deep=deep))),
            )
        )
        for statement in statements(document)
    )


def _filled(document: Document, statement: Statement, action: str, resource: str, *, deep: bool) -> Maybe[bool]:
    """Say whether other statements allow the actions that a NotAction leaves out of what is asked."""
    but = statement.not_actions
    if not deep or statement.actions is not None or but is None:
        return False
    if isinstance(but, Unknown):
        return but
    if len(but) * len(statements(document)) > _MOST:
        return Unknown("the policy is too long for what it leaves out to be weighed")
    return every(
        each(
            but,
            lambda left_out: (
                True
                if not overlaps(left_out, action)
                else _granted(document, action if covers(left_out, action) else left_out, resource, deep=False)
            ),
        )
    )


def _refused(document: Document, action: str, resource: str) -> Maybe[bool]:
    """Say whether a Deny to everybody, without conditions, covers all that is asked."""
    return some(
        statement
        if isinstance(statement, Unknown)
        else every(
            (
                has_effect(statement, "Deny"),
                covers_action(statement, action),
                covers_resource(statement, resource),
                is_unconditional(statement),
            )
        )
        for statement in statements(document)
    )


def _places(document: Document, action: str, resource: str) -> Iterator[str]:
    """Yield what is asked, all of the action's service, and both with the region and account that the policy names."""
    yield resource
    service = action.partition(":")[0]
    if resource == "*" and "*" not in service:
        yield f"arn:*:{service}:*:*:*"
    asked = resource.split(":", 5) if resource.startswith("arn:") else ["arn", "*", service, "*", "*", "*"]
    if len(asked) < 6 or "*" not in asked[1:5] or (resource != "*" and not resource.startswith("arn:")):
        return
    found = set()
    for statement in statements(document):
        for pattern in () if isinstance(statement, Unknown) else _known(statement.resources):
            own = pattern.split(":", 5)
            if len(own) == 6 and own[0] == "arn" and own[2] == asked[2]:
                head = [own[at] if asked[at] == "*" else asked[at] for at in range(5)]
                found.add(":".join([*head, asked[5]]))
    yield from sorted(found)
