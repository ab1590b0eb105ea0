"""IAM users.

Calls `iam:GetAccountAuthorizationDetails`, `GenerateCredentialReport`, `GetCredentialReport`, and `ListMFADevices` of
each user that has a second factor.

In Terraform a user signs in with what the code gives it: a login profile, access keys. Second factors are registered by
the person, outside any code, so they are unknown there: a virtual device in code does not say that it was activated.
"""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws import credential_report, iam_details, iam_terraform
from phiward.collectors.types.aws.answers import live, moment, tags_of
from phiward.collectors.types.aws.arguments import text
from phiward.collectors.types.aws.iam_grants import authorization
from phiward.collectors.types.aws.mfa_devices import DeviceKind, kinds_of
from phiward.inventory.aspects import Authentication, Authorization, Credential, Grant
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.kleene import some
from phiward.inventory.model import Maybe, Resource, Unknown


class UserConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only an IAM user has."""

    created: Maybe[str | None]
    """When it was made (a time)."""
    groups: Maybe[tuple[str, ...]]
    """The groups it is in, by name."""
    mfa_kinds: Maybe[tuple[DeviceKind, ...]]
    """What its second factors are, each kind once: `fido` (a security key or passkey), `hardware` (a token that shows
    codes), `virtual` (a program that shows codes). Empty where it has none."""


TYPE = ResourceType(
    name="aws.iam.user",
    title="IAM user",
    aspects=(Authentication, Authorization),
    config=UserConfig,
    relations={"groups": Relation("the groups it is in", ("aws.iam.group",))},
)
GLOBAL = True

_FILLS = ("authentication", "config.mfa_kinds")
_SESSION = Unknown("the console ends sessions by itself; IAM has no setting for it")
_OUTSIDE = Unknown("MFA devices are registered outside Terraform")
_LATER = Unknown("what happens after the deploy is not in the code")


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every user, with the account's groups and the documents of the customer's policies."""
    documents = iam_details.policies(aws)
    groups = {group["GroupName"]: group for group in iam_details.entries(aws, "GroupDetailList")}
    for user in iam_details.entries(aws, "UserDetailList"):
        yield {"user": user, "groups": groups, "documents": documents}


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one user, with its line of the credential report."""
    report = credential_report.row(aws, item["user"]["Arn"], fills=_FILLS)
    mfa = report if isinstance(report, Unknown) else credential_report.flag(report, "mfa_active")
    kinds = () if mfa is False else kinds_of(aws, item["user"]["UserName"])
    return normalize(aws, item["user"], item["groups"], item["documents"], report=report, kinds=kinds)


def normalize(  # noqa: PLR0913 - what three answers say of one user
    aws: Aws,
    user: dict[str, Any],
    groups: dict[str, dict[str, Any]],
    documents: iam_details.Policies,
    *,
    report: Maybe[credential_report.Row],
    kinds: Maybe[tuple[DeviceKind, ...]],
) -> Resource:
    """Turn one entry of `UserDetailList` into a resource."""
    own = iam_details.grants(user, "UserPolicyList", documents)
    names = sorted(user.get("GroupList", ()))
    through: list[Maybe[Grant]] = []
    for name in names:
        if name in groups:
            through += iam_details.grants(groups[name], "GroupPolicyList", documents)
        else:
            through.append(Unknown(f"the group {name} is not listed"))
    return live(
        aws,
        TYPE,
        user["Arn"],
        region=None,
        name=user["UserName"],
        tags=tags_of(user.get("Tags", ())),
        authentication=_authentication(report),
        authorization=authorization(
            own,
            [*own, *through],
            direct=any(grant.kind != "boundary" for grant in own),
        ),
        config=UserConfig(created=moment(user.get("CreateDate")), groups=tuple(names), mfa_kinds=kinds),
        relations={"groups": tuple(sorted(groups[name]["Arn"] for name in names if name in groups))},
    )


def _authentication(report: Maybe[credential_report.Row]) -> Maybe[Authentication]:
    if isinstance(report, Unknown):
        return report
    return Authentication(
        mfa=credential_report.flag(report, "mfa_active"),
        password=credential_report.flag(report, "password_enabled"),
        anonymous=False,
        centralized=True,
        session_timeout_minutes=_SESSION,
        credentials=credential_report.credentials(report),
        last_activity=credential_report.last_activity(report),
    )


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the user of an `aws_iam_user` block, with its groups' rights where they are in the code."""
    own = iam_terraform.grants(block, parts, source, "user")
    groups = _groups(parts, source)
    through: list[Maybe[Grant]] = []
    for group in groups:
        if isinstance(group, Unknown):
            through.append(group)
        else:
            through += iam_terraform.grants(group, source.parts(group.address), source, "group")
    known = [group for group in groups if not isinstance(group, Unknown)]
    unseen = next((group for group in groups if isinstance(group, Unknown)), None)
    return source.resource(
        block,
        TYPE,
        parts=parts,
        authentication=_signing_in(parts),
        authorization=authorization(
            iam_terraform.together(own),
            [*own, *through],
            direct=some(grant if isinstance(grant, Unknown) else grant.kind != "boundary" for grant in own),
        ),
        config=UserConfig(
            created=Unknown("known after apply"),
            groups=unseen or tuple(sorted({iam_terraform.label(group) for group in known})),
            mfa_kinds=_OUTSIDE,
        ),
        relations={"groups": unseen or tuple(sorted({source.id(group.address) for group in known}))},
        lines=_lines(parts),
    )


def _signing_in(parts: Parts) -> Authentication:
    profiles, keys = parts.get("aws_iam_user_login_profile", ()), parts.get("aws_iam_access_key", ())
    unseen = next((part for part in (*profiles, *keys) if isinstance(part, Unknown)), None)
    found = [
        Credential(id="password", kind="password", active=True, created=_LATER, last_used=_LATER)
        for part in profiles
        if not isinstance(part, Unknown)
    ]
    found += [
        Credential(id=f"access-key-{number}", kind="access-key", active=_active(key), created=_LATER, last_used=_LATER)
        for number, key in enumerate((key for key in keys if not isinstance(key, Unknown)), 1)
    ]
    return Authentication(
        mfa=_OUTSIDE,
        password=some(part if isinstance(part, Unknown) else True for part in profiles),
        anonymous=False,
        centralized=True,
        session_timeout_minutes=_SESSION,
        credentials=unseen or tuple(sorted(found, key=lambda credential: credential.id)),
        last_activity=_LATER,
    )


def _active(key: Block) -> Maybe[bool]:
    status = text(key, "status", "Active")
    return status if isinstance(status, Unknown) else status == "Active"


def _groups(parts: Parts, source: Source) -> list[Block | Unknown]:
    """Return the groups that memberships put the user in; an `Unknown` stands for any number."""
    groups: list[Block | Unknown] = []
    for name, argument in (("aws_iam_user_group_membership", "groups"), ("aws_iam_group_membership", "group")):
        for part in parts.get(name, ()):
            owners = part if isinstance(part, Unknown) else source.owners("aws_iam_group", part, argument)
            if isinstance(owners, Unknown):
                groups.append(owners)
                continue
            found = [group for group in map(source.find, owners) if group is not None]
            groups += found
            value = part.get(argument) if not isinstance(part, Unknown) else None
            if len(found) < (len(value) if isinstance(value, list | tuple | set) else 1):
                groups.append(Unknown(f"a group that it is in is not in the code: {value}"))
    return groups


def _lines(parts: Parts) -> dict[str, Any]:
    """Return where the code gives rights directly: the first part that does."""
    for name in iam_terraform.parts_of("user"):
        for part in parts.get(name, ()):
            if not isinstance(part, Unknown):
                return {"authorization": part.where}
    return {}


TERRAFORM = (
    Form(
        main="aws_iam_user",
        build=from_terraform,
        parts={
            **iam_terraform.parts_of("user"),
            "aws_iam_access_key": "user",
            "aws_iam_user_login_profile": "user",
            "aws_iam_user_group_membership": "user",
            "aws_iam_group_membership": "users",
        },
    ),
)
