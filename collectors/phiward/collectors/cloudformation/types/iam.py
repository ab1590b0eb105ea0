"""IAM: users, groups, roles, the policies written into them, and managed policies."""

from collections.abc import Iterator
from typing import Any

from phiward.collectors.cloudformation.shapes import Extra, Made, Part, Rule, Shape, Spec, block, document, of
from phiward.collectors.documents import Mapping, Span
from phiward.inventory.unknown import Unknown

_INLINE: Spec = {"PolicyName": "name", "PolicyDocument": document("policy")}


def _first(value: Any, _: Span) -> list[tuple[str, Any]]:
    """Return the role of an instance profile, which takes a list of one."""
    return [("role", value[0] if isinstance(value, list) and len(value) == 1 else Unknown("it has no one role"))]


def _given(kind: str) -> tuple[Part, ...]:
    return (
        Part(property="Policies", type=f"aws_iam_{kind}_policy", owner=kind, spec=_INLINE, each=True),
        Part(
            property="ManagedPolicyArns",
            type=f"aws_iam_{kind}_policy_attachment",
            owner=kind,
            argument="policy_arn",
            each=True,
        ),
    )


def _user(made: Made) -> Iterator[Extra]:
    for name, kind, argument in (
        ("Groups", "aws_iam_user_group_membership", "groups"),
        ("LoginProfile", "aws_iam_user_login_profile", None),
    ):
        value = made.properties.get(name)
        if value is not None:
            span = made.properties.spans[name]
            args = of(span, user=made.me("id"))
            if argument is not None:
                args.put(argument, value, span)
            yield Extra(kind, args, uncertain=value if isinstance(value, Unknown) and argument is None else None)


def _inline(made: Made) -> Iterator[Extra]:
    """An inline policy of its own is written into each identity that it names."""
    for name, kind in (("Users", "user"), ("Groups", "group"), ("Roles", "role")):
        value = made.properties.get(name)
        for count, each in enumerate(value if isinstance(value, list) else [] if value is None else [value]):
            args = Mapping(made.span)
            args.put(kind, each, made.properties.spans[name])
            for argument, found in (("name", "PolicyName"), ("policy", "PolicyDocument")):
                if found in made.properties:
                    written = made.properties[found]
                    span = made.properties.spans[found]
                    rule = document("policy")
                    args.put(argument, written, span)
                    if argument == "policy" and not isinstance(written, Unknown):
                        for _, text in rule.make(written, span):
                            args.put(argument, text, span)
            yield Extra(f"aws_iam_{kind}_policy", args, f"-{kind}-{count}", where=made.span)


def _attached(made: Made) -> Iterator[Extra]:
    """A managed policy may name those who have it."""
    named = [name for name in ("Users", "Groups", "Roles") if made.properties.get(name) is not None]
    if named:
        args = of(made.properties.spans[named[0]], policy_arn=made.me("arn"))
        for name in named:
            args.put(name.lower(), made.properties[name], made.properties.spans[name])
        yield Extra("aws_iam_policy_attachment", args)


SHAPES = (
    Shape(
        "AWS::IAM::User",
        "aws_iam_user",
        {"UserName": "name", "Groups": None, "LoginProfile": None},
        parts=_given("user"),
        also=_user,
    ),
    Shape("AWS::IAM::Group", "aws_iam_group", {"GroupName": "name"}, parts=_given("group")),
    Shape(
        "AWS::IAM::Role",
        "aws_iam_role",
        {
            "RoleName": "name",
            "AssumeRolePolicyDocument": document("assume_role_policy"),
            "Policies": block("inline_policy", _INLINE),
        },
    ),
    Shape("AWS::IAM::Policy", "aws_iam_role_policy", also=_inline, silent=True),
    Shape(
        "AWS::IAM::ManagedPolicy",
        "aws_iam_policy",
        {
            "ManagedPolicyName": "name",
            "PolicyDocument": document("policy"),
            "Users": None,
            "Groups": None,
            "Roles": None,
        },
        also=_attached,
        ref="arn",
    ),
    *(
        Shape(f"AWS::IAM::{kind}Policy", f"aws_iam_{kind.lower()}_policy", {**_INLINE, f"{kind}Name": kind.lower()})
        for kind in ("User", "Group", "Role")
    ),
    Shape("AWS::IAM::AccessKey", "aws_iam_access_key", {"UserName": "user"}),
    Shape("AWS::IAM::UserToGroupAddition", "aws_iam_group_membership", {"GroupName": "group"}),
    Shape(
        "AWS::IAM::InstanceProfile",
        "aws_iam_instance_profile",
        {"InstanceProfileName": "name", "Roles": Rule(("role",), _first)},
    ),
    Shape(
        "AWS::IAM::ServerCertificate",
        "aws_iam_server_certificate",
        {"ServerCertificateName": "name", "PrivateKey": None},
    ),
)
