"""An account of IAM, as its calls answer: a person, her group, a policy and a role, with how one is read."""

from datetime import UTC, datetime
from typing import Any

from fakes import FakeAws

from phiward.inventory.aspects import Authentication, Authorization
from phiward.inventory.model import Resource

ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
READER = "arn:aws:iam::aws:policy/ReadOnlyAccess"
OWN = "arn:aws:iam::123456789012:policy/everything"
ALL: dict[str, Any] = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
READ: dict[str, Any] = {"Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::images/*"}}
MADE = datetime(2026, 1, 1, tzinfo=UTC)
ANA = "arn:aws:iam::123456789012:user/ana"
REPORT = (
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,"
    "mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_2_active,"
    "access_key_2_last_rotated,access_key_2_last_used_date,cert_1_active,cert_1_last_rotated,cert_2_active,"
    "cert_2_last_rotated\n"
    "<root_account>,arn:aws:iam::123456789012:root,2020-01-01T00:00:00+00:00,not_supported,2025-05-05T00:00:00+00:00,"
    "not_supported,not_supported,true,true,2020-01-02T00:00:00+00:00,N/A,false,N/A,N/A,false,N/A,false,N/A\n"
    f"ana,{ANA},2026-01-01T00:00:00+00:00,true,no_information,2026-01-02T00:00:00+00:00,N/A,false,"
    "true,2026-01-03T00:00:00+00:00,2026-01-05T01:00:00+01:00,false,2026-01-01T00:00:00+00:00,N/A,false,N/A,false,N/A\n"
)


def account(**details: list[dict[str, Any]]) -> dict[str, Any]:
    """Return an account's answers."""
    empty: dict[str, Any] = {"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
    return {
        "iam:GetAccountAuthorizationDetails": {**empty, **details},
        "iam:GenerateCredentialReport": {"State": "STARTED"},
        "iam:GetCredentialReport": {"Content": REPORT.encode()},
        "iam:ListMFADevices": {"MFADevices": []},
        "iam:ListRoles": {"Roles": [{"Arn": ROLE["Arn"], "MaxSessionDuration": 3600}]},
    }


def user(**more: Any) -> dict[str, Any]:
    """Return one user of the authorization details."""
    return {"UserName": "ana", "Arn": ANA, "CreateDate": MADE, **more}


def group(**more: Any) -> dict[str, Any]:
    """Return one group of the authorization details."""
    return {"GroupName": "staff", "Arn": "arn:aws:iam::123456789012:group/staff", **more}


def attached(*arns: str) -> list[dict[str, str]]:
    """Return attached managed policies."""
    return [{"PolicyArn": arn, "PolicyName": arn.rpartition("/")[2]} for arn in arns]


def policy(document: Any = ALL) -> dict[str, Any]:
    """Return one customer policy whose default version is its second."""
    versions = [
        {"VersionId": "v1", "IsDefaultVersion": False, "Document": READ},
        {"VersionId": "v2", "IsDefaultVersion": True, "Document": document},
    ]
    return {"Arn": OWN, "PolicyName": "everything", "AttachmentCount": 1, "PolicyVersionList": versions}


ROLE: dict[str, Any] = {
    "RoleName": "app",
    "Arn": "arn:aws:iam::123456789012:role/app",
    "Path": "/",
    "CreateDate": MADE,
    "AssumeRolePolicyDocument": {"Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}}]},
}


def only(module: Any, answers: dict[str, Any], *, denied: tuple[str, ...] = (), need: Any = None) -> Resource:
    """Read the one resource there is."""
    aws = FakeAws(answers, denied=denied, need=need)
    (item,) = module.items(aws)
    made: Resource = module.resource(aws, item)
    return made


def rights(made: Resource) -> Authorization:
    """Return the aspect."""
    assert isinstance(made.authorization, Authorization)
    return made.authorization


def signing_in(made: Resource) -> Authentication:
    """Return the aspect."""
    assert isinstance(made.authentication, Authentication)
    return made.authentication
