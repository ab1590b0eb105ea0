"""A policy with one unknown leaf is still known in all the others."""

from typing import Any

import pytest
from fakes_terraform import FakeBlock, FakeSource

from phiward.collectors.terraform.evaluate.values import PartlyKnownJson, PartlyKnownText
from phiward.collectors.types.aws import iam_policy, iam_role
from phiward.inventory.aspects import Authorization, Exposure
from phiward.inventory.model import Unknown

ARN = Unknown("aws_s3_bucket.images.arn is known after apply")


def partly(**statement: Any) -> PartlyKnownJson:
    """Return the text of a policy of one statement that is not wholly known."""
    return PartlyKnownJson(ARN.reason, value={"Statement": [{"Effect": "Allow", **statement}]})


@pytest.mark.parametrize(("action", "administrator"), [("s3:GetObject", False), ("*", None)])
def test_what_is_known_of_a_policy_decides_what_it_can(action: str, administrator: bool | None) -> None:
    """Reading an unknown bucket is no administrator; everything on something unknown may be."""
    block = FakeBlock("aws_iam_policy.p", policy=partly(Action=action, Resource=[ARN]))

    found = iam_policy.from_terraform(block, {}, FakeSource()).authorization

    assert isinstance(found, Authorization)
    if administrator is None:
        assert isinstance(found.administrator, Unknown)
    else:
        assert found.administrator is administrator


@pytest.mark.parametrize(
    ("principal", "public"),
    [
        (PartlyKnownText("x", parts=("arn:aws:iam::", Unknown("account"), ":root")), False),
        (PartlyKnownText("x", parts=(Unknown("account"), "*")), None),
        (Unknown("var.who"), None),
        ("*", True),
    ],
)
def test_a_partly_known_principal_is_nobody_in_general(principal: Any, public: bool | None) -> None:
    """What surely holds more than a wildcard is somebody; who, is still unknown."""
    trust = partly(Action="sts:AssumeRole", Principal={"AWS": [principal]}, Sid=ARN)

    found = iam_role.from_terraform(FakeBlock("aws_iam_role.r", assume_role_policy=trust), {}, FakeSource()).exposure

    assert isinstance(found, Exposure)
    assert isinstance(found.public, Unknown) if public is None else found.public is public


HOST = "oidc-provider/token.actions.githubusercontent.com"


@pytest.mark.parametrize(
    ("provider", "public"),
    [
        (PartlyKnownText("x", parts=("arn:aws:iam::", Unknown("account"), f":{HOST}")), True),
        (PartlyKnownText("x", parts=("arn:aws:iam::", Unknown("account"), ":oidc-provider/ids.example.org")), False),
        (PartlyKnownText("x", parts=("arn:aws:iam::1:oidc-provider/", Unknown("host"))), None),
    ],
)
def test_a_partly_known_provider_is_one_where_its_host_is_known(provider: Any, public: bool | None) -> None:
    """A shared identity provider is anyone, in whichever account it is registered."""
    trust = partly(Action="sts:AssumeRoleWithWebIdentity", Principal={"Federated": provider})

    found = iam_role.from_terraform(FakeBlock("aws_iam_role.r", assume_role_policy=trust), {}, FakeSource()).exposure

    assert isinstance(found, Exposure)
    assert isinstance(found.public, Unknown) if public is None else found.public is public
