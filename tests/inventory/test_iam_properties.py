"""Random policies: what is unseen never turns an answer round, and no policy takes for ever."""

import time
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inventory.iam_policies import BUCKET, HIDDEN, OTHER, OWN, allow, deny, policy

from phiward.inventory.iam import Condition, PolicyDocument, Statement
from phiward.inventory.iam_escalation import escalations
from phiward.inventory.iam_questions import (
    allows,
    cross_account,
    enforces_tls,
    gives_whole_service,
    is_administrator,
    is_cross_account,
    is_public,
    unguarded_services,
)
from phiward.inventory.unknown import Maybe, Unknown

MANY = settings(max_examples=300, deadline=None)

# Small vocabularies, so that statements meet.
words = st.sampled_from(["*", "s3:*", "s3:get*", "s3:getobject", "iam:?assrole", "iam:*", "s3:put*"])
places = st.sampled_from(["*", BUCKET, f"{BUCKET}/*", f"{BUCKET}*", "arn:aws:s3:::*", f"arn:aws:iam::{OWN}:role/*"])
people = st.sampled_from(
    [
        "*",
        OWN,
        OTHER,
        f"arn:aws:iam::{OTHER}:role/r",
        "service:x",
        "canonical:1",
        "federated:cognito-identity.amazonaws.com",
    ]
)
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
            "ForAllValues:StringNotLike",
            "ArnLike",
            "ArnNotLike",
        ]
    ),
    key=st.sampled_from(
        [
            "aws:sourceaccount",
            "aws:securetransport",
            "aws:sourceip",
            "aws:principalarn",
            "aws:principalaccount",
            "aws:principalorgid",
            "aws:principalisawsservice",
            "aws:sourcevpce",
            "cognito-identity.amazonaws.com:aud",
        ]
    ),
    values=st.lists(
        st.sampled_from(
            ["false", "true", OWN, OTHER, "*", "0.0.0.0/0", "10.0.0.0/8", "vpce-1", f"arn:aws:iam::{OWN}:*"]
        ),
        max_size=2,
    ).map(tuple),
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
    "whole service": gives_whole_service,
    "services": unguarded_services,
    "all roles": lambda document: allows(document, ("iam:passrole",), ("arn:aws:iam::*:role/*",)),
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
def test_a_deny_never_lets_more_in(document: PolicyDocument, added: Statement) -> None:
    """One Deny more takes away, or changes nothing."""
    assert isinstance(document.statements, tuple)
    stricter = PolicyDocument(statements=(*document.statements, msgspec.structs.replace(added, effect="Deny")))

    for question in ("public", "administrator", "allows", "cross-account", "whole service", "all roles"):
        assert not (QUESTIONS[question](stricter) is True and QUESTIONS[question](document) is False), question
    assert set(cross_account(stricter, OWN)) <= set(cross_account(document, OWN))  # type: ignore[arg-type]
    assert not (enforces_tls(document, BUCKET) is True and enforces_tls(stricter, BUCKET) is False)


@MANY
@given(documents, statements_of_any_kind, conditions)
def test_a_condition_never_lets_more_in(document: PolicyDocument, allowed: Statement, added: Condition) -> None:
    """One condition more on an Allow narrows it, or changes nothing; of everybody, it may tell which accounts."""
    assert isinstance(document.statements, tuple)
    assert isinstance(allowed.conditions, tuple)
    narrower = (*allowed.conditions, added)
    allowed = msgspec.structs.replace(allowed, effect="Allow")
    narrow = msgspec.structs.replace(allowed, conditions=narrower)
    before = PolicyDocument(statements=(*document.statements, allowed))
    after = PolicyDocument(statements=(*document.statements, narrow))

    assert not (is_public(after) is True and is_public(before) is False)
    assert set(unguarded_services(after)) <= set(unguarded_services(before))  # type: ignore[arg-type]
    if "*" not in (allowed.principals or ()):  # type: ignore[operator]
        assert set(cross_account(after, OWN)) <= set(cross_account(before, OWN))  # type: ignore[arg-type]


@MANY
@given(documents, st.randoms(use_true_random=False))
def test_order_and_repetition_mean_nothing(document: PolicyDocument, random: Any) -> None:
    """Statements, their parts and their values in another order, some of them twice: the same answers."""
    turned = _turned(document, random)

    for question, ask in QUESTIONS.items():
        answer = ask(turned)
        assert isinstance(answer, Unknown) or answer == ask(document), question


def _turned(value: Any, random: Any) -> Any:
    """Return a value whose lists are in another order, some of their elements twice."""
    if isinstance(value, tuple):
        given = [_turned(each, random) for each in value]
        given += [each for each in given if random.random() < 0.3]
        random.shuffle(given)
        return tuple(given)
    if isinstance(value, PolicyDocument | Statement | Condition):
        return type(value)(**{name: _turned(getattr(value, name), random) for name in value.__struct_fields__})
    return value


@pytest.mark.parametrize(
    "hostile",
    [
        [deny(Action=[f"s3:a{n}" for n in range(500)], Resource=[f"arn:aws:s3:::b{n}" for n in range(500)])],
        [allow(Action=None, NotAction=[f"a{n}:*" for n in range(1_000)])],
        [allow(Action=[f"a{n}:*" for n in range(1_000)], Resource=[f"arn:aws:s3:::b{n}" for n in range(1_000)])],
        [allow(Action="s3:Get"), deny(Action="s3:Put", Resource=BUCKET)] * 300,
    ],
    ids=["a long Deny", "a long NotAction", "a long Allow", "many statements"],
)
def test_no_policy_makes_a_question_run_for_ever(hostile: list[Any]) -> None:
    """The longest policy that is read is answered within seconds."""
    base = allow(Action=[f"s3:a{n}" for n in range(200)], Resource=[f"arn:aws:s3:::b{n}" for n in range(200)])
    document = policy(base, *hostile)
    assert isinstance(document, PolicyDocument)
    begun = time.process_time()
    for ask in QUESTIONS.values():
        ask(document)
    escalations([document])

    assert time.process_time() - begun < 30
