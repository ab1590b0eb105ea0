"""The questions asked of a policy document. Each is answered true, false, or `Unknown` where a part unseen decides it.

An answer that is true or false stays so whatever the unknown parts turn out to be.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from phiward.inventory.iam import PolicyDocument, Statement
from phiward.inventory.iam_conditions import (
    ACCOUNT_KEYS,
    ARN_KEYS,
    EQUAL,
    account_of,
    holds_for_outsiders,
    keeps_outsiders_out,
    operator,
)
from phiward.inventory.iam_match import covers_action, covers_resource
from phiward.inventory.kleene import each, every, negate, some
from phiward.inventory.unknown import Maybe, Unknown

Document = Maybe[PolicyDocument]


def is_public(document: Document) -> Maybe[bool]:
    """Say whether a resource's policy lets in anyone: an Allow for `*` (or for all but some) that nothing narrows.

    Follows *The meaning of "public"* (Amazon S3 User Guide, block public access): what narrows is a condition with a
    fixed value of who or where the caller is. Unlike S3, which looks at Allow statements alone, an explicit Deny to
    everybody outside counts as well (*Policy evaluation logic*, IAM User Guide). `kms:ViaService` says which
    service carries the request, not for whom: it narrows nothing.
    """
    return some(
        statement
        if isinstance(statement, Unknown)
        else every(
            (
                _has_effect(statement, "Allow"),
                _names_everybody(statement),
                negate(keeps_outsiders_out(statement)),
                negate(_denied_outside(document, statement)),
            )
        )
        for statement in _statements(document)
    )


def cross_account(document: Document, own_account: Maybe[str | None]) -> Maybe[tuple[str, ...]]:
    """Return the other accounts that Allow statements let in, by id, sorted; `Unknown` where one may be hidden.

    Principals are an account, its users or roles; where everybody is named, the accounts that conditions demand.
    Canonical user ids are returned as they are, since they do not tell whose they are. Services and federated
    identities are no accounts. Deny statements are not weighed. An unknown own account leaves every account in doubt.
    """
    found = list(_accounts(document))
    for account in found:
        if isinstance(account, Unknown):
            return account
    named = {account for account in found if isinstance(account, str)}
    if named and not isinstance(own_account, str):
        return own_account or Unknown("the account that owns it is not known")
    return tuple(sorted(named - {own_account}))


def is_cross_account(document: Document, own_account: Maybe[str | None]) -> Maybe[bool]:
    """Say whether another account is let in: true as soon as one is seen, whatever else is hidden."""

    def other(account: Maybe[str]) -> Maybe[bool]:
        if isinstance(account, Unknown):
            return account
        if isinstance(own_account, str):
            return account != own_account
        return own_account or Unknown("the account that owns it is not known")

    return some(map(other, _accounts(document)))


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
    return enforces_tls_on(document, f"{service}:*", wanted)


def enforces_tls_on(document: Document, action: str, resources: Iterable[str]) -> Maybe[bool]:
    """Say whether every request for an action pattern on each of the resources is denied without TLS."""
    return every(
        some(
            statement
            if isinstance(statement, Unknown)
            else every(
                (
                    _has_effect(statement, "Deny"),
                    _stars(statement.principals),
                    covers_action(statement, action),
                    True if wanted is None else covers_resource(statement, wanted),
                    _only_without_tls(statement),
                )
            )
            for statement in _statements(document)
        )
        for wanted in (tuple(resources) or (None,))
    )


def allows(document: Document, actions: Iterable[str], resources: Iterable[str] = ("*",)) -> Maybe[bool]:
    """Say whether any of the actions is allowed on any of the resources, as a whole: `*` asks for the full wildcard.

    Wildcards, NotAction and NotResource count. An Allow under conditions allows (somebody meets them); a Deny takes
    it back where it is for everybody, without conditions, and covers all that was asked.
    """
    asked = [(action.lower(), resource) for action in actions for resource in resources]
    return some(
        every(
            (
                _speaks(document, "Allow", action, resource),
                negate(_speaks(document, "Deny", action, resource)),
            )
        )
        for action, resource in asked
    )


def denies(document: Document, action: str, resource: str = "*") -> Maybe[bool]:
    """Say whether an action on a resource is denied to everybody, whatever the request: by an explicit Deny.

    Wildcards count (`backup:*` denies `backup:DeleteRecoveryPoint`). A Deny that spares somebody, or holds under
    conditions only, leaves a way.
    """
    return _speaks(document, "Deny", action.lower(), resource)


def is_administrator(document: Document) -> Maybe[bool]:
    """Say whether the policy gives everything: all actions on all resources."""
    return allows(document, ("*",), ("*",))


def _statements(document: Document) -> tuple[Maybe[Statement], ...]:
    """Return the statements; unknown ones stand as one unknown."""
    if isinstance(document, Unknown):
        return (document,)
    return (document.statements,) if isinstance(document.statements, Unknown) else document.statements


def _has_effect(statement: Statement, effect: str) -> Maybe[bool]:
    """Say whether a statement allows, or denies."""
    return statement.effect if isinstance(statement.effect, Unknown) else statement.effect == effect


def _stars(principals: Maybe[tuple[Maybe[str], ...] | None]) -> Maybe[bool]:
    """Say whether everybody is among the principals."""
    if isinstance(principals, Unknown):
        return principals
    return some(each(principals or (), lambda principal: principal == "*"))


def _names_everybody(statement: Statement) -> Maybe[bool]:
    """Say whether a statement is for anyone: `*`, or everyone except some."""
    but = statement.not_principals
    return some((_stars(statement.principals), but if isinstance(but, Unknown) else but is not None))


def _denied_outside(document: Document, allowed: Statement) -> Maybe[bool]:
    """Say whether a Deny takes back, from everybody outside, what a statement allows."""
    return some(
        statement
        if isinstance(statement, Unknown)
        else every(
            (
                _has_effect(statement, "Deny"),
                _is_for_outsiders(statement),
                holds_for_outsiders(statement),
                _all_of(allowed.actions, partial(covers_action, statement)),
                _all_of(allowed.resources, partial(covers_resource, statement)),
            )
        )
        for statement in _statements(document)
    )


def _is_for_outsiders(statement: Statement) -> Maybe[bool]:
    """Say whether a Deny is for everybody, or for everybody but named principals."""
    but = statement.not_principals
    spared = but if isinstance(but, Unknown) else False if but is None else negate(_stars(but))
    return some((_stars(statement.principals), spared))


def _all_of(named: Maybe[tuple[Maybe[str], ...] | None], ask: Callable[[str], Maybe[bool]]) -> Maybe[bool]:
    """Ask something of all that a statement names; where it names nothing or all but something, of `*`."""
    whole = ask("*")
    if named is None or whole is True:
        return whole
    return every(each(named, ask))


def _speaks(document: Document, effect: str, action: str, resource: str) -> Maybe[bool]:
    """Say whether a statement allows, or denies to everybody without conditions, what is asked."""
    return some(
        statement
        if isinstance(statement, Unknown)
        else every(
            (
                _has_effect(statement, effect),
                covers_action(statement, action),
                covers_resource(statement, resource),
                True if effect == "Allow" else _is_unconditional(statement),
            )
        )
        for statement in _statements(document)
    )


def _is_unconditional(statement: Statement) -> Maybe[bool]:
    """Say whether a Deny is for everybody that the policy is about, whatever the request."""
    conditions, principals, but = statement.conditions, statement.principals, statement.not_principals
    return every(
        (
            conditions if isinstance(conditions, Unknown) else not conditions,
            but if isinstance(but, Unknown) else but is None,
            principals if isinstance(principals, Unknown) else principals is None or _stars(principals),
        )
    )


def _only_without_tls(statement: Statement) -> Maybe[bool]:
    """Say whether a Deny holds for every request without TLS: on that one condition, or on none."""
    if isinstance(statement.conditions, Unknown):
        return statement.conditions
    return every(
        some(each(condition.values, lambda value: value.lower() == "false"))
        if condition.key == "aws:securetransport" and operator(condition)[:2] == ("", "bool")
        else False
        for condition in statement.conditions
    )


def _whole_services(document: Document) -> set[str]:
    """Return the `service:*` patterns that a policy names."""
    return {
        action
        for statement in _statements(document)
        if not isinstance(statement, Unknown) and isinstance(statement.actions, tuple)
        for action in statement.actions
        if isinstance(action, str) and action.endswith(":*")
    }


def _never_true(document: Document, why: Unknown) -> Maybe[bool]:
    """Answer unknown unless no Deny statement can be there at all."""
    return some(
        statement if isinstance(statement, Unknown) else every((_has_effect(statement, "Deny"), why))
        for statement in _statements(document)
    )


def _accounts(document: Document) -> Iterator[Maybe[str]]:
    """Yield every account that an Allow lets in, the owner's too; `Unknown` where one may be hidden."""
    for statement in _statements(document):
        if isinstance(statement, Unknown):
            yield statement
            continue
        allow = _has_effect(statement, "Allow")
        if allow is False:
            continue
        for account in _accounts_of(statement):
            yield allow if isinstance(allow, Unknown) else account


def _accounts_of(statement: Statement) -> Iterator[Maybe[str]]:
    """Yield the accounts that one statement names."""
    if isinstance(statement.principals, Unknown):
        yield statement.principals
        return
    for principal in statement.principals or ():
        if isinstance(principal, Unknown) or principal.startswith("canonical:"):
            yield principal
        elif principal == "*":
            yield from _demanded_accounts(statement)
        elif not principal.startswith(("service:", "federated:")) and (account := account_of(principal)):
            yield account


def _demanded_accounts(statement: Statement) -> Iterator[Maybe[str]]:
    """Yield the accounts that conditions demand of everybody."""
    if isinstance(statement.conditions, Unknown):
        yield statement.conditions
        return
    for condition in statement.conditions:
        if condition.key not in ACCOUNT_KEYS | ARN_KEYS or operator(condition)[1] not in EQUAL:
            continue
        if isinstance(condition.values, Unknown):
            yield condition.values
            continue
        for value in condition.values:
            if isinstance(value, Unknown):
                yield value
            elif account := account_of(value):
                yield account
