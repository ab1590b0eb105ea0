"""Whom a policy lets in: by its principals, and after its denials. Sources: `iam_words`."""

from inventory.iam_words import BUCKET, HIDDEN, OTHER, OWN, Case, allow, deny, trust

PRINCIPALS = (
    Case(
        "an Allow of all but deletion",
        (allow(Action=None, NotAction="s3:DeleteObject"),),
        True,
        "logic: reading is among the rest.",
    ),
    Case(
        "everybody but one, allowed",
        (allow(Principal=None, NotPrincipal={"AWS": f"arn:aws:iam::{OTHER}:root"}),),
        True,
        "not-principal: with Allow it lets in all others, the anonymous too.",
    ),
    Case(
        "any pool of Cognito",
        (trust("cognito-identity.amazonaws.com"),),
        True,
        "federation: everybody can make a pool.",
    ),
    Case(
        "an identity provider of one's own",
        (trust(f"arn:aws:iam::{OWN}:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/ABC"),),
        False,
        "federation: its users are the cluster's.",
    ),
    Case(
        "an unknown action",
        (allow(Action=HIDDEN),),
        True,
        "logic: everybody is allowed something, and nothing is denied.",
    ),
)

DENIALS = (
    Case(
        "a Deny outside a private address",
        (allow(), deny({"NotIpAddress": {"aws:VpcSourceIp": "10.0.0.0/16"}})),
        True,
        "keys: a stranger's network may use the same addresses.",
    ),
    Case(
        "the world in halves, denied outside",
        (allow(), deny({"NotIpAddress": {"aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"]}})),
        True,
        "operators: the Deny holds for no IPv4 address at all.",
    ),
    Case(
        "a Deny to those without an organization",
        (allow(), deny({"Null": {"aws:PrincipalOrgID": "true"}})),
        True,
        "operators: strangers with an organization of their own stay.",
    ),
    Case(
        "a Deny to those who come through no endpoint",
        (allow(), deny({"Null": {"aws:SourceVpce": "true"}})),
        True,
        "operators: strangers have endpoints as well.",
    ),
    Case(
        "a Deny to all but services, for those who sign",
        (allow(), deny({"Bool": {"aws:PrincipalIsAWSService": "false"}})),
        True,
        "keys: an anonymous request has no such key, and Bool is false of a missing one.",
    ),
    Case(
        "a Deny to all but services",
        (allow(), deny({"BoolIfExists": {"aws:PrincipalIsAWSService": "false"}})),
        False,
        "operators: IfExists holds for the anonymous too.",
    ),
    Case(
        "a Deny to those who call directly",
        (allow(), deny({"BoolIfExists": {"aws:ViaAWSService": "false"}})),
        True,
        "keys: a stranger's request through Athena is not denied.",
    ),
    Case(
        "the perimeter of a whole organization",
        (
            allow(),
            deny(
                {
                    "StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-a", "aws:SourceVpce": "vpce-1"},
                    "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
                }
            ),
        ),
        False,
        "logic: all three hold for every stranger.",
    ),
    Case(
        "a perimeter with a hole that the caller makes",
        (
            allow(),
            deny(
                {
                    "StringNotEqualsIfExists": {
                        "aws:PrincipalOrgID": "o-a",
                        "aws:PrincipalTag/exempt": "true",
                    }
                }
            ),
        ),
        True,
        "logic: a stranger who tags himself exempt is not denied.",
    ),
    Case(
        "a Deny to those outside all of the units",
        (allow(), deny({"ForAllValues:StringNotLike": {"aws:PrincipalOrgPaths": "o-a/*"}})),
        False,
        "sets: true where the key is missing and where no value is of the organization.",
    ),
    Case(
        "a Deny to those outside one of the units",
        (allow(), deny({"ForAnyValue:StringNotLike": {"aws:PrincipalOrgPaths": "o-a/*"}})),
        True,
        "sets: false where the key is missing, so the anonymous stay.",
    ),
    Case(
        "a Deny to everybody but a role name of any account",
        (allow(), deny({"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/reader"}})),
        True,
        "S3: strangers may name a role so.",
    ),
    Case(
        "a Deny to everybody but one account's roles",
        (allow(), deny({"ArnNotLike": {"aws:PrincipalArn": f"arn:aws:iam::{OWN}:role/*"}})),
        False,
        "operators: the account is fixed.",
    ),
    Case(
        "two Denies that cover both actions",
        (allow(Action=["s3:GetObject", "s3:PutObject"]), deny(Action="s3:GetObject"), deny(Action="s3:Put*")),
        False,
        "logic: each action is denied by one of them.",
    ),
    Case(
        "two Denies that leave one action",
        (allow(Action=["s3:GetObject", "s3:ListBucket"]), deny(Action="s3:GetObject"), deny(Action="s3:Put*")),
        True,
        "logic: listing is left.",
    ),
    Case(
        "two Denies that cover both places",
        (
            allow(Resource=[f"{BUCKET}/a/*", f"{BUCKET}/b/*"]),
            deny(Resource=f"{BUCKET}/a/*"),
            deny(Resource=f"{BUCKET}/b*"),
        ),
        False,
        "logic: each place is denied by one of them.",
    ),
    Case(
        "a Deny of all other places",
        (allow(), deny(Resource=None, NotResource=f"{BUCKET}/*")),
        True,
        "logic: what NotResource names is not denied.",
    ),
    Case(
        "a Deny of all places but others",
        (allow(), deny(Resource=None, NotResource="arn:aws:s3:::public/*")),
        False,
        "logic: the bucket is not among what NotResource spares.",
    ),
    Case(
        "a Deny to everybody but everybody",
        (allow(), deny(Principal=None, NotPrincipal="*")),
        True,
        "not-principal: it spares all.",
    ),
    Case(
        "a Deny to everybody but services",
        (allow(), deny(Principal=None, NotPrincipal={"Service": "cloudtrail.amazonaws.com"})),
        False,
        "not-principal: strangers are not spared.",
    ),
    Case(
        "an unknown action, all denied",
        (allow(Action=HIDDEN), deny(Action="*", Resource="*")),
        False,
        "logic: whatever it is, it is denied.",
    ),
    Case(
        "an unknown action, some denied",
        (allow(Action=HIDDEN), deny()),
        None,
        "It may be one that is denied.",
    ),
    Case(
        "an unknown spared principal",
        (allow(), deny(Principal=None, NotPrincipal={"AWS": HIDDEN})),
        None,
        "It may be everybody.",
    ),
)
