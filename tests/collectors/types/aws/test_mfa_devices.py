"""What kind of second factor a user has."""

from typing import Any

import pytest
from fakes import FakeAws
from iam_answers import ANA, MADE, REPORT, account, only, user

from phiward.collectors.types.aws import iam_user
from phiward.collectors.types.aws.mfa_devices import kind_of
from phiward.inventory.model import Resource, Unknown

WITH_MFA = {
    "iam:GetCredentialReport": {
        "Content": REPORT.replace("N/A,false,true,2026-01-03", "N/A,true,true,2026-01-03").encode()
    }
}
VIRTUAL = "arn:aws:iam::123456789012:mfa/ana"
KEY = "arn:aws:iam::123456789012:u2f/user/ana/key-7XNL7NFNLZ123456789EXAMPLE"


def devices(*serials: str) -> dict[str, Any]:
    """Return the answers of an account whose one user has these devices."""
    listed = [{"UserName": "ana", "SerialNumber": serial, "EnableDate": MADE} for serial in serials]
    return {**account(UserDetailList=[user()]), **WITH_MFA, "iam:ListMFADevices": {"MFADevices": listed}}


def kinds(made: Resource) -> Any:
    """Return the kinds of a user's devices."""
    assert isinstance(made.config, iam_user.UserConfig)
    return made.config.mfa_kinds


@pytest.mark.parametrize(
    ("serials", "expected"),
    [
        ((VIRTUAL,), ("virtual",)),
        (("GAKT12345678",), ("hardware",)),
        ((KEY,), ("fido",)),
        ((VIRTUAL, KEY, KEY), ("fido", "virtual")),
    ],
)
def test_the_serial_number_tells_the_kind(serials: tuple[str, ...], expected: tuple[str, ...]) -> None:
    """Each kind is told once."""
    assert kinds(only(iam_user, devices(*serials))) == expected


def test_a_device_of_another_kind_is_not_guessed() -> None:
    """In another partition the kinds are the same."""
    assert kind_of("arn:aws-us-gov:iam::123456789012:mfa/team/ana") == "virtual"
    assert isinstance(kind_of("arn:aws:iam::123456789012:sms-mfa/ana"), Unknown)


def test_denied_devices_are_unknown_and_nothing_else_is() -> None:
    """That there is a second factor is known from the report."""
    denied = only(iam_user, devices(KEY), denied=("iam:ListMFADevices",))
    before = only(iam_user, devices(KEY))

    assert kinds(denied) == Unknown("access denied: iam:ListMFADevices")
    assert (denied.authentication, denied.authorization) == (before.authentication, before.authorization)


def test_a_denied_report_leaves_the_kinds() -> None:
    """They are asked for themselves."""
    assert kinds(only(iam_user, devices(KEY), denied=("iam:GetCredentialReport",))) == ("fido",)


@pytest.mark.parametrize(
    ("answers", "need"), [(account(UserDetailList=[user()]), None), (devices(KEY), {"authorization"})]
)
def test_devices_are_not_asked_for_without_need(answers: dict[str, Any], need: set[str] | None) -> None:
    """Of a user without a second factor, and where no control reads their kinds."""
    aws = FakeAws(answers, need=need)

    for item in iam_user.items(aws):
        assert iam_user.resource(aws, item).id == ANA

    assert "iam:ListMFADevices" not in [call for call, _ in aws.calls]
