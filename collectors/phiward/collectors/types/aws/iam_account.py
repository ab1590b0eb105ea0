"""The account itself: its root user and its rules for passwords.

Calls `iam:GetAccountSummary`, `iam:GetAccountPasswordPolicy`, `iam:ListVirtualMFADevices`,
`iam:ListSAMLProviders`, `iam:GetAccountAuthorizationDetails`, and the credential report.
The root user can do everything and no policy limits it. Where an account has no password policy of its own, AWS's
default applies: eight characters, three of the four kinds, no expiry and no memory of earlier ones (*Set an account
password policy for IAM users*, IAM User Guide).
"""

from collections.abc import Collection, Iterator
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws, Denied
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws import credential_report, iam_details
from phiward.collectors.types.aws.answers import NOT_NEEDED, listed, live
from phiward.collectors.types.aws.arguments import flag, number
from phiward.collectors.types.aws.iam_grants import named
from phiward.inventory.aspects import Authentication, Credential, PasswordRules
from phiward.inventory.catalog import ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown


class AccountConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only an account has."""

    root_hardware_mfa: Maybe[bool | None]
    """The root user's second factor is a device of its own, not a program. None: it has no second factor."""
    own_password_policy: Maybe[bool]
    """The account has set its own rules for passwords."""
    users_change_own_password: Maybe[bool]
    """Users may change their own password."""
    users: Maybe[int]
    """How many IAM users it has."""
    identity_providers: Maybe[tuple[str, ...]]
    """The directories whose people may sign in (SAML), by name; the provider's own Identity Center is one."""
    support_role: Maybe[bool]
    """Somebody (a role, group or user) has the provider's `AWSSupportAccess`, and can open a case in an incident."""


TYPE = ResourceType(
    name="aws.iam.account",
    title="AWS account: root user and password rules",
    aspects=(Authentication,),
    config=AccountConfig,
)
GLOBAL = True

DEFAULT_RULES = PasswordRules(minimum_length=8, character_classes=3)
"""What AWS demands where an account sets nothing."""

_CLASSES = ("uppercase_characters", "lowercase_characters", "numbers", "symbols")
_KEYS = ("authentication.credentials", "authentication.last_activity")
_SESSION = Unknown("the console ends sessions by itself; IAM has no setting for it")
_OUTSIDE = Unknown("the root user is not managed by Terraform")


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield the account itself."""
    yield {"account": aws.account}


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return the account, with what the summary, the password policy and the report say."""
    root = f"arn:{aws.partition}:iam::{item['account']}:root"
    summary = aws.ask(
        "iam",
        "get_account_summary",
        fills=("authentication.mfa", "authentication.root_login", _KEYS[0], "config.users", "config.root_hardware_mfa"),
    )
    policy = aws.ask(
        "iam",
        "get_account_password_policy",
        absent=("NoSuchEntity",),
        fills=("authentication.rules", "config.own_password_policy", "config.users_change_own_password"),
    )
    devices = listed(
        aws,
        "iam",
        "list_virtual_mfa_devices",
        "VirtualMFADevices",
        fills=("config.root_hardware_mfa",),
        AssignmentStatus="Assigned",
    )
    report = credential_report.row(aws, root, fills=_KEYS)
    support = _somebody_has(aws, "AWSSupportAccess", fills=("config.support_role",))
    providers = aws.ask("iam", "list_saml_providers", fills=("config.identity_providers",))
    return normalize(
        aws,
        root,
        summary=summary,
        policy=policy,
        devices=devices,
        report=report,
        providers=providers,
        support=support,
    )


def _somebody_has(aws: Aws, name: str, *, fills: Collection[str]) -> Maybe[bool]:
    """Say whether one of AWS's own policies is attached to a role, group or user."""
    if not aws.needs(*fills):
        return Unknown(NOT_NEEDED)
    arn = f"arn:{aws.partition}:iam::aws:policy/{name}"
    try:
        return any(
            attached["PolicyArn"] == arn
            for holders in iam_details.HOLDERS
            for holder in iam_details.entries(aws, holders)
            for attached in holder.get("AttachedManagedPolicies", ())
        )
    except Denied as denied:
        return Unknown(denied.reason)


def normalize(  # noqa: PLR0913 - six answers about one account
    aws: Aws,
    root: str,
    *,
    summary: Maybe[dict[str, Any] | None],
    policy: Maybe[dict[str, Any] | None],
    devices: Maybe[list[dict[str, Any]]],
    report: Maybe[credential_report.Row],
    providers: Maybe[dict[str, Any] | None],
    support: Maybe[bool],
) -> Resource:
    """Turn the account's answers into a resource."""
    mfa = _counted(summary, "AccountMFAEnabled")
    if isinstance(mfa, Unknown) and not isinstance(report, Unknown):
        mfa = credential_report.flag(report, "mfa_active")
    users = summary if isinstance(summary, Unknown) else (summary or {}).get("SummaryMap", {}).get("Users")
    return live(
        aws,
        TYPE,
        root,
        region=None,
        name=aws.account,
        authentication=Authentication(
            mfa=mfa,
            password=_counted(summary, "AccountPasswordPresent"),
            anonymous=False,
            centralized=True,
            root_login=_counted(summary, "AccountPasswordPresent"),
            session_timeout_minutes=_SESSION,
            rules=_rules(policy),
            credentials=_credentials(summary, report),
            last_activity=report if isinstance(report, Unknown) else credential_report.last_activity(report),
        ),
        config=AccountConfig(
            root_hardware_mfa=_hardware(mfa, devices, root),
            own_password_policy=policy if isinstance(policy, Unknown) else policy is not None,
            users_change_own_password=policy
            if isinstance(policy, Unknown)
            else bool((policy or {}).get("PasswordPolicy", {}).get("AllowUsersToChangePassword")),
            users=Unknown("the account summary has no Users") if users is None else users,
            identity_providers=_names(providers),
            support_role=support,
        ),
    )


def _counted(summary: Maybe[dict[str, Any] | None], key: str) -> Maybe[bool]:
    if isinstance(summary, Unknown):
        return summary
    count = (summary or {}).get("SummaryMap", {}).get(key)
    return Unknown(f"the account summary has no {key}") if count is None else count > 0


def _rules(policy: Maybe[dict[str, Any] | None]) -> Maybe[PasswordRules]:
    if isinstance(policy, Unknown):
        return policy
    if policy is None:
        return DEFAULT_RULES
    rules = policy["PasswordPolicy"]
    wanted = ("RequireUppercaseCharacters", "RequireLowercaseCharacters", "RequireNumbers", "RequireSymbols")
    return PasswordRules(
        minimum_length=rules.get("MinimumPasswordLength", Unknown("IAM states no minimum length")),
        character_classes=sum(bool(rules.get(name)) for name in wanted),
        history=rules.get("PasswordReusePrevention") or None,
        maximum_age_days=rules.get("MaxPasswordAge") or None,
    )


def _credentials(
    summary: Maybe[dict[str, Any] | None], report: Maybe[credential_report.Row]
) -> Maybe[tuple[Credential, ...]]:
    """Return the root user's keys and certificates: as the report lists them, else as the summary counts them."""
    if not isinstance(report, Unknown):
        return credential_report.credentials(report)
    keys, certificates = (
        _counted(summary, "AccountAccessKeysPresent"),
        _counted(summary, "AccountSigningCertificatesPresent"),
    )
    for known in (keys, certificates):
        if isinstance(known, Unknown):
            return known
    found = [
        Credential(id="access-key", kind="access-key", active=True, created=report, last_used=report) if keys else None,
        Credential(id="signing-certificate", kind="signing-certificate", active=True, created=report, last_used=report)
        if certificates
        else None,
    ]
    return tuple(credential for credential in found if credential is not None)


def _names(providers: Maybe[dict[str, Any] | None]) -> Maybe[tuple[str, ...]]:
    if isinstance(providers, Unknown):
        return providers
    return tuple(sorted(named(each["Arn"]) for each in (providers or {}).get("SAMLProviderList", ())))


def _hardware(mfa: Maybe[bool], devices: Maybe[list[dict[str, Any]]], root: str) -> Maybe[bool | None]:
    """Say whether root's factor is hardware: there is one, and it is not among the virtual ones."""
    if isinstance(mfa, Unknown) or not mfa:
        return mfa or None
    if isinstance(devices, Unknown):
        return devices
    return not any(
        device.get("User", {}).get("Arn") == root or device["SerialNumber"].endswith(":mfa/root-account-mfa-device")
        for device in devices
    )


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the account of an `aws_iam_account_password_policy` block: its rules; the root user is not in any code."""
    classes = [flag(block, f"require_{name}", default=False) for name in _CLASSES]
    unseen = next((each for each in classes if isinstance(each, Unknown)), None)
    return source.resource(
        block,
        TYPE,
        parts=parts,
        tags=None,
        authentication=Authentication(
            mfa=_OUTSIDE,
            password=_OUTSIDE,
            anonymous=False,
            centralized=True,
            root_login=_OUTSIDE,
            session_timeout_minutes=_SESSION,
            rules=PasswordRules(
                minimum_length=number(block, "minimum_password_length", 6),
                character_classes=unseen or sum(each is True for each in classes),
                history=number(block, "password_reuse_prevention", None) or None,
                maximum_age_days=number(block, "max_password_age", None) or None,
            ),
            credentials=_OUTSIDE,
            last_activity=_OUTSIDE,
        ),
        config=AccountConfig(
            root_hardware_mfa=_OUTSIDE,
            own_password_policy=True,
            users_change_own_password=flag(block, "allow_users_to_change_password", default=True),
            users=Unknown("the code need not hold every user of the account"),
            identity_providers=Unknown("the code need not hold every identity provider of the account"),
            support_role=Unknown("the code need not hold every role of the account"),
        ),
        lines={
            "authentication.rules.minimum_length": block.lines("minimum_password_length"),
            "authentication.rules.history": block.lines("password_reuse_prevention"),
            "authentication.rules.maximum_age_days": block.lines("max_password_age"),
        },
    )


TERRAFORM = (Form(main="aws_iam_account_password_policy", build=from_terraform),)
