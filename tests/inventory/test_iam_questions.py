"""Hard policies get the right answer."""

from typing import Any

import pytest
from inventory.iam_policies import BUCKET, HIDDEN, OTHER, OWN, THIRD, TLS, allow, deny, grant, policy, refuse, told

from phiward.inventory.iam_questions import (
    allows,
    cross_account,
    denies,
    enforces_tls,
    is_administrator,
    is_cross_account,
    is_public,
)

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
    assert told(is_public(policy(*statements))) == expected


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
    assert told(enforces_tls(policy(*statements), BUCKET)) == expected


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
    assert told(enforces_tls(policy(deny(TLS)), HIDDEN)) is None
    assert enforces_tls(policy(allow()), HIDDEN) is False


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
    assert told(allows(policy(*statements), (action,), (resource,))) == expected
    if action == resource == "*":
        assert told(is_administrator(policy(*statements))) == expected


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
    assert told(cross_account(policy(*statements), OWN)) == expected


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ((deny(Action="backup:DeleteRecoveryPoint", Resource="*"),), True),
        ((deny(Action="Backup:Delete*", Resource="*"),), True),
        ((deny(Action=None, NotAction="backup:Describe*", Resource="*"),), True),
        ((deny(Resource="*"),), False),
        ((deny(Action="backup:*", Resource="*", Principal={"AWS": OTHER}),), False),
        ((deny(Action="backup:*", Resource="*", Principal=None, NotPrincipal={"AWS": OTHER}),), False),
        ((deny(TLS, Action="backup:*", Resource="*"),), False),
        ((deny(Action="backup:*"),), False),
        ((allow(Action="backup:*", Resource="*"),), False),
        ((), False),
    ],
)
def test_denies(statements: tuple[Any, ...], expected: bool) -> None:
    """Only a Deny for everybody, on everything, without conditions leaves no way."""
    assert denies(policy(*statements), "backup:DeleteRecoveryPoint") is expected


def test_denies_as_far_as_it_is_seen() -> None:
    """A hidden statement may deny; one that is seen to is enough."""
    seen = policy(deny(Action="backup:*", Resource="*"), HIDDEN)

    assert denies(seen, "backup:DeleteRecoveryPoint") is True
    assert denies(policy(HIDDEN), "backup:DeleteRecoveryPoint") == HIDDEN


def test_one_account_seen_is_enough() -> None:
    """What is hidden beside another account does not make it uncertain; an unknown owner does."""
    mixed = policy(allow(Principal={"AWS": [OTHER, HIDDEN]}))

    assert is_cross_account(mixed, OWN) is True
    assert told(is_cross_account(policy(allow(Principal={"AWS": OTHER})), None)) is None
    assert told(cross_account(policy(allow(Principal={"AWS": OTHER})), HIDDEN)) is None
