"""Whether a policy lets in anyone."""

from collections.abc import Callable
from functools import lru_cache

from phiward.inventory.iam import Statement
from phiward.inventory.iam_conditions import holds_for_outsiders, keeps_outsiders_out
from phiward.inventory.iam_denials import taken_back
from phiward.inventory.iam_federation import lets_any_tenant_in
from phiward.inventory.iam_statements import (
    Document,
    has_effect,
    is_for_everybody,
    spares_none_but_named,
    statements,
)
from phiward.inventory.kleene import every, negate, some
from phiward.inventory.unknown import Maybe, Unknown


@lru_cache(maxsize=1024)
def is_public(document: Document) -> Maybe[bool]:
    """Say whether a resource's policy lets in anyone: an Allow for `*` (or for all but some) that nothing narrows.

    Follows *The meaning of "public"* (Amazon S3 User Guide, block public access): what narrows is a condition with a
    fixed value of who or where the caller is. Unlike S3, which looks at Allow statements alone, an explicit Deny to
    everybody outside counts as well (*Policy evaluation logic*, IAM User Guide). `kms:ViaService` says which
    service carries the request, not for whom: it narrows nothing. Whoever has an account with a shared identity
    provider (GitHub, Google, Cognito) is anyone too, unless a condition names the tenant. A service principal is not
    anyone: see `unguarded_services`.
    """
    return some((is_for_every_account(document), _open_to(document, lets_any_tenant_in)))


@lru_cache(maxsize=1024)
def is_for_every_account(document: Document) -> Maybe[bool]:
    """Say whether a policy lets in every account: public, and not only to the tenants of an identity provider."""
    return _open_to(document, is_for_everybody)


def _open_to(document: Document, anyone: Callable[[Statement], Maybe[bool]]) -> Maybe[bool]:
    """Say whether an Allow that is for anyone, in a sense, is narrowed by nothing and taken back by no Deny."""
    return some(
        statement
        if isinstance(statement, Unknown)
        else every(
            (
                has_effect(statement, "Allow"),
                anyone(statement),
                negate(keeps_outsiders_out(statement)),
                negate(taken_back(document, statement, _denies_outsiders)),
            )
        )
        for statement in statements(document)
    )


@lru_cache(maxsize=1024)
def unguarded_services(document: Document) -> Maybe[tuple[str, ...]]:
    """Return the AWS services that an Allow lets in for whomever they act, sorted.

    Such a service is no stranger, but a stranger can ask it to act (*The confused deputy problem*, IAM User Guide):
    a condition on `aws:SourceAccount`, `aws:SourceArn` or their like ties it to one customer.
    """
    found: set[str] = set()
    for statement in statements(document):
        if isinstance(statement, Unknown):
            return statement
        guarded = some((negate(has_effect(statement, "Allow")), keeps_outsiders_out(statement)))
        if guarded is True:
            continue
        named = (statement.principals,) if isinstance(statement.principals, Unknown) else statement.principals or ()
        for principal in named:
            if isinstance(principal, Unknown):
                return principal
            if principal.startswith("service:"):
                if isinstance(guarded, Unknown):
                    return guarded
                found.add(principal.removeprefix("service:"))
    return tuple(sorted(found))


def _denies_outsiders(statement: Statement) -> Maybe[bool]:
    """Say whether a statement denies something to everybody outside."""
    return every((has_effect(statement, "Deny"), spares_none_but_named(statement), holds_for_outsiders(statement)))
