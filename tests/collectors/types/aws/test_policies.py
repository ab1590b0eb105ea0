"""The policies that arguments hold: as text, in a data source, and with one unknown leaf known in all the others."""

from typing import Any

import pytest
from fakes_terraform import FakeBlock, FakeSource, Ref

from phiward.collectors.terraform.evaluate.values import PartlyKnownJson, PartlyKnownText
from phiward.collectors.types.aws import iam_group, iam_policy, iam_role, kms_key, s3_bucket
from phiward.collectors.types.aws.policies import policy_argument, policy_required
from phiward.inventory.aspects import Authorization, Exposure
from phiward.inventory.iam import PolicyDocument, Statement
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


PARTIAL = PartlyKnownText("x", parts=("arn:aws:iam::", Unknown("account"), ":root"))


def test_a_key_for_the_own_account_is_not_public() -> None:
    """`arn:aws:iam::${data.aws_caller_identity.current.account_id}:root` is what most key policies begin with."""
    policy = partly(Action="kms:*", Resource="*", Principal={"AWS": PARTIAL})

    found = kms_key.from_terraform(FakeBlock("aws_kms_key.k", policy=policy), {}, FakeSource()).exposure

    assert isinstance(found, Exposure)
    assert (found.public, found.ways) == (False, ())
    assert isinstance(found.shared_with, Unknown)


def test_a_bucket_for_the_own_account_is_not_public() -> None:
    """Buckets are asked the same."""
    block = FakeBlock(
        "aws_s3_bucket.b", bucket="b", policy=partly(Action="s3:*", Resource="*", Principal={"AWS": PARTIAL})
    )

    (form,) = s3_bucket.TERRAFORM
    found = form.build(block, {}, FakeSource([block])).exposure

    assert isinstance(found, Exposure)
    assert found.public is False


def data(name: str = "d", **statement: Any) -> FakeBlock:
    """Return a data source that waits for the apply, as a plan shows it."""
    return FakeBlock(f"data.aws_iam_policy_document.{name}", {"statement": [statement]})


DATA = data(actions=["*"], resources=["*", Ref("aws_s3_bucket.b.arn")])
WAITS = Ref("data.aws_iam_policy_document.d.json")


@pytest.mark.parametrize(
    ("build", "block"),
    [
        (iam_policy.from_terraform, FakeBlock("aws_iam_policy.p", policy=WAITS)),
        (
            iam_role.from_terraform,
            FakeBlock("aws_iam_role.r", {"inline_policy": [{"policy": WAITS}]}, assume_role_policy="{}"),
        ),
    ],
)
def test_rights_that_wait_for_a_data_source_are_read_from_it(build: Any, block: FakeBlock) -> None:
    """The plan has lost the text: the data source still says that it is everything."""
    found = build(block, {}, FakeSource([block, DATA])).authorization

    assert isinstance(found, Authorization)
    assert found.administrator is True


def test_the_policies_of_a_group_are_read_from_data_sources_too() -> None:
    """Those written into it, and those attached to it."""
    attached = FakeBlock("aws_iam_policy.p", policy=WAITS)
    parts: dict[str, list[Any]] = {
        "aws_iam_group_policy": [FakeBlock("aws_iam_group_policy.i", policy=WAITS)],
        "aws_iam_group_policy_attachment": [
            FakeBlock("aws_iam_group_policy_attachment.a", policy_arn=Ref("aws_iam_policy.p.arn"))
        ],
    }
    (form,) = iam_group.TERRAFORM

    found = form.build(FakeBlock("aws_iam_group.g"), parts, FakeSource([attached, DATA])).authorization

    assert isinstance(found, Authorization)
    assert isinstance(found.grants, tuple)
    assert [type(grant.document) for grant in found.grants] == [PolicyDocument, PolicyDocument]


def test_a_trust_policy_that_waits_for_a_data_source_is_read_from_it() -> None:
    """Who may take the role on is known but for one."""
    document = FakeBlock(
        "data.aws_iam_policy_document.d",
        {
            "statement": [
                FakeBlock(
                    "data.aws_iam_policy_document.d",
                    {"principals": [{"type": "AWS", "identifiers": ["*"]}]},
                    actions=["sts:AssumeRole"],
                )
            ]
        },
    )
    block = FakeBlock("aws_iam_role.r", assume_role_policy=WAITS)

    found = iam_role.from_terraform(block, {}, FakeSource([block, document])).exposure

    assert isinstance(found, Exposure)
    assert (found.public, found.ways) == (True, ("policy",))


@pytest.mark.parametrize("value", [None, ""])
def test_an_argument_that_is_not_set_holds_no_policy(value: str | None) -> None:
    """None is no policy; where there must be one, it could not be seen."""
    block = FakeBlock("aws_thing.t", policy=value)

    assert policy_argument(block, "policy", FakeSource()) is None
    assert policy_required(block, "policy", FakeSource()) == Unknown("aws_thing.t has no policy")


def test_a_policy_is_put_together_as_the_provider_does() -> None:
    """Sources come first, own statements and overrides take the place of those with their Sid."""
    source = '{"Statement": [{"Sid": "a", "Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}'
    override = '{"Statement": {"Sid": "b", "Effect": "Deny", "Action": "sqs:*", "Resource": "*"}}'
    document = FakeBlock(
        "data.aws_iam_policy_document.d",
        {"statement": [{"sid": "b", "actions": ["sns:*"], "resources": [Ref("aws_sns_topic.t.arn")]}]},
        source_policy_documents=[source],
        override_policy_documents=[override, Unknown("var.more")],
    )
    block = FakeBlock("aws_iam_policy.p", policy=WAITS)

    found = policy_argument(block, "policy", FakeSource([block, document]))

    assert isinstance(found, PolicyDocument)
    assert isinstance(found.statements, tuple)
    assert found.statements[:2] == (
        Statement(effect="Allow", sid="a", actions=("s3:*",), resources=("*",)),
        Statement(effect="Deny", sid="b", actions=("sqs:*",), resources=("*",)),
    )
    assert found.statements[2:] == (Unknown("var.more"),)


@pytest.mark.parametrize(
    "references",
    [
        ["data.aws_iam_policy_document.d.json", "data.aws_iam_policy_document.e.json"],
        ["data.aws_iam_policy_document.missing.json"],
        ["data.aws_s3_object.o.body"],
    ],
)
def test_what_may_be_something_else_stays_unknown(references: list[str]) -> None:
    """Two documents, one that is not there, a data source of another kind: nobody can tell which policy it will be."""
    block = Chosen(references)
    source = FakeSource([DATA, data("e"), FakeBlock("data.aws_s3_object.o")])

    assert policy_argument(block, "policy", source) == Unknown("known after apply")


class Chosen(FakeBlock):
    """A block whose policy is made of several references."""

    def __init__(self, references: list[str]) -> None:
        super().__init__("aws_iam_policy.p", policy=Unknown("known after apply"))
        self.found = references

    def references(self, _name: str) -> tuple[str, ...]:
        """Return the addresses."""
        return tuple(each.rpartition(".")[0] for each in self.found)


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
