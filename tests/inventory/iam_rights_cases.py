"""Which other accounts a policy lets in, and what an identity policy gives. Sources: `iam_words`."""

from inventory.iam_words import BUCKET, HIDDEN, OTHER, OWN, THIRD, Case, allow, deny, grant, refuse, to

ALL_BUT_IAM = {"Effect": "Allow", "NotAction": ["iam:*", "organizations:*"], "Resource": "*"}

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
