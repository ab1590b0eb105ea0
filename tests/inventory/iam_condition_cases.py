"""Whom a policy lets in that has conditions. Sources: `iam_words`."""

from inventory.iam_words import EIGHTS, GITHUB, HIDDEN, OTHER, OWN, SUB, Case, allow, trust

CONDITIONS = (
    Case(
        "a service may carry anybody's request",
        (allow({"Bool": {"aws:ViaAWSService": "true"}}),),
        True,
        "keys: it says that a service forwards the caller's request; every customer's services do.",
    ),
    Case(
        "called through one named service",
        (allow({"ForAnyValue:StringEquals": {"aws:CalledVia": "athena.amazonaws.com"}}),),
        True,
        "keys: Athena of every account calls so.",
    ),
    Case(
        "a key used through RDS alone",
        (allow({"StringEquals": {"kms:ViaService": "rds.us-east-1.amazonaws.com"}}, Action="kms:*", Resource="*"),),
        True,
        "KMS: ViaService says which service carries the request; AWS's own policies add kms:CallerAccount.",
    ),
    Case(
        "a key used through RDS by one account",
        (
            allow(
                {
                    "StringEquals": {
                        "kms:ViaService": "rds.us-east-1.amazonaws.com",
                        "kms:CallerAccount": OWN,
                    }
                },
                Action="kms:*",
                Resource="*",
            ),
        ),
        False,
        "KMS: the policy of every key that AWS manages.",
    ),
    Case(
        "a private address",
        (allow({"IpAddress": {"aws:VpcSourceIp": "10.0.0.0/16"}}),),
        True,
        "keys: every network of every customer may have it; it is to be used with aws:SourceVpc.",
    ),
    Case(
        "a private address of one network",
        (allow({"IpAddress": {"aws:VpcSourceIp": "10.0.0.0/16"}, "StringEquals": {"aws:SourceVpc": "vpc-1"}}),),
        False,
        "keys: the network is fixed.",
    ),
    Case(
        "the caller's tag",
        (allow({"StringEquals": {"aws:PrincipalTag/team": "radiology"}}),),
        True,
        "S3: not among its keys; each account tags its own users as it likes.",
    ),
    Case(
        "the caller's name",
        (allow({"StringEquals": {"aws:username": "ana"}}),),
        True,
        "S3: not among its keys; every account may have an ana.",
    ),
    Case(
        "any caller with MFA",
        (allow({"Bool": {"aws:MultiFactorAuthPresent": "true"}}),),
        True,
        "S3: a second factor does not say whose caller it is.",
    ),
    Case(
        "whoever names the resource's account",
        (allow({"StringEquals": {"aws:ResourceAccount": OWN}}),),
        True,
        "keys: it is about the resource, not the caller.",
    ),
    Case(
        "an agreed word",
        (allow({"StringEquals": {"sts:ExternalId": "x"}}, Action="sts:AssumeRole", Resource=None),),
        True,
        "deputy: an external id is no secret and says nothing about who calls.",
    ),
    Case(
        "256 networks",
        (allow({"IpAddress": {"aws:SourceIp": EIGHTS}}),),
        True,
        "S3: each is narrow enough, together they are the world.",
    ),
    Case(
        "eight networks",
        (allow({"IpAddress": {"aws:SourceIp": EIGHTS[:8]}}),),
        False,
        "S3: /8 is the widest that still counts as fixed.",
    ),
    Case(
        "an IPv6 network",
        (allow({"IpAddress": {"aws:SourceIp": "2001:db8::/33"}}),),
        False,
        "S3: /32 is the widest of IPv6.",
    ),
    Case(
        "half of IPv6",
        (allow({"IpAddress": {"aws:SourceIp": "2000::/3"}}),),
        True,
        "S3: wider than /32.",
    ),
    Case(
        "an address if there is one",
        (allow({"IpAddressIfExists": {"aws:SourceIp": "203.0.113.0/24"}}),),
        True,
        "operators: it holds where the key is missing, as through an endpoint of a stranger's network.",
    ),
    Case(
        "an address of a network, or an endpoint",
        (
            allow({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}),
            allow({"StringEquals": {"aws:SourceVpce": "vpce-1"}}),
        ),
        False,
        "S3: two statements, each with a fixed value.",
    ),
    Case(
        "two conditions of which one is fixed",
        (allow({"StringLike": {"aws:PrincipalArn": "*"}, "StringEquals": {"aws:SourceVpc": "vpc-1"}}),),
        False,
        "logic: all conditions of a statement must hold.",
    ),
    Case(
        "one statement narrow, one wide",
        (allow({"StringEquals": {"aws:SourceVpc": "vpc-1"}}), allow({"StringLike": {"aws:SourceVpc": "vpc-*"}})),
        True,
        "logic: one Allow is enough.",
    ),
    Case(
        "the organization of whoever owns the endpoint",
        (allow({"StringEquals": {"aws:VpceOrgID": "o-abc"}}),),
        False,
        "keys: only endpoints of one organization's accounts.",
    ),
    Case(
        "any organization's endpoint",
        (allow({"StringLike": {"aws:VpceOrgID": "o-*"}}),),
        True,
        "S3: a wildcard is no fixed value.",
    ),
    Case(
        "units of one organization",
        (allow({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": ["o-a/r-1/ou-1/*", "o-b/r-2/*"]}}),),
        False,
        "sets: one value must be there and match; both lie in a named organization.",
    ),
    Case(
        "a unit of any organization",
        (allow({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "*/ou-1/*"}}),),
        True,
        "S3: the organization is not fixed.",
    ),
    Case(
        "for all units of no organization",
        (allow({"ForAllValues:StringLike": {"aws:PrincipalOrgPaths": "o-a/*"}}),),
        True,
        "sets: ForAllValues is true where the key is missing: nobody's account needs an organization.",
    ),
    Case(
        "for all units, and there must be one",
        (
            allow(
                {
                    "ForAllValues:StringLike": {"aws:PrincipalOrgPaths": "o-a/*"},
                    "Null": {"aws:PrincipalOrgPaths": "false"},
                }
            ),
        ),
        False,
        "sets: Null false demands the key.",
    ),
    Case(
        "for all units, and there must be none",
        (
            allow(
                {
                    "ForAllValues:StringLike": {"aws:PrincipalOrgPaths": "o-a/*"},
                    "Null": {"aws:PrincipalOrgPaths": "true"},
                }
            ),
        ),
        True,
        "operators: Null true admits just those without the key.",
    ),
    Case(
        "AWS's services, if the key is there",
        (allow({"BoolIfExists": {"aws:PrincipalIsAWSService": "true"}}),),
        True,
        "keys: an anonymous request has no such key.",
    ),
    Case(
        "not AWS's services",
        (allow({"Bool": {"aws:PrincipalIsAWSService": "false"}}),),
        True,
        "keys: that is everybody who signs.",
    ),
    Case(
        "one service by name",
        (allow({"StringEquals": {"aws:PrincipalServiceName": "cloudtrail.amazonaws.com"}}),),
        False,
        "keys: only that service calls so.",
    ),
    Case(
        "everybody but one, allowed from one network",
        (
            allow(
                {"StringEquals": {"aws:SourceVpc": "vpc-1"}},
                Principal=None,
                NotPrincipal={"AWS": f"arn:aws:iam::{OTHER}:root"},
            ),
        ),
        False,
        "logic: the condition holds for all others.",
    ),
    Case(
        "the caller compared with himself",
        (allow({"StringEquals": {"aws:PrincipalOrgID": "${aws:PrincipalOrgID}"}}),),
        True,
        "S3: a policy variable is no fixed value.",
    ),
    Case(
        "the caller's organization is the resource's",
        (allow({"StringEquals": {"aws:PrincipalOrgID": "${aws:ResourceOrgID}"}}),),
        True,
        "S3: a policy variable is no fixed value, though this one would narrow.",
    ),
    Case(
        "a source of any account, by text",
        (allow({"StringLike": {"aws:SourceArn": f"*{OWN}*"}}),),
        True,
        "S3: a stranger's topic may have the number in its name.",
    ),
    Case(
        "a source of one account in any region",
        (allow({"ArnLike": {"aws:SourceArn": f"arn:aws:sns:*:{OWN}:*"}}),),
        False,
        "operators: each part of an ARN is matched by itself, and the account is fixed.",
    ),
    Case(
        "a literal star",
        (allow({"StringEquals": {"aws:PrincipalAccount": "*"}}),),
        False,
        "operators: StringEquals takes the star as a letter, and no account has it.",
    ),
    Case(
        "a star that counts",
        (allow({"ArnEquals": {"aws:PrincipalArn": "*"}}),),
        True,
        "operators: ArnEquals takes wildcards as ArnLike does.",
    ),
    Case(
        "no value at all",
        (allow({"StringEquals": {"aws:PrincipalAccount": []}}),),
        False,
        "operators: nothing is equal to one of none.",
    ),
    Case(
        "machines in a file system's own network",
        (allow({"Bool": {"elasticfilesystem:AccessedViaMountTarget": "true"}}, Action="elasticfilesystem:*"),),
        False,
        "EFS: a mount target lies in a chosen network.",
    ),
    Case(
        "machines outside it",
        (allow({"Bool": {"elasticfilesystem:AccessedViaMountTarget": "false"}}, Action="elasticfilesystem:*"),),
        True,
        "EFS: only true is a fixed value of it.",
    ),
    Case(
        "any repository of GitHub",
        (trust(GITHUB, {"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}}),),
        True,
        "federation: the caller chooses the audience; the subject names the repository.",
    ),
    Case(
        "repositories of one owner",
        (trust(GITHUB, {"StringLike": {SUB: "repo:hospital/*"}}),),
        False,
        "federation: the owner is fixed.",
    ),
    Case(
        "repositories of owners whose name begins so",
        (trust(GITHUB, {"StringLike": {SUB: "repo:hospital*"}}),),
        True,
        "federation: anybody can call himself hospital-x.",
    ),
    Case(
        "a subject if there is one",
        (trust(GITHUB, {"ForAllValues:StringLike": {SUB: "repo:hospital/*"}}),),
        True,
        "sets: ForAllValues is true where the key is missing.",
    ),
    Case(
        "one pool of Cognito",
        (trust("cognito-identity.amazonaws.com", {"StringEquals": {"cognito-identity.amazonaws.com:aud": "p"}}),),
        False,
        "federation: the audience is the pool.",
    ),
    Case(
        "an unknown subject",
        (trust(GITHUB, {"StringLike": {SUB: HIDDEN}}),),
        None,
        "It decides, and is not known.",
    ),
    Case(
        "an unknown network beside the world",
        (allow({"IpAddress": {"aws:SourceIp": ["0.0.0.0/0", HIDDEN]}}),),
        True,
        "logic: the world is among the values, whatever the other is.",
    ),
)
