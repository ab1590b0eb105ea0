"""Hard policies get the right answer, and what is unseen never turns an answer round."""

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phiward.inventory.iam import Condition, PolicyDocument, Statement
from phiward.inventory.iam_escalation import escalations
from phiward.inventory.iam_match import covers, overlaps
from phiward.inventory.iam_parse import parse_policy
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

OWN, OTHER, THIRD = "111111111111", "222222222222", "333333333333"
BUCKET = "arn:aws:s3:::images"
HIDDEN = Unknown("hidden")
TLS = {"Bool": {"aws:SecureTransport": "false"}}
MANY = settings(max_examples=300, deadline=None)


def policy(*statements: Any) -> Maybe[PolicyDocument]:
    """Return the policy of some statements in AWS's words."""
    return parse_policy({"Version": "2012-10-17", "Statement": list(statements)})


def allow(condition: Any = None, **elements: Any) -> dict[str, Any]:
    """Return an Allow to everybody on everything in the bucket, changed by elements."""
    made = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"{BUCKET}/*"} | elements
    return {name: value for name, value in made.items() if value is not None} | (
        {} if condition is None else {"Condition": condition}
    )


def deny(condition: Any = None, **elements: Any) -> dict[str, Any]:
    """Return a Deny to everybody of the whole bucket, changed by elements."""
    return allow(condition, **({"Effect": "Deny", "Action": "s3:*", "Resource": [BUCKET, f"{BUCKET}/*"]} | elements))


PUBLIC = [
    ("everybody", (allow(),), True),
    ("everybody in the AWS form", (allow(Principal={"AWS": "*"}),), True),
    ("everybody in a list", (allow(Principal={"AWS": [OTHER, "*"]}),), True),
    ("an account", (allow(Principal={"AWS": OTHER}),), False),
    ("a service", (allow(Principal={"Service": "cloudtrail.amazonaws.com"}),), False),
    ("an identity policy names nobody", (allow(Principal=None),), False),
    ("NotPrincipal with Allow", (allow(Principal=None, NotPrincipal={"AWS": OTHER}),), True),
    ("only a Deny", (deny(),), False),
    ("no statement", (), False),
    ("fixed source account", (allow({"StringEquals": {"aws:SourceAccount": OWN}}),), False),
    ("keys in any case", (allow({"stringequals": {"AWS:SOURCEACCOUNT": OWN}}),), False),
    ("wildcard source account", (allow({"StringLike": {"aws:SourceAccount": "*"}}),), True),
    ("one fixed value beside a wildcard", (allow({"StringLike": {"aws:SourceAccount": [OWN, "*"]}}),), True),
    ("a variable", (allow({"StringEquals": {"aws:PrincipalAccount": "${aws:PrincipalAccount}"}}),), True),
    ("source account if it exists", (allow({"StringEqualsIfExists": {"aws:SourceAccount": OWN}}),), True),
    (
        "if it exists, and it must",
        (allow({"StringEqualsIfExists": {"aws:SourceAccount": OWN}, "Null": {"aws:SourceAccount": "false"}}),),
        False,
    ),
    ("an organization", (allow({"StringEquals": {"aws:PrincipalOrgID": "o-abc123"}}),), False),
    ("any organization", (allow({"StringLike": {"aws:PrincipalOrgID": "o-*"}}),), True),
    ("units of one organization", (allow({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-a/r-1/*"}}),), False),
    ("for all values of a missing key", (allow({"ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-a"}}),), True),
    ("everyone but an organization", (allow({"StringNotEquals": {"aws:PrincipalOrgID": "o-a"}}),), True),
    ("any organization at all", (allow({"Null": {"aws:PrincipalOrgID": "false"}}),), True),
    ("a role", (allow({"ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{OWN}:role/reader"}}),), False),
    ("roles of one account", (allow({"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{OWN}:role/*"}}),), False),
    ("a role of any account", (allow({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/reader"}}),), True),
    ("a topic as source", (allow({"ArnLike": {"aws:SourceArn": f"arn:aws:sns:us-east-1:{OWN}:t"}}),), False),
    ("a bucket as source", (allow({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::uploads"}}),), False),
    ("buckets as source", (allow({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::uploads-*"}}),), True),
    ("an endpoint", (allow({"StringEquals": {"aws:SourceVpce": "vpce-1"}}),), False),
    ("any endpoint", (allow({"StringLike": {"aws:SourceVpce": "vpce-*"}}),), True),
    ("a network", (allow({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}),), False),
    ("one address", (allow({"IpAddress": {"aws:SourceIp": "203.0.113.7"}}),), False),
    ("the world", (allow({"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}),), True),
    ("the IPv6 world", (allow({"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "::/0"]}}),), True),
    ("the world in halves", (allow({"IpAddress": {"aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"]}}),), True),
    ("everywhere but a network", (allow({"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}),), True),
    ("TLS alone", (allow({"Bool": {"aws:SecureTransport": "true"}}),), True),
    ("callers of an account", (allow({"StringEquals": {"kms:CallerAccount": OWN}}),), False),
    ("through a service", (allow({"StringEquals": {"kms:ViaService": "rds.us-east-1.amazonaws.com"}}),), True),
    ("an unrelated key", (allow({"StringEquals": {"s3:prefix": "public/"}}),), True),
    ("AWS services", (allow({"Bool": {"aws:PrincipalIsAWSService": "true"}}),), False),
    ("a Deny to all", (allow(), deny()), False),
    ("a Deny of something else", (allow(), deny(Action="s3:PutObject")), True),
    ("a Deny of another place", (allow(), deny(Resource=f"{BUCKET}/private/*")), True),
    ("a Deny to an account", (allow(), deny(Principal={"AWS": OTHER})), True),
    ("a Deny to all but an account", (allow(), deny(Principal=None, NotPrincipal={"AWS": OWN})), False),
    ("a Deny outside an endpoint", (allow(), deny({"StringNotEquals": {"aws:SourceVpce": "vpce-1"}})), False),
    (
        "a Deny outside the organization",
        (allow(), deny({"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-a"}})),
        False,
    ),
    ("a Deny outside a network", (allow(), deny({"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}})), False),
    ("a Deny outside the world", (allow(), deny({"NotIpAddress": {"aws:SourceIp": "0.0.0.0/0"}})), True),
    ("a Deny without TLS", (allow(), deny(TLS)), True),
    (
        "a Deny of any value outside",
        (allow(), deny({"ForAnyValue:StringNotEquals": {"aws:PrincipalOrgID": "o-a"}})),
        True,
    ),
    ("a Deny of all but reading", (allow(), deny(Action=None, NotAction="s3:GetObject")), True),
    ("a Deny of all but writing", (allow(), deny(Action=None, NotAction="s3:Put*")), False),
    ("a Deny of `?` does not cover `*`", (allow(Action="s3:Get*"), deny(Action="s3:Get?")), True),
    ("an unknown principal", (allow(Principal={"AWS": HIDDEN}),), None),
    ("an unknown principal beside everybody", (allow(Principal={"AWS": [HIDDEN, "*"]}),), True),
    ("an unknown value", (allow({"StringEquals": {"aws:SourceAccount": HIDDEN}}),), None),
    ("an unknown value beside a fixed one", (allow({"StringEquals": {"aws:SourceVpce": [HIDDEN, "vpce-1"]}}),), None),
    ("an unknown condition of an account", (allow(HIDDEN, Principal={"AWS": OTHER}),), False),
    ("an unknown statement", (HIDDEN,), None),
    ("an unknown statement may deny", (allow(), HIDDEN), None),
    ("an unknown effect", (allow(Effect=HIDDEN),), None),
    ("an unknown resource of a Deny", (allow(), deny(Resource=HIDDEN)), None),
]


@pytest.mark.parametrize(("statements", "expected"), [row[1:] for row in PUBLIC], ids=[row[0] for row in PUBLIC])
def test_public(statements: tuple[Any, ...], expected: bool | None) -> None:
    """Anyone is let in, or not, or it cannot be told."""
    assert _told(is_public(policy(*statements))) == expected


def _told(answer: Any) -> Any:
    """Return None for an Unknown answer."""
    return None if isinstance(answer, Unknown) else answer


TLS_ROWS = [
    ("denied without TLS", (deny(TLS),), True),
    ("as a boolean", (deny({"Bool": {"aws:SecureTransport": False}}),), True),
    ("if it exists", (deny({"BoolIfExists": {"aws:SecureTransport": "false"}}),), True),
    ("all actions of all services", (deny(TLS, Action="*", Resource="*"),), True),
    ("two statements for two places", (deny(TLS, Resource=BUCKET), deny(TLS, Resource=f"{BUCKET}/*")), True),
    ("a wildcard over both", (deny(TLS, Resource=f"{BUCKET}*"),), True),
    ("only the objects", (deny(TLS, Resource=f"{BUCKET}/*"),), False),
    ("only the bucket", (deny(TLS, Resource=BUCKET),), False),
    ("another bucket", (deny(TLS, Resource=["arn:aws:s3:::x", "arn:aws:s3:::x/*"]),), False),
    ("only reading", (deny(TLS, Action="s3:GetObject"),), False),
    ("only one account", (deny(TLS, Principal={"AWS": OTHER}),), False),
    ("all but one account", (deny(TLS, Principal=None, NotPrincipal={"AWS": OTHER}),), False),
    ("only within an endpoint", (deny(TLS | {"StringEquals": {"aws:SourceVpce": "v"}}),), False),
    ("for all values", (deny({"ForAllValues:Bool": {"aws:SecureTransport": "false"}}),), True),
    ("with TLS, the wrong way round", (deny({"Bool": {"aws:SecureTransport": "true"}}),), False),
    ("an Allow that demands it", (allow({"Bool": {"aws:SecureTransport": "true"}}),), False),
    ("everything denied", (deny(),), True),
    ("all but another service's", (deny(TLS, Action=None, NotAction="kms:*"),), True),
    ("no statement", (), False),
    ("unknown resources", (deny(TLS, Resource=HIDDEN),), None),
    ("unknown value", (deny({"Bool": {"aws:SecureTransport": HIDDEN}}),), None),
    ("unknown statement", (HIDDEN,), None),
    ("unknown statement beside the Deny", (deny(TLS), HIDDEN), True),
]


@pytest.mark.parametrize(("statements", "expected"), [row[1:] for row in TLS_ROWS], ids=[row[0] for row in TLS_ROWS])
def test_tls(statements: tuple[Any, ...], expected: bool | None) -> None:
    """Plain requests are refused, or not, or it cannot be told."""
    assert _told(enforces_tls(policy(*statements), BUCKET)) == expected


def test_a_topic_refuses_what_it_can() -> None:
    """Its policy admits no `sns:*`; to refuse publishing is to refuse all that brings something in."""
    topic = f"arn:aws:sns:us-east-1:{OWN}:scans"

    assert enforces_tls(policy(deny(TLS, Action="sns:Publish", Resource=topic)), topic) is True
    assert enforces_tls(policy(deny(TLS, Action="sns:Publish", Resource=topic))) is True
    assert enforces_tls(policy(deny(TLS, Action="sns:Subscribe", Resource=topic)), topic) is False


def test_tls_without_a_resource_takes_the_policys_own() -> None:
    """Where the ARN is not known, only the resources go unexamined."""
    assert enforces_tls(policy(deny(TLS))) is True
    assert enforces_tls(policy(deny(TLS, Action="s3:GetObject"))) is False
    assert _told(enforces_tls(policy(deny(TLS)), HIDDEN)) is None
    assert enforces_tls(policy(allow()), HIDDEN) is False


def grant(actions: Any, resources: Any = "*", **elements: Any) -> dict[str, Any]:
    """Return an Allow of an identity policy."""
    return {"Effect": "Allow", "Action": actions, "Resource": resources} | elements


def refuse(actions: Any, resources: Any = "*", **elements: Any) -> dict[str, Any]:
    """Return a Deny of an identity policy."""
    return grant(actions, resources, **elements) | {"Effect": "Deny"}


KEYS = f"arn:aws:kms:us-east-1:{OWN}:key/*"

ALLOWS = [
    ("everything", (grant("*"),), "*", "*", True),
    ("everything, in two parts", (grant("*:*"),), "*", "*", True),
    ("everything on one bucket", (grant("*", BUCKET),), "*", "*", False),
    ("a whole service is not everything", (grant("s3:*"),), "*", "*", False),
    ("a whole service", (grant("S3:*"),), "s3:*", "*", True),
    ("within a wildcard", (grant("s3:Get*"),), "s3:GetObject", f"{BUCKET}/x", True),
    ("a question mark", (grant("s3:GetObjec?"),), "s3:getobject", "*", True),
    ("all but IAM is not everything", ({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},), "*", "*", False),
    ("all but IAM holds S3", ({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},), "s3:*", "*", True),
    ("all but one place", ({"Effect": "Allow", "Action": "*", "NotResource": BUCKET},), "*", "*", False),
    ("denied again", (grant("*"), refuse("*")), "*", "*", False),
    ("denied in part", (grant("*"), refuse("s3:*")), "*", "*", True),
    ("that part", (grant("*"), refuse("s3:*")), "s3:getobject", "*", False),
    ("denied under a condition", (grant("*"), refuse("*", Condition=TLS)), "*", "*", True),
    ("allowed under a condition", (grant("*", Condition=TLS),), "*", "*", True),
    ("action and place of two statements", (grant("*", BUCKET), grant("s3:*")), "*", "*", False),
    ("all keys of an account", (grant("kms:*", KEYS),), "kms:decrypt", "arn:aws:kms:*:*:key/*", True),
    ("one key", (grant("kms:*", f"{KEYS[:-1]}1"),), "kms:decrypt", "arn:aws:kms:*:*:key/*", False),
    ("all keys, denied", (grant("kms:*", KEYS), refuse("kms:*", KEYS)), "kms:decrypt", "arn:aws:kms:*:*:key/*", False),
    ("all keys, by a star", (grant("kms:Decrypt"),), "kms:decrypt", "arn:aws:kms:*:*:key/*", True),
    ("an unknown action", (grant(HIDDEN),), "*", "*", None),
    ("an unknown Deny", (grant("*"), HIDDEN), "*", "*", None),
    ("an unknown place", (grant("*", HIDDEN),), "*", "*", None),
    ("an unknown place of one action", (grant("s3:GetObject", HIDDEN),), "*", "*", False),
]


@pytest.mark.parametrize(
    ("statements", "action", "resource", "expected"), [r[1:] for r in ALLOWS], ids=[r[0] for r in ALLOWS]
)
def test_allows(statements: tuple[Any, ...], action: str, resource: str, expected: bool | None) -> None:
    """An effective Allow of what is asked, as a whole."""
    assert _told(allows(policy(*statements), (action,), (resource,))) == expected
    if action == resource == "*":
        assert _told(is_administrator(policy(*statements))) == expected


ACCOUNTS = [
    ("own root", (allow(Principal={"AWS": f"arn:aws:iam::{OWN}:root"}),), ()),
    ("another's role", (allow(Principal={"AWS": f"arn:aws:iam::{OTHER}:role/r"}),), (OTHER,)),
    ("two, sorted, once", (allow(Principal={"AWS": [THIRD, OTHER, f"arn:aws:iam::{OTHER}:root"]}),), (OTHER, THIRD)),
    ("denied ones are not let in", (deny(Principal={"AWS": OTHER}),), ()),
    ("a service", (allow(Principal={"Service": "s3.amazonaws.com"}),), ()),
    ("everybody of an account", (allow({"StringEquals": {"aws:PrincipalAccount": OTHER}}),), (OTHER,)),
    ("everybody but an account", (allow({"StringNotEquals": {"aws:PrincipalAccount": OTHER}}),), ()),
    ("a canonical id", (allow(Principal={"CanonicalUser": "79a5"}),), ("canonical:79a5",)),
    ("an unknown one", (allow(Principal={"AWS": [OTHER, HIDDEN]}),), None),
    ("an unknown effect", (allow(Effect=HIDDEN, Principal={"AWS": OTHER}),), None),
]


@pytest.mark.parametrize(("statements", "expected"), [row[1:] for row in ACCOUNTS], ids=[row[0] for row in ACCOUNTS])
def test_cross_account(statements: tuple[Any, ...], expected: tuple[str, ...] | None) -> None:
    """The other accounts, or that it cannot be told."""
    assert _told(cross_account(policy(*statements), OWN)) == expected


def test_one_account_seen_is_enough() -> None:
    """What is hidden beside another account does not make it uncertain; an unknown owner does."""
    mixed = policy(allow(Principal={"AWS": [OTHER, HIDDEN]}))

    assert is_cross_account(mixed, OWN) is True
    assert _told(is_cross_account(policy(allow(Principal={"AWS": OTHER})), None)) is None
    assert _told(cross_account(policy(allow(Principal={"AWS": OTHER})), HIDDEN)) is None


# Random policies: small vocabularies, so that statements meet.
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


globs = st.text(alphabet="ab*?", max_size=5)


@MANY
@given(globs, globs, st.text(alphabet="ab", max_size=5))
def test_covering_and_overlapping_hold_for_every_text(one: str, other: str, text: str) -> None:
    """If a pattern covers another, it matches all its texts; if two match one text, they overlap."""
    matches_one, matches_other = covers(one, text), covers(other, text)

    assert not (covers(one, other) and matches_other) or matches_one
    assert not (matches_one and matches_other) or overlaps(one, other)
    assert overlaps(one, other) == overlaps(other, one)


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
    import time

    base = allow(Action=[f"s3:a{n}" for n in range(200)], Resource=[f"arn:aws:s3:::b{n}" for n in range(200)])
    document = policy(base, *hostile)
    assert isinstance(document, PolicyDocument)
    begun = time.process_time()
    for ask in QUESTIONS.values():
        ask(document)
    escalations([document])

    assert time.process_time() - begun < 30


@pytest.mark.parametrize("statements", [[allow()] * 2_501, [allow(Resource=["*"] * 2_500)]])
def test_what_is_longer_than_any_policy_is_not_read(statements: list[Any]) -> None:
    """It is unknown, not searched for ever."""
    assert isinstance(policy(*statements), Unknown)


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
