"""The IAM account: its root user, its rules for passwords, its directories and its way to support."""

from typing import Any

import pytest
from fakes import Code
from fakes_terraform import FakeBlock, FakeSource
from iam_answers import (
    ANA,
    READER,
    ROLE,
    account,
    attached,
    group,
    only,
    signing_in,
    user,
)

from phiward.collectors.types.aws import iam_account
from phiward.inventory.aspects import Credential, PasswordRules
from phiward.inventory.model import Unknown

SUMMARY = {"AccountMFAEnabled": 1, "AccountAccessKeysPresent": 0, "AccountSigningCertificatesPresent": 0, "Users": 3}
RULES = {
    "MinimumPasswordLength": 14,
    "RequireSymbols": True,
    "RequireNumbers": True,
    "RequireUppercaseCharacters": True,
    "RequireLowercaseCharacters": True,
    "AllowUsersToChangePassword": True,
    "PasswordReusePrevention": 24,
    "ExpirePasswords": False,
}


def whole(**changes: Any) -> dict[str, Any]:
    """Return the answers about an account."""
    return {
        **account(),
        "iam:GetAccountSummary": {"SummaryMap": {**SUMMARY, "AccountPasswordPresent": 1}},
        "iam:GetAccountPasswordPolicy": {"PasswordPolicy": RULES},
        "iam:ListVirtualMFADevices": {"VirtualMFADevices": []},
        "iam:ListSAMLProviders": {"SAMLProviderList": []},
        **changes,
    }


def test_the_account_and_its_rules_agree() -> None:
    """The rules for passwords: live and in code."""
    block = FakeBlock(
        "aws_iam_account_password_policy.strict",
        minimum_password_length=14,
        require_symbols=True,
        require_numbers=True,
        require_uppercase_characters=True,
        require_lowercase_characters=True,
        password_reuse_prevention=24,
    )

    live = signing_in(only(iam_account, whole()))
    code = signing_in(iam_account.from_terraform(block, {}, FakeSource()))

    assert live.rules == code.rules == PasswordRules(minimum_length=14, character_classes=4, history=24)
    assert (live.mfa, live.root_login) == (True, True)
    assert isinstance(code.mfa, Unknown)


def test_an_account_without_a_policy_has_the_providers_default() -> None:
    """Eight characters, three kinds, no memory, no expiry."""
    answers = whole(**{"iam:GetAccountPasswordPolicy": Code("NoSuchEntity")})

    made = only(iam_account, answers)

    assert signing_in(made).rules == PasswordRules(minimum_length=8, character_classes=3)
    assert isinstance(made.config, iam_account.AccountConfig)
    assert made.config.own_password_policy is False


def test_the_root_users_keys_are_in_the_report() -> None:
    """With their age; root's password is told by `root_login`."""
    found = signing_in(only(iam_account, whole()))

    assert found.credentials == (
        Credential(id="access-key-1", kind="access-key", active=True, created="2020-01-02T00:00:00Z"),
    )


@pytest.mark.parametrize(("present", "kinds"), [(0, []), (1, ["access-key"])])
def test_the_summary_counts_root_keys_where_the_report_is_denied(present: int, kinds: list[str]) -> None:
    """That there is one is known, its age is not."""
    summary = {"iam:GetAccountSummary": {"SummaryMap": {**SUMMARY, "AccountAccessKeysPresent": present}}}

    found = signing_in(only(iam_account, whole(**summary), denied=("iam:GetCredentialReport",)))

    assert isinstance(found.credentials, tuple)
    assert [credential.kind for credential in found.credentials] == kinds


@pytest.mark.parametrize(
    ("devices", "hardware"),
    [
        ([], True),
        ([{"SerialNumber": "arn:aws:iam::123456789012:mfa/root-account-mfa-device"}], False),
        ([{"SerialNumber": "a", "User": {"Arn": "arn:aws:iam::123456789012:root"}}], False),
        ([{"SerialNumber": "a", "User": {"Arn": ANA}}], True),
    ],
)
def test_roots_second_factor_is_hardware_where_it_is_not_virtual(devices: Any, hardware: bool) -> None:
    """IAM lists virtual devices only."""
    config = only(iam_account, whole(**{"iam:ListVirtualMFADevices": {"VirtualMFADevices": devices}})).config

    assert isinstance(config, iam_account.AccountConfig)
    assert config.root_hardware_mfa is hardware


@pytest.mark.parametrize(
    ("denied", "path"),
    [
        ("iam:GetAccountPasswordPolicy", ("rules",)),
        ("iam:GetAccountSummary", ("root_login", "password")),
        ("iam:GetCredentialReport", ("last_activity",)),
    ],
)
def test_a_denied_call_loses_only_what_it_fills(denied: str, path: tuple[str, ...]) -> None:
    """Each answer about the account stands by itself."""
    found = signing_in(only(iam_account, whole(), denied=(denied,)))

    fields = ("mfa", "rules", "root_login", "password", "credentials", "last_activity")
    assert {field for field in fields if isinstance(getattr(found, field), Unknown)} == set(path)


SUPPORT = attached("arn:aws:iam::aws:policy/AWSSupportAccess")


@pytest.mark.parametrize(
    ("details", "support"),
    [
        ({}, False),
        ({"RoleDetailList": [ROLE]}, False),
        ({"RoleDetailList": [{**ROLE, "AttachedManagedPolicies": SUPPORT}]}, True),
        ({"GroupDetailList": [group(AttachedManagedPolicies=SUPPORT)]}, True),
        ({"UserDetailList": [user(AttachedManagedPolicies=SUPPORT)]}, True),
        ({"UserDetailList": [user(AttachedManagedPolicies=attached(READER))]}, False),
    ],
)
def test_somebody_can_call_support(details: Any, support: bool) -> None:
    """A role, a group or a user that may open a case."""
    config = only(iam_account, {**whole(), **account(**details)}).config

    assert isinstance(config, iam_account.AccountConfig)
    assert config.support_role is support


def test_who_can_call_support_is_unknown_where_the_details_are_denied() -> None:
    """Nothing else of the account is lost; and it is not asked where nothing reads it."""
    denied = only(iam_account, whole(), denied=("iam:GetAccountAuthorizationDetails",))
    unread = only(iam_account, whole(), need=("authentication",))

    assert isinstance(denied.config, iam_account.AccountConfig)
    assert denied.config.support_role == Unknown("access denied: iam:GetAccountAuthorizationDetails")
    assert isinstance(signing_in(denied).mfa, bool)
    assert isinstance(unread.config, iam_account.AccountConfig)
    assert isinstance(unread.config.support_role, Unknown)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([], ()),
        (["hospital"], ("hospital",)),
        (["hospital", "AWSSSO_1_DO_NOT_DELETE"], ("AWSSSO_1_DO_NOT_DELETE", "hospital")),
    ],
)
def test_the_directories_whose_people_sign_in(names: list[str], expected: tuple[str, ...]) -> None:
    """Of the organisation's own, and of the provider's Identity Center."""
    listed = [{"Arn": f"arn:aws:iam::123456789012:saml-provider/{name}"} for name in names]

    config = only(iam_account, whole(**{"iam:ListSAMLProviders": {"SAMLProviderList": listed}})).config

    assert isinstance(config, iam_account.AccountConfig)
    assert config.identity_providers == expected


def test_denied_directories_are_unknown_and_nothing_else_is() -> None:
    """Only they are lost."""
    found, before = only(iam_account, whole(), denied=("iam:ListSAMLProviders",)), only(iam_account, whole())

    assert isinstance(found.config, iam_account.AccountConfig)
    assert isinstance(before.config, iam_account.AccountConfig)
    assert found.config.identity_providers == Unknown("access denied: iam:ListSAMLProviders")
    assert found.authentication == before.authentication
    assert found.config.support_role == before.config.support_role
