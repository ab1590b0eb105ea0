"""The public access block of an account, live and in Terraform."""

from typing import Any

import pytest
from fakes import Code, FakeAws
from fakes_terraform import FakeBlock, FakeSource
from msgspec.structs import asdict

from phiward.collectors.types.aws import s3_account
from phiward.collectors.types.aws.s3_account import S3AccountConfig
from phiward.inventory.model import Unknown

ALL_FOUR = {
    "BlockPublicAcls": True,
    "BlockPublicPolicy": True,
    "IgnorePublicAcls": True,
    "RestrictPublicBuckets": True,
}


def settings(answer: Any, **more: Any) -> dict[str, Any]:
    """Return the four settings."""
    aws = FakeAws({"s3:GetPublicAccessBlock": answer}, **more)
    found = s3_account.resource(aws, next(s3_account.items(aws)))
    assert found.id == "aws.s3.account:123456789012"
    assert isinstance(found.config, S3AccountConfig)
    return asdict(found.config)


def test_each_setting_is_told() -> None:
    """One of them off is one of them off."""
    found = settings({"PublicAccessBlockConfiguration": {**ALL_FOUR, "BlockPublicPolicy": False}})

    assert found == {
        "block_public_acls": True,
        "block_public_policy": False,
        "ignore_public_acls": True,
        "restrict_public_buckets": True,
    }


def test_an_account_that_never_set_it_has_none_on() -> None:
    """The service says that there is no such configuration."""
    assert set(settings(Code("NoSuchPublicAccessBlockConfiguration")).values()) == {False}


def test_a_denied_call_is_unknown() -> None:
    """It neither passes nor fails."""
    found = settings({"PublicAccessBlockConfiguration": ALL_FOUR}, denied={"s3:GetAccountPublicAccessBlock"})

    assert set(found.values()) == {Unknown("access denied: s3:GetAccountPublicAccessBlock")}


@pytest.mark.parametrize("on", [True, False])
def test_both_forms_agree(*, on: bool) -> None:
    """Terraform's own default is off."""
    given: dict[str, Any] = dict.fromkeys(S3AccountConfig.__struct_fields__, True) if on else {}
    block = FakeBlock("aws_s3_account_public_access_block.this", **given)

    found = s3_account.from_terraform(block, {}, FakeSource([block])).config

    assert isinstance(found, S3AccountConfig)
    assert asdict(found) == settings({"PublicAccessBlockConfiguration": ALL_FOUR if on else {}})
