"""Policies that are easy to get wrong, each with the right answer and why it is right.

Sources, by the name that a reason begins with: **S3** *Blocking public access to your Amazon S3 storage: The meaning
of "public"* (Amazon S3 User Guide); **EFS** the section of that name of the Amazon EFS User Guide; **logic** *Policy
evaluation logic*, **operators** *IAM JSON policy elements: Condition operators*, **sets** *Set operators for
multivalued context keys*, **keys** *AWS global condition context keys*, **principal** and **not-principal** *IAM JSON
policy elements: Principal, NotPrincipal*, **deputy** *The confused deputy problem*, **federation** *Create a role for
OpenID Connect federation* (all IAM User Guide); **KMS** *AWS KMS condition keys* (AWS KMS Developer Guide).
"""

from typing import Any, NamedTuple

from phiward.inventory.unknown import Unknown

OWN, OTHER, THIRD = "111111111111", "222222222222", "333333333333"
BUCKET = "arn:aws:s3:::images"
HIDDEN = Unknown("hidden")


class Case(NamedTuple):
    """One policy, and what is right about it."""

    title: str
    statements: tuple[Any, ...]
    answer: Any
    """None: it cannot be told."""
    why: str


def allow(condition: Any = None, **elements: Any) -> dict[str, Any]:
    """Return an Allow to everybody of reading the bucket's objects, changed by elements; None leaves one out."""
    made = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"{BUCKET}/*"} | elements
    written = {name: value for name, value in made.items() if value is not None}
    return written if condition is None else written | {"Condition": condition}


def deny(condition: Any = None, **elements: Any) -> dict[str, Any]:
    """Return a Deny to everybody of the whole bucket, changed by elements."""
    return allow(condition, **({"Effect": "Deny", "Action": "s3:*", "Resource": [BUCKET, f"{BUCKET}/*"]} | elements))


def to(account: str, **elements: Any) -> dict[str, Any]:
    """Return an Allow to another account."""
    return allow(Principal={"AWS": f"arn:aws:iam::{account}:root"}, **elements)


def trust(provider: str, condition: Any = None) -> dict[str, Any]:
    """Return a role's trust in an identity provider."""
    return allow(condition, Principal={"Federated": provider}, Action="sts:AssumeRoleWithWebIdentity", Resource=None)


GITHUB = f"arn:aws:iam::{OWN}:oidc-provider/token.actions.githubusercontent.com"
SUB = "token.actions.githubusercontent.com:sub"
EIGHTS = [f"{number}.0.0.0/8" for number in range(256)]

PUBLIC = (
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
        "a Deny outside a private address",
        (allow(), deny({"NotIpAddress": {"aws:VpcSourceIp": "10.0.0.0/16"}})),
        True,
        "keys: a stranger's network may use the same addresses.",
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
        "the world in halves, denied outside",
        (allow(), deny({"NotIpAddress": {"aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"]}})),
        True,
        "operators: the Deny holds for no IPv4 address at all.",
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
        "any pool of Cognito",
        (trust("cognito-identity.amazonaws.com"),),
        True,
        "federation: everybody can make a pool.",
    ),
    Case(
        "one pool of Cognito",
        (trust("cognito-identity.amazonaws.com", {"StringEquals": {"cognito-identity.amazonaws.com:aud": "p"}}),),
        False,
        "federation: the audience is the pool.",
    ),
    Case(
        "an identity provider of one's own",
        (trust(f"arn:aws:iam::{OWN}:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/ABC"),),
        False,
        "federation: its users are the cluster's.",
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
    Case(
        "an unknown action",
        (allow(Action=HIDDEN),),
        True,
        "logic: everybody is allowed something, and nothing is denied.",
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

ACCOUNTS = (
    Case("an account", (to(OTHER),), (OTHER,), "principal: an account is all whom it lets."),
    Case(
        "an account, if the caller is of one's own",
        (to(OTHER, condition={"StringEquals": {"aws:PrincipalAccount": OWN}}),),
        (),
        "logic: no caller is of both.",
    ),
    Case(
        "an account, if the caller is not of it",
        (to(OTHER, condition={"StringNotEquals": {"aws:PrincipalAccount": [OTHER, THIRD]}}),),
        (),
        "operators: not equal means equal to none of them.",
    ),
    Case(
        "an account's role among others",
        (to(OTHER, condition={"ArnLike": {"aws:PrincipalArn": [f"arn:aws:iam::{OTHER}:role/*", "arn:x"]}}),),
        (OTHER,),
        "operators: one value is enough.",
    ),
    Case(
        "an account of an organization",
        (to(OTHER, condition={"StringEquals": {"aws:PrincipalOrgID": "o-a"}}),),
        (OTHER,),
        "keys: an organization has other accounts.",
    ),
    Case("an account, denied", (to(OTHER), deny(Principal={"AWS": OTHER})), (), "logic: an explicit Deny wins."),
    Case(
        "an account, its role denied",
        (to(OTHER), deny(Principal={"AWS": f"arn:aws:iam::{OTHER}:role/r"})),
        (OTHER,),
        "principal: its other callers stay.",
    ),
    Case(
        "an account, something else denied",
        (to(OTHER), deny(Principal={"AWS": OTHER}, Action="s3:PutObject")),
        (OTHER,),
        "logic: reading is left.",
    ),
    Case(
        "everybody but one's own account denied",
        (to(OTHER), to(THIRD), deny({"StringNotEquals": {"aws:PrincipalAccount": OWN}})),
        (),
        "logic: it holds for both.",
    ),
    Case(
        "everybody but two accounts denied",
        (to(OTHER), to(THIRD), deny({"StringNotEquals": {"aws:PrincipalAccount": [OWN, THIRD]}})),
        (THIRD,),
        "logic: it holds for one of them.",
    ),
    Case(
        "everybody denied but accounts that begin so",
        (to(OTHER), deny({"StringNotLike": {"aws:PrincipalAccount": "2*"}})),
        (OTHER,),
        "operators: the account is among those that are spared.",
    ),
    Case(
        "everybody outside the organization denied",
        (to(OTHER), deny({"StringNotEquals": {"aws:PrincipalOrgID": "o-a"}})),
        (OTHER,),
        "keys: the account may be of the organization.",
    ),
    Case(
        "all but one's own denied by name",
        (to(OTHER), deny(Principal=None, NotPrincipal={"AWS": f"arn:aws:iam::{OWN}:root"})),
        (),
        "not-principal: the other account is not spared.",
    ),
    Case(
        "all but the other's role denied",
        (to(OTHER), deny(Principal=None, NotPrincipal={"AWS": f"arn:aws:iam::{OTHER}:role/r"})),
        (OTHER,),
        "not-principal: that role is spared.",
    ),
    Case(
        "everybody of an organization",
        (allow({"StringEquals": {"aws:PrincipalOrgID": "o-a"}}),),
        ("o-a",),
        "keys: all accounts of it are let in.",
    ),
    Case(
        "everybody of one account of an organization",
        (allow({"StringEquals": {"aws:PrincipalOrgID": "o-a", "aws:PrincipalAccount": OWN}}),),
        (),
        "logic: both must hold.",
    ),
    Case(
        "everybody of an account, by two keys that disagree",
        (
            allow(
                {
                    "StringEquals": {"aws:PrincipalAccount": [OTHER, OWN]},
                    "ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{OWN}:role/*"},
                }
            ),
        ),
        (),
        "logic: only one's own account meets both.",
    ),
    Case("a network", (allow({"StringEquals": {"aws:SourceVpce": "vpce-1"}}),), (), "keys: a network is no account."),
    Case(
        "AWS's own account of load balancers",
        (to("127311923021", Action="s3:PutObject"),),
        (),
        "It is how load balancers of us-east-1 write their logs.",
    ),
    Case("an unknown condition", (to(OTHER, condition=HIDDEN),), None, "It may shut the account out."),
    Case("an unknown Deny", (to(OTHER), deny(HIDDEN)), None, "It may be without conditions."),
    Case("an unknown Deny of something else", (to(OTHER), deny(HIDDEN, Action="s3:PutObject")), (OTHER,), "logic."),
)


def grant(actions: Any, resources: Any = "*", **elements: Any) -> dict[str, Any]:
    """Return an Allow of an identity policy."""
    return {"Effect": "Allow", "Action": actions, "Resource": resources} | elements


def refuse(actions: Any, resources: Any = "*", **elements: Any) -> dict[str, Any]:
    """Return a Deny of an identity policy."""
    return grant(actions, resources, **elements) | {"Effect": "Deny"}


ALL_BUT_IAM = {"Effect": "Allow", "NotAction": ["iam:*", "organizations:*"], "Resource": "*"}

RIGHTS = (
    Case("everything", (grant("*"),), (True, True), "logic."),
    Case("everything of one service", (grant("s3:*"),), (False, True), "A whole service is not everything."),
    Case("everything of S3, by its ARN", (grant("s3:*", "arn:aws:s3:::*"),), (False, True), "All S3 ARNs begin so."),
    Case(
        "everything of a service in one region",
        (grant("dynamodb:*", f"arn:aws:dynamodb:us-east-1:{OWN}:*"),),
        (False, True),
        "A policy is of one account, and mostly of one region.",
    ),
    Case("everything of one bucket", (grant("s3:*", [BUCKET, f"{BUCKET}/*"]),), (False, False), "One bucket."),
    Case("all reading of a service", (grant("s3:Get*"),), (False, False), "Not all of it."),
    Case("a service by the beginning of its name", (grant("dynamo*"),), (False, True), "The star takes the colon too."),
    Case("all but IAM", (ALL_BUT_IAM,), (False, True), "NotAction leaves whole services."),
    Case(
        "all but IAM, and IAM",
        (ALL_BUT_IAM, grant(["iam:*", "organizations:*"])),
        (True, True),
        "logic: statements add up.",
    ),
    Case(
        "all but IAM, and a part of IAM",
        (ALL_BUT_IAM, grant(["iam:Get*", "organizations:*"])),
        (False, True),
        "logic: the rest of IAM is missing.",
    ),
    Case(
        "all but IAM, and IAM elsewhere",
        (ALL_BUT_IAM, grant("iam:*", "arn:aws:iam::111111111111:user/a"), grant("organizations:*")),
        (False, True),
        "logic: IAM on one user.",
    ),
    Case("everything, denied", (grant("*"), refuse("*")), (False, False), "logic: an explicit Deny wins."),
    Case("a service, denied", (grant("s3:*"), refuse("s3:*")), (False, False), "logic."),
    Case(
        "a service, one action denied", (grant("s3:*"), refuse("s3:DeleteBucket")), (False, True), "Nearly all of it."
    ),
    Case(
        "a service, denied without MFA",
        (grant("s3:*"), refuse("s3:*", Condition={"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}})),
        (False, True),
        "Somebody has MFA.",
    ),
    Case(
        "a service by its ARN, denied there",
        (grant("s3:*", "arn:aws:s3:::*"), refuse("s3:*", "arn:aws:s3:::*")),
        (False, False),
        "logic: the same place.",
    ),
    Case(
        "all but a bucket", ({"Effect": "Allow", "Action": "s3:*", "NotResource": BUCKET},), (False, False), "Not all."
    ),
    Case("an unknown action on one bucket", (grant(HIDDEN, BUCKET),), (False, False), "One bucket, whatever it is."),
    Case("an unknown action on all of S3", (grant(HIDDEN, "arn:aws:s3:::*"),), (False, None), "It may be s3:*."),
    Case("an unknown action", (grant(HIDDEN),), (None, None), "It may be everything."),
)
