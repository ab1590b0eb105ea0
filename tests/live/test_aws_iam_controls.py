"""The controls on identities, judged over HTTP against a simulated account: each has something good and something bad."""

import json
from typing import Any

import pytest

from phiward.collectors.aws.collector import AwsCollector
from phiward.collectors.port import Options
from phiward.collectors.registry import catalog
from phiward.engine import library
from phiward.engine.compiled import compile_rules
from phiward.engine.evaluate import evaluate
from phiward.engine.findings import Verdict
from phiward.engine.rules import select
from phiward.inventory import wire
from phiward.inventory.model import CollectionGap, Resource

pytestmark = pytest.mark.live

NOW = "2026-11-23T00:00:00Z"
ACCOUNT, OTHER = "123456789012", "210987654321"
KINDS = ("user", "group", "role", "policy", "account")
NEED = {f"aws.iam.{kind}": frozenset({"authentication", "authorization", "exposure", "config"}) for kind in KINDS}
NEED["aws.accessanalyzer.region"] = frozenset({"config"})
BUCKET = "arn:aws:s3:::images/*"

PASS, FAIL, UNKNOWN = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN
EXPECTED = {
    ("administrator-policy-attached-to-nobody", "app"): PASS,
    ("administrator-policy-attached-to-nobody", "admin"): FAIL,
    ("policy-names-actions-not-whole-services", "read"): PASS,
    ("policy-names-actions-not-whole-services", "wide"): FAIL,
    ("policy-names-actions-not-whole-services", "bob"): FAIL,
    ("marketplace-purchases-limited", "read"): PASS,
    ("marketplace-purchases-limited", "wide"): FAIL,
    ("decryption-limited-to-named-keys", "read"): PASS,
    ("decryption-limited-to-named-keys", "wide"): FAIL,
    ("policies-managed-not-inline", "ana"): PASS,
    ("policies-managed-not-inline", "bob"): FAIL,
    ("rights-given-through-groups", "ana"): PASS,
    ("rights-given-through-groups", "bob"): FAIL,
    ("user-belongs-to-group", "ana"): PASS,
    ("user-belongs-to-group", "bob"): FAIL,
    ("group-has-members", "staff"): PASS,
    ("group-has-members", "empty"): FAIL,
    ("user-has-second-factor", "ana"): PASS,
    ("user-has-second-factor", "bob"): FAIL,
    ("person-signs-in-with-mfa", "ana"): PASS,
    ("person-signs-in-with-mfa", "bob"): FAIL,
    ("other-accounts-prove-themselves", "vendor"): PASS,
    ("other-accounts-prove-themselves", "partner"): FAIL,
    ("other-accounts-prove-themselves", "app"): Verdict.NOT_APPLICABLE,
    ("rights-do-not-lead-to-more", "read"): PASS,
    ("rights-do-not-lead-to-more", "ana"): PASS,
    ("rights-do-not-lead-to-more", "start"): PASS,
    ("rights-do-not-lead-to-more", "deploy"): FAIL,
    ("rights-do-not-lead-to-more", "admin"): Verdict.NOT_APPLICABLE,
    ("root-user-has-no-access-key", ACCOUNT): PASS,
    # The simulation does not tell whether root has a password, and has no Access Analyzer: nothing is guessed.
    ("root-user-mfa-is-hardware", ACCOUNT): UNKNOWN,
    ("outside-access-analyzed", "us-east-1"): UNKNOWN,
}
OF_THE_ACCOUNT = {
    "passwords-mix-characters",
    "password-rules-complete",
    "passwords-not-reused",
    "passwords-long-enough",
}


def client() -> Any:
    """Return a client to make the account with."""
    import boto3

    return boto3.client("iam", region_name="us-east-1")


def document(actions: Any, resource: str = "*", **more: Any) -> str:
    """Return a policy of one Allow."""
    statement = {"Effect": "Allow", "Action": actions, "Resource": resource, **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def trust(principal: dict[str, str], **more: Any) -> str:
    """Return a trust policy of one Allow."""
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal, **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def make_people() -> None:
    """Make ana, who does all right, and bob, who does not; a group of ana's and one of nobody."""
    iam = client()
    for name in ("staff", "empty"):
        iam.create_group(GroupName=name)
    for name in ("ana", "bob"):
        iam.create_user(UserName=name)
        iam.create_login_profile(UserName=name, Password="not-a-real-password-1")
    iam.add_user_to_group(GroupName="staff", UserName="ana")
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="ana")["VirtualMFADevice"]["SerialNumber"]
    iam.enable_mfa_device(
        UserName="ana", SerialNumber=device, AuthenticationCode1="123456", AuthenticationCode2="654321"
    )
    iam.put_user_policy(UserName="bob", PolicyName="all-of-s3", PolicyDocument=document("s3:*"))


def make_rights() -> None:
    """Make policies that lead nowhere, one that gives too much, and two that open a way together."""
    iam = client()
    arns = {
        name: iam.create_policy(PolicyName=name, PolicyDocument=text)["Policy"]["Arn"]
        for name, text in {
            "read": document("s3:GetObject", BUCKET),
            "wide": document(["kms:*", "aws-marketplace:Subscribe"]),
            "start": document("ec2:RunInstances"),
            "pass": document("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/*"),
        }.items()
    }
    iam.attach_group_policy(GroupName="staff", PolicyArn=arns["read"])
    machine, other = {"Service": "ec2.amazonaws.com"}, {"AWS": f"arn:aws:iam::{OTHER}:root"}
    agreed = {"Condition": {"StringEquals": {"sts:ExternalId": "x"}}}
    for name, text in {
        "app": trust(machine),
        "deploy": trust(machine),
        "admin": trust(machine),
        "vendor": trust(other, **agreed),
        "partner": trust(other),
    }.items():
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=text)
    iam.attach_role_policy(RoleName="deploy", PolicyArn=arns["start"])
    iam.attach_role_policy(RoleName="deploy", PolicyArn=arns["pass"])
    iam.attach_role_policy(RoleName="admin", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")


def judged() -> tuple[dict[tuple[str, str | None], Verdict], list[CollectionGap]]:
    """Collect and judge: the verdict by control and name."""
    options = Options(now=NOW, regions=("us-east-1",), need=NEED)
    found = list(AwsCollector().collect("aws", options, lambda _: None))
    resources = [each for each in found if isinstance(each, Resource)]
    names = {each.id: each.name for each in resources}
    types = catalog()
    rules = select(library.load(library.shipped(), types), types, "hipaa-security-rule")
    lines = [wire.encode(each) for each in sorted(resources, key=lambda each: (each.type, each.id))]
    findings = evaluate(lambda: iter(lines), compile_rules(rules), NOW, passes=True)
    verdicts = {(each.control, names[each.resource.id]): each.verdict for each in findings if each.resource}
    return verdicts, [each for each in found if isinstance(each, CollectionGap)]


@pytest.mark.usefixtures("aws_environment")
def test_identities_are_judged() -> None:
    """Each control tells the good from the bad, and says so where the simulation hides something."""
    make_people()
    make_rights()

    verdicts, gaps = judged()

    assert gaps == []
    seen = {key: verdicts.get(key, Verdict.NOT_APPLICABLE) for key in EXPECTED}
    assert seen == EXPECTED


@pytest.mark.parametrize(("strict", "verdict"), [(True, PASS), (False, FAIL)])
@pytest.mark.usefixtures("aws_environment")
def test_the_account_is_judged(strict: bool, verdict: Verdict) -> None:
    """Its rules for passwords, its directory, and whether somebody can call for support."""
    iam = client()
    if strict:
        iam.update_account_password_policy(
            MinimumPasswordLength=14,
            RequireSymbols=True,
            RequireNumbers=True,
            RequireUppercaseCharacters=True,
            RequireLowercaseCharacters=True,
            MaxPasswordAge=90,
            PasswordReusePrevention=24,
        )
        iam.create_saml_provider(Name="hospital", SAMLMetadataDocument="x" * 1024)
        iam.create_role(RoleName="incident", AssumeRolePolicyDocument=trust({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}))
        iam.attach_role_policy(RoleName="incident", PolicyArn="arn:aws:iam::aws:policy/AWSSupportAccess")

    verdicts, gaps = judged()

    assert gaps == []
    asked = OF_THE_ACCOUNT | {"incident-support-reachable", "people-sign-in-through-directory"}
    assert {control: verdicts[control, ACCOUNT] for control in asked} == dict.fromkeys(asked, verdict)
