"""Which other accounts a policy lets in."""

from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from typing import Final

from phiward.inventory.iam import Condition, Statement
from phiward.inventory.iam_conditions import (
    ACCOUNT_KEYS,
    ARN_KEYS,
    EQUAL,
    LITERAL,
    ORGANIZATION_KEYS,
    PRINCIPAL_KEYS,
    UNEQUAL,
    account_of,
    operator,
    organization_of,
)
from phiward.inventory.iam_denials import taken_back
from phiward.inventory.iam_public import is_for_every_account
from phiward.inventory.iam_statements import Document, has_effect, statements
from phiward.inventory.kleene import each, every, negate, some
from phiward.inventory.unknown import Maybe, Unknown

PROVIDER_ACCOUNTS: Final = frozenset(
    [
        "009996457667",
        "027434742980",
        "033677994240",
        "037604701340",
        "048591011584",
        "054676820928",
        "076674570225",
        "098369216593",
        "114774131450",
        "127311923021",
        "156460612806",
        "190560391635",
        "383597477331",
        "507241528517",
        "582318560864",
        "589379963580",
        "600734575887",
        "635631232127",
        "638102146993",
        "652711504416",
        "718504428378",
        "754344448648",
        "783225319266",
        "797873946194",
        "897822967062",
        "985666609251",
    ]
)
"""Accounts of AWS itself, as which load balancers of the older regions write their access logs (*Enable access logs
for your Application Load Balancer*, Elastic Load Balancing User Guide). They are the service, no other customer."""


@lru_cache(maxsize=1024)
def cross_account(document: Document, own_account: Maybe[str | None]) -> Maybe[tuple[str, ...]]:
    """Return the other accounts that Allow statements let in, by id, sorted; `Unknown` where one may be hidden.

    Principals are an account, its users or roles; where everybody is named, the accounts that conditions demand, or
    else the organization (`o-abc123`), which has other accounts. A condition that admits only other accounts, and a
    Deny that holds for one whatever it does, keep it out. Canonical user ids are returned as they are, since they do
    not tell whose they are. Services, federated identities and AWS's own accounts are no other accounts, and a fixed
    network (`aws:SourceVpce`) names none. An unknown own account leaves every account in doubt.
    """
    found = list(_accounts(document))
    for account in found:
        if isinstance(account, Unknown):
            return account
    named = {account for account in found if isinstance(account, str)}
    if named and not isinstance(own_account, str):
        return own_account or Unknown("the account that owns it is not known")
    return tuple(sorted(named - {own_account}))


@lru_cache(maxsize=1024)
def is_cross_account(document: Document, own_account: Maybe[str | None]) -> Maybe[bool]:
    """Say whether another account is let in: true as soon as one is seen, and where all are let in."""

    def other(account: Maybe[str]) -> Maybe[bool]:
        if isinstance(account, Unknown):
            return account
        if isinstance(own_account, str):
            return account != own_account
        return own_account or Unknown("the account that owns it is not known")

    return some((is_for_every_account(document), *map(other, _accounts(document))))


def _accounts(document: Document) -> Iterator[Maybe[str]]:
    """Yield every account that an Allow lets in, the owner's too; `Unknown` where one may be hidden."""
    for statement in statements(document):
        if isinstance(statement, Unknown):
            yield statement
            continue
        allow = has_effect(statement, "Allow")
        if allow is False:
            continue
        for account in _accounts_of(statement):
            if isinstance(account, Unknown):
                yield account
                continue
            inside = every(
                (
                    allow,
                    _admitted(statement, account),
                    negate(taken_back(document, statement, partial(_denies, account=account))),
                )
            )
            if inside is not False:
                yield inside if isinstance(inside, Unknown) else account


def _accounts_of(statement: Statement) -> Iterator[Maybe[str]]:
    """Yield the accounts that one statement names."""
    if isinstance(statement.principals, Unknown):
        yield statement.principals
        return
    for principal in statement.principals or ():
        if isinstance(principal, Unknown) or principal.startswith("canonical:"):
            yield principal
        elif principal == "*":
            yield from _demanded(statement)
        elif not principal.startswith(("service:", "federated:")):
            account = account_of(principal)
            if account is not None and account not in PROVIDER_ACCOUNTS:
                yield account


def _demanded(statement: Statement) -> Iterator[Maybe[str]]:
    """Yield the accounts that conditions demand of everybody; where they demand none, the organizations."""
    if isinstance(statement.conditions, Unknown):
        yield statement.conditions
        return
    accounts = list(_values(statement.conditions, ACCOUNT_KEYS | ARN_KEYS, account_of))
    yield from accounts or _values(statement.conditions, ORGANIZATION_KEYS, organization_of)


def _values(
    conditions: tuple[Condition, ...], keys: frozenset[str], of: Callable[[str], str | None]
) -> Iterator[Maybe[str]]:
    """Yield what the conditions on some keys demand."""
    for condition in conditions:
        if condition.key not in keys or operator(condition)[1] not in EQUAL:
            continue
        if isinstance(condition.values, Unknown):
            yield condition.values
            continue
        for value in condition.values:
            if isinstance(value, Unknown):
                yield value
            elif found := of(value):
                yield found


def _admitted(statement: Statement, account: str) -> Maybe[bool]:
    """Say whether conditions on the caller's identity admit callers of an account."""
    if account.startswith("canonical:"):
        return True
    if isinstance(statement.conditions, Unknown):
        return statement.conditions
    return every(_admits(condition, account) for condition in statement.conditions if condition.key in PRINCIPAL_KEYS)


def _admits(condition: Condition, account: str) -> Maybe[bool]:
    _, name, _ = operator(condition)
    if name in EQUAL:
        return some(each(condition.values, lambda value: account_of(value) in (None, account)))
    if name in UNEQUAL and name in LITERAL and condition.key != "aws:principalarn":
        return every(each(condition.values, lambda value: value != account))
    return True


def _denies(statement: Statement, account: str) -> Maybe[bool]:
    """Say whether a statement denies something to every caller of an account.

    A Deny to an account is one to all its users and roles (*Principal: AWS account principals*, IAM User Guide).
    """
    return every((has_effect(statement, "Deny"), _is_for(statement, account), _holds_for(statement, account)))


def _is_for(statement: Statement, account: str) -> Maybe[bool]:
    whole = (account, *(f"arn:{partition}:iam::{account}:root" for partition in ("aws", "aws-cn", "aws-us-gov")))
    named, but = statement.principals, statement.not_principals
    inside = named if isinstance(named, Unknown) else some(each(named or (), lambda one: one == "*" or one in whole))
    if but is None:
        return inside
    spared = but if isinstance(but, Unknown) else some(each(but, lambda one: one == "*" or account_of(one) == account))
    return some((inside, negate(spared)))


def _holds_for(statement: Statement, account: str) -> Maybe[bool]:
    if isinstance(statement.conditions, Unknown):
        return statement.conditions
    return every(_holds(condition, account) for condition in statement.conditions)


def _holds(condition: Condition, account: str) -> Maybe[bool]:
    """Say whether a Deny's condition holds for every caller of an account: what it spares is another account."""
    prefix, name, _ = operator(condition)
    if condition.key not in PRINCIPAL_KEYS or prefix:
        return False
    if name in UNEQUAL:
        return every(each(condition.values, lambda value: account_of(value) not in {None, account}))
    if name in EQUAL and condition.key != "aws:principalarn":
        return some(each(condition.values, lambda value: value == account))
    return False
