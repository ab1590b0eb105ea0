"""Random policies: what is unseen never turns an answer round."""

from collections.abc import Callable
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from inventory.iam_policies import BUCKET, HIDDEN, OTHER, OWN

from phiward.inventory.iam import Condition, PolicyDocument, Statement
from phiward.inventory.iam_questions import (
    allows,
    cross_account,
    enforces_tls,
    is_administrator,
    is_cross_account,
    is_public,
)
from phiward.inventory.unknown import Maybe, Unknown

MANY = settings(max_examples=300, deadline=None)

# Small vocabularies, so that statements meet.
words = st.sampled_from(["*", "s3:*", "s3:get*", "s3:getobject", "iam:?assrole", "s3:put*"])
places = st.sampled_from(["*", BUCKET, f"{BUCKET}/*", f"{BUCKET}*"])
people = st.sampled_from(["*", OWN, OTHER, f"arn:aws:iam::{OTHER}:role/r", "service:x", "canonical:1"])
conditions = st.builds(
    Condition,
    operator=st.sampled_from(
        [
            "StringEquals",
            "StringLike",
            "StringNotEquals",
            "StringEqualsIfExists",
            "Bool",
            "BoolIfExists",
            "IpAddress",
            "NotIpAddress",
            "Null",
            "ForAllValues:StringEquals",
            "ForAnyValue:StringNotEquals",
            "ArnLike",
        ]
    ),
    key=st.sampled_from(
        ["aws:sourceaccount", "aws:securetransport", "aws:sourceip", "aws:principalarn", "aws:sourcevpce"]
    ),
    values=st.lists(st.sampled_from(["false", "true", OWN, "*", "0.0.0.0/0", "10.0.0.0/8", "vpce-1"]), max_size=2).map(
        tuple
    ),
)


def listed(of: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    """Return a strategy for an element that may be left out."""
    return st.none() | st.lists(of, max_size=2).map(tuple)


statements_of_any_kind = st.builds(
    Statement,
    effect=st.sampled_from(["Allow", "Deny"]),
    principals=listed(people) | st.just(("*",)),
    not_principals=st.none() | listed(people),
    actions=listed(words),
    not_actions=listed(words),
    resources=listed(places),
    not_resources=st.none() | listed(places),
    conditions=st.lists(conditions, max_size=2).map(tuple),
)
documents = st.builds(PolicyDocument, statements=st.lists(statements_of_any_kind, max_size=3).map(tuple))

QUESTIONS: dict[str, Callable[[Maybe[PolicyDocument]], Any]] = {
    "public": is_public,
    "tls": lambda document: enforces_tls(document, BUCKET),
    "tls without resource": enforces_tls,
    "tls of an unknown resource": lambda document: enforces_tls(document, HIDDEN),
    "administrator": is_administrator,
    "allows": lambda document: allows(document, ("s3:getobject", "iam:*"), (f"{BUCKET}/*",)),
    "cross-account": lambda document: is_cross_account(document, OWN),
    "accounts": lambda document: cross_account(document, OWN),
}


def hide(data: st.DataObject, value: Any) -> Any:
    """Return a value with some of its parts replaced by Unknown, wherever the model admits one."""
    if isinstance(value, PolicyDocument):
        return PolicyDocument(statements=_maybe(data, value.statements))
    if isinstance(value, Statement):
        return Statement(**{name: _maybe(data, getattr(value, name)) for name in Statement.__struct_fields__})
    if isinstance(value, Condition):
        return msgspec.structs.replace(value, values=_maybe(data, value.values))
    return value


def _maybe(data: st.DataObject, value: Any) -> Any:
    """Return a value, hidden as a whole or in parts, or as it is."""
    if data.draw(st.integers(0, 11)) == 0:
        return HIDDEN
    if not isinstance(value, tuple):
        return value
    return (
        tuple(
            hide(data, each) if isinstance(each, Condition) or data.draw(st.integers(0, 11)) else HIDDEN
            for each in value
        )
        if not any(isinstance(each, Statement) for each in value)
        else tuple(hide(data, each) if data.draw(st.integers(0, 11)) else HIDDEN for each in value)
    )


@MANY
@given(documents, st.data())
def test_what_is_hidden_never_turns_an_answer_round(document: PolicyDocument, data: st.DataObject) -> None:
    """The answer of a partly unknown policy is that of every completion, or unknown."""
    partly = hide(data, document)

    for question, ask in QUESTIONS.items():
        answer = ask(partly)
        assert isinstance(answer, Unknown) or answer == ask(document), question


@MANY
@given(documents)
def test_what_is_known_is_answered(document: PolicyDocument) -> None:
    """A policy without unknown parts never gets an unknown answer."""
    for question, ask in QUESTIONS.items():
        assert question == "tls of an unknown resource" or not isinstance(ask(document), Unknown), question


@MANY
@given(documents, statements_of_any_kind)
def test_a_deny_never_makes_more_public(document: PolicyDocument, added: Statement) -> None:
    """One Deny more takes away, or changes nothing."""
    assert isinstance(document.statements, tuple)
    stricter = PolicyDocument(statements=(*document.statements, msgspec.structs.replace(added, effect="Deny")))

    assert not (is_public(stricter) is True and is_public(document) is False)
    assert not (is_administrator(stricter) is True and is_administrator(document) is False)
    assert not (enforces_tls(document, BUCKET) is True and enforces_tls(stricter, BUCKET) is False)
