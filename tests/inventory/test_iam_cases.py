"""Each hard policy gets the right answer, whatever order and form it is written in."""

import itertools
from typing import Any

import pytest
from inventory.iam_condition_cases import CONDITIONS
from inventory.iam_public_cases import DENIALS, PRINCIPALS
from inventory.iam_rights_cases import ACCOUNTS, RIGHTS
from inventory.iam_words import GITHUB, OTHER, OWN, Case, allow, to, trust

from phiward.inventory.iam_parse import parse_policy
from phiward.inventory.iam_questions import (
    cross_account,
    gives_whole_service,
    is_administrator,
    is_cross_account,
    is_public,
    unguarded_services,
)
from phiward.inventory.unknown import Unknown


def told(answer: Any) -> Any:
    """Return None for an Unknown answer."""
    return None if isinstance(answer, Unknown) else answer


def written(statements: tuple[Any, ...]) -> list[Any]:
    """Return the policy in every order of its statements, its lists turned round, its single texts as lists."""
    orders = [parse_policy({"Statement": list(order)}) for order in itertools.permutations(statements)]
    turned = [_turned(statement) for statement in statements]
    single = turned[0] if len(turned) == 1 else turned
    return [*orders, parse_policy({"Version": "2012-10-17", "Statement": single})]


def _turned(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _turned(part) for name, part in value.items()}
    if isinstance(value, list):
        return value[::-1] if len(value) > 1 else value[0] if value else value
    return value if value in {"Allow", "Deny", "*"} or isinstance(value, Unknown) else [value]


def test_there_are_many() -> None:
    """The table is worth its name, and every row says why."""
    assert len({case.title for case in (*(*PRINCIPALS, *CONDITIONS, *DENIALS), *ACCOUNTS)}) >= 60
    assert all(case.why for case in (*(*PRINCIPALS, *CONDITIONS, *DENIALS), *ACCOUNTS, *RIGHTS))


@pytest.mark.parametrize("case", [*PRINCIPALS, *CONDITIONS, *DENIALS], ids=lambda case: case.title)
def test_public(case: Case) -> None:
    """Anyone is let in, or not, or it cannot be told."""
    for document in written(case.statements):
        assert told(is_public(document)) == case.answer, case.why


@pytest.mark.parametrize("case", ACCOUNTS, ids=lambda case: case.title)
def test_other_accounts(case: Case) -> None:
    """These accounts are let in, none, or it cannot be told."""
    for document in written(case.statements):
        assert told(cross_account(document, OWN)) == case.answer, case.why
        assert told(is_cross_account(document, OWN)) == (None if case.answer is None else bool(case.answer)), case.why


@pytest.mark.parametrize("case", RIGHTS, ids=lambda case: case.title)
def test_rights(case: Case) -> None:
    """It gives everything, a whole service, or neither."""
    for document in written(case.statements):
        assert (told(is_administrator(document)), told(gives_whole_service(document))) == case.answer, case.why


def test_everybody_is_other_accounts_too() -> None:
    """A policy for anyone lets every account in, though it names none."""
    document = parse_policy({"Statement": allow()})

    assert is_cross_account(document, OWN) is True
    assert cross_account(document, OWN) == ()


def test_an_identity_providers_tenants_are_no_accounts() -> None:
    """A role that any GitHub repository may act as is public, and shared with no other account."""
    document = parse_policy({"Statement": trust(GITHUB)})

    assert is_public(document) is True
    assert is_cross_account(document, OWN) is False


CLOUDTRAIL = {"Service": "cloudtrail.amazonaws.com"}


@pytest.mark.parametrize(
    ("statements", "services"),
    [
        ((allow(Principal=CLOUDTRAIL),), ("cloudtrail.amazonaws.com",)),
        ((allow({"StringEquals": {"aws:SourceAccount": OWN}}, Principal=CLOUDTRAIL),), ()),
        ((allow({"ArnLike": {"aws:SourceArn": f"arn:aws:cloudtrail:*:{OWN}:*"}}, Principal=CLOUDTRAIL),), ()),
        ((allow({"StringEquals": {"aws:SourceOrgID": "o-a"}}, Principal=CLOUDTRAIL),), ()),
        ((allow({"Bool": {"aws:SecureTransport": "true"}}, Principal=CLOUDTRAIL),), ("cloudtrail.amazonaws.com",)),
        ((allow(Principal=CLOUDTRAIL, Effect="Deny"),), ()),
        ((to(OTHER),), ()),
        ((allow(Unknown("hidden"), Principal=CLOUDTRAIL),), None),
        ((allow(Principal=Unknown("hidden")),), None),
    ],
)
def test_services_that_act_for_anybody(statements: tuple[Any, ...], services: tuple[str, ...] | None) -> None:
    """A service principal that no condition ties to an account may be sent by a stranger."""
    assert told(unguarded_services(parse_policy({"Statement": list(statements)}))) == services
