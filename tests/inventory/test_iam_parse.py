"""Every way of writing a policy is read, and what is none is unknown."""

import json
from typing import Any

import pytest
from inventory.iam_policies import HIDDEN, allow, policy

from phiward.inventory.iam import PolicyDocument, Statement
from phiward.inventory.iam_parse import parse_policy
from phiward.inventory.unknown import Unknown


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        "null",
        '{"Statement":[{"Effect":"Allow","Effect":"Deny"}]}',
        '{"statement":[]}',
        "[" * 100_000,
        " " * 1_000_001,
        b"\xff",
    ],
)
def test_what_is_no_policy_is_unknown(text: str | bytes) -> None:
    """A policy that was not understood never looks harmless."""
    assert isinstance(parse_policy(text), Unknown)


@pytest.mark.parametrize(
    "statement",
    [
        "x",
        {"Effect": "Permit"},
        {"Effect": "Allow", "Principals": "*"},
        {"Effect": "Allow", "Principal": "everyone"},
        {"Effect": "Allow", "Principal": {"Group": "*"}},
        {"Effect": "Allow", "Action": [3]},
        {"Effect": "Allow", "Condition": []},
        {"Effect": "Allow", "Condition": {"Bool": []}},
    ],
)
def test_a_statement_not_understood_is_unknown(statement: Any) -> None:
    """The others keep their meaning."""
    read = policy(allow(), statement)

    assert isinstance(read, PolicyDocument)
    assert isinstance(read.statements, tuple)
    assert isinstance(read.statements[1], Unknown)
    assert isinstance(read.statements[0], Statement)


def test_every_way_of_writing_a_policy_is_one() -> None:
    """Text, percent-encoded text, plain data, one statement or a list, one string or a list: the same document."""
    from urllib.parse import quote

    body = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "S3:Get*"}}
    listed_body = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": ["s3:get*"]}]}
    expected = PolicyDocument(
        version="2012-10-17", statements=(Statement(effect="Allow", principals=("*",), actions=("s3:get*",)),)
    )

    assert parse_policy(body) == parse_policy(listed_body) == expected
    assert parse_policy(json.dumps(body)) == parse_policy(quote(json.dumps(body))) == expected
    assert parse_policy(HIDDEN) == HIDDEN


@pytest.mark.parametrize("statements", [[allow()] * 2_501, [allow(Resource=["*"] * 2_500)]])
def test_what_is_longer_than_any_policy_is_not_read(statements: list[Any]) -> None:
    """It is unknown, not searched for ever."""
    assert isinstance(policy(*statements), Unknown)
