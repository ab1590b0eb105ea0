"""What every question asks of a statement first: its effect, whom it is for, what it speaks of."""

from collections.abc import Iterator

from phiward.inventory.iam import PolicyDocument, Statement
from phiward.inventory.kleene import each, every, negate, some
from phiward.inventory.unknown import Maybe, Unknown

Document = Maybe[PolicyDocument]


def statements(document: Document) -> tuple[Maybe[Statement], ...]:
    """Return the statements; unknown ones stand as one unknown."""
    if isinstance(document, Unknown):
        return (document,)
    return (document.statements,) if isinstance(document.statements, Unknown) else document.statements


def has_effect(statement: Statement, effect: str) -> Maybe[bool]:
    """Say whether a statement allows, or denies."""
    return statement.effect if isinstance(statement.effect, Unknown) else statement.effect == effect


def stars(principals: Maybe[tuple[Maybe[str], ...] | None]) -> Maybe[bool]:
    """Say whether everybody is among the principals."""
    if isinstance(principals, Unknown):
        return principals
    return some(each(principals or (), lambda principal: principal == "*"))


def is_for_everybody(statement: Statement) -> Maybe[bool]:
    """Say whether a statement is for anyone: `*`, or everyone except some."""
    but = statement.not_principals
    return some((stars(statement.principals), but if isinstance(but, Unknown) else but is not None))


def is_unconditional(statement: Statement) -> Maybe[bool]:
    """Say whether a Deny is for everybody that the policy is about, whatever the request."""
    conditions, principals, but = statement.conditions, statement.principals, statement.not_principals
    return every(
        (
            conditions if isinstance(conditions, Unknown) else not conditions,
            but if isinstance(but, Unknown) else but is None,
            principals if isinstance(principals, Unknown) else principals is None or stars(principals),
        )
    )


def spares_none_but_named(statement: Statement) -> Maybe[bool]:
    """Say whether a Deny is for everybody, or for everybody but named principals."""
    but = statement.not_principals
    spared = but if isinstance(but, Unknown) else False if but is None else negate(stars(but))
    return some((stars(statement.principals), spared))


def spoken_of(named: Maybe[tuple[Maybe[str], ...] | None]) -> Iterator[tuple[str, Unknown | None]]:
    """Yield what a statement names: the text to ask of, and why it is wider than what is really named.

    What names nothing, or all but something, is asked as everything; what is unknown too, with its reason.
    """
    if isinstance(named, Unknown):
        yield "*", named
    elif not named:
        yield "*", None
    else:
        for element in named:
            yield ("*", element) if isinstance(element, Unknown) else (element, None)
