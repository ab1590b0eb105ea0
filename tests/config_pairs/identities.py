"""Identities, and the keys, certificates and secrets that they use."""

from typing import Any
from urllib.parse import quote

from config_items import ACCOUNT, API_TAGS, KEY, Pair, item

from config_pairs.answers import CERTIFICATE, KEY_ITEM, KEY_POLICY, KMS, ROLE_ARN, SECRET, USER_ARN

GROUP_ARN, POLICY_ARN = f"arn:aws:iam::{ACCOUNT}:group/staff", f"arn:aws:iam::{ACCOUNT}:policy/read"

READ = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}'

TRUST = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},'
    '"Action":"sts:AssumeRole"}]}'
)

_ATTACHED = [{"PolicyName": "read", "PolicyArn": POLICY_ARN}]

_ATTACHED_ITEM = [{"policyName": "read", "policyArn": POLICY_ARN}]

IAM: dict[str, Any] = {
    "iam:GetAccountAuthorizationDetails": {
        "UserDetailList": [
            {
                "Arn": USER_ARN,
                "UserName": "ada",
                "Path": "/",
                "CreateDate": "2024-01-02T03:04:05Z",
                "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": READ}],
                "GroupList": ["staff"],
                "AttachedManagedPolicies": [],
                "Tags": API_TAGS,
            }
        ],
        "GroupDetailList": [
            {
                "Arn": GROUP_ARN,
                "GroupName": "staff",
                "GroupPolicyList": [],
                "AttachedManagedPolicies": _ATTACHED,
            }
        ],
        "RoleDetailList": [
            {
                "Arn": ROLE_ARN,
                "RoleName": "app",
                "Path": "/",
                "CreateDate": "2024-01-02T03:04:05Z",
                "AssumeRolePolicyDocument": TRUST,
                "RolePolicyList": [],
                "AttachedManagedPolicies": _ATTACHED,
                "PermissionsBoundary": {"PermissionsBoundaryArn": POLICY_ARN},
                "RoleLastUsed": {"LastUsedDate": "2025-11-01T00:00:00Z"},
                "Tags": API_TAGS,
            }
        ],
        "Policies": [
            {
                "Arn": POLICY_ARN,
                "PolicyName": "read",
                "AttachmentCount": 2,
                "UpdateDate": "2024-02-03T04:05:06Z",
                "PolicyVersionList": [
                    {"VersionId": "v2", "IsDefaultVersion": True, "Document": READ},
                    {"VersionId": "v1", "IsDefaultVersion": False, "Document": TRUST},
                ],
            }
        ],
    }
}

IAM_ITEMS = (
    item(
        "AWS::IAM::User",
        "AIDA1",
        {
            "path": "/",
            "userName": "ada",
            "userId": "AIDA1",
            "arn": USER_ARN,
            "createDate": "2024-01-02T03:04:05.000Z",
            "userPolicyList": [{"policyName": "own", "policyDocument": quote(READ)}],
            "groupList": ["staff"],
            "attachedManagedPolicies": [],
            "permissionsBoundary": None,
            "tags": [{"key": "team", "value": "records"}],
        },
        arn=USER_ARN,
        name="ada",
        region="global",
    ),
    item(
        "AWS::IAM::Group",
        "AGPA1",
        {
            "path": "/",
            "groupName": "staff",
            "groupId": "AGPA1",
            "arn": GROUP_ARN,
            "groupPolicyList": [],
            "attachedManagedPolicies": _ATTACHED_ITEM,
        },
        arn=GROUP_ARN,
        name="staff",
        region="global",
        tags={},
    ),
    item(
        "AWS::IAM::Role",
        "AROA1",
        {
            "path": "/",
            "roleName": "app",
            "roleId": "AROA1",
            "arn": ROLE_ARN,
            "createDate": "2024-01-02T03:04:05.000Z",
            "assumeRolePolicyDocument": quote(TRUST),
            "instanceProfileList": [],
            "rolePolicyList": [],
            "attachedManagedPolicies": _ATTACHED_ITEM,
            "permissionsBoundary": {"permissionsBoundaryType": "Policy", "permissionsBoundaryArn": POLICY_ARN},
        },
        arn=ROLE_ARN,
        name="app",
        region="global",
    ),
    item(
        "AWS::IAM::Policy",
        "ANPA1",
        {
            "policyName": "read",
            "policyId": "ANPA1",
            "arn": POLICY_ARN,
            "path": "/",
            "defaultVersionId": "v2",
            "attachmentCount": 2,
            "isAttachable": True,
            "createDate": "2024-01-02T03:04:05.000Z",
            "updateDate": "2024-02-03T04:05:06.000Z",
            "policyVersionList": [
                {"document": quote(READ), "versionId": "v2", "isDefaultVersion": True},
                {"document": quote(TRUST), "versionId": "v1", "isDefaultVersion": False},
            ],
        },
        arn=POLICY_ARN,
        name="read",
        region="global",
    ),
)


PAIRS = (
    Pair(
        "aws.kms.key",
        {
            "kms:ListKeys": {"Keys": [{"KeyId": "key-1", "KeyArn": KEY}]},
            **KMS,
            "kms:GetKeyPolicy": {"Policy": KEY_POLICY},
            "kms:GetKeyRotationStatus": {"KeyRotationEnabled": True, "RotationPeriodInDays": 90},
            "kms:ListAliases": {"Aliases": [{"AliasName": "alias/records", "TargetKeyId": "key-1"}]},
            "tag:GetResources": {"ResourceTagMappingList": [{"ResourceARN": KEY, "Tags": API_TAGS}]},
        },
        (KEY_ITEM, item("AWS::KMS::Alias", "alias/records", {"AliasName": "alias/records", "TargetKeyId": "key-1"})),
        frozenset({"config.multi_region", "config.rotation_days"}),
    ),
    *(Pair(f"aws.iam.{kind}", IAM, IAM_ITEMS) for kind in ("user", "group")),
    Pair("aws.iam.policy", IAM, IAM_ITEMS, gained=frozenset({"tags"})),
    Pair("aws.iam.role", IAM, IAM_ITEMS, frozenset({"config.last_used"})),
    Pair(
        "aws.secretsmanager.secret",
        {
            "secretsmanager:ListSecrets": {
                "SecretList": [
                    {
                        "ARN": SECRET,
                        "Name": "db",
                        "KmsKeyId": KEY,
                        "RotationEnabled": True,
                        "RotationRules": {"AutomaticallyAfterDays": 30},
                        "CreatedDate": "2025-01-02T03:04:05Z",
                        "LastChangedDate": "2025-11-02T03:04:05Z",
                        "LastAccessedDate": "2025-11-03T00:00:00Z",
                        "LastRotatedDate": "2025-11-02T03:04:05Z",
                        "NextRotationDate": "2025-12-02T03:04:05Z",
                        "Tags": API_TAGS,
                    }
                ]
            },
            **KMS,
        },
        (
            item(
                "AWS::SecretsManager::Secret",
                SECRET,
                {
                    "ARN": SECRET,
                    "Name": "db",
                    "KMSKeyId": KEY,
                    "Deleted": False,
                    "RotationEnabled": True,
                    "RotationRules": {"AutomaticallyAfterDays": 30},
                },
                arn=SECRET,
            ),
            item("AWS::SecretsManager::Secret", "gone", {"ARN": "arn:gone", "Name": "gone", "Deleted": True}),
            KEY_ITEM,
        ),
        frozenset(
            {
                "config.created",
                "config.last_changed",
                "config.last_accessed",
                "config.rotation_due",
                "config.replica",
                "config.owner",
            }
        ),
    ),
    Pair(
        "aws.acm.certificate",
        {
            "acm:ListCertificates": {
                "CertificateSummaryList": [
                    {
                        "CertificateArn": CERTIFICATE,
                        "DomainName": "a.example",
                        "Status": "ISSUED",
                        "Type": "IMPORTED",
                        "NotAfter": "2026-06-01T00:00:00Z",
                        "InUse": False,
                    }
                ]
            },
            "acm:ListTagsForCertificate": {"Tags": API_TAGS},
        },
        (
            item(
                "AWS::ACM::Certificate",
                CERTIFICATE,
                {
                    "certificateArn": CERTIFICATE,
                    "domainName": "a.example",
                    "status": "ISSUED",
                    "type": "IMPORTED",
                    "notAfter": 1780272000000,
                    "inUseBy": [],
                },
                arn=CERTIFICATE,
            ),
        ),
    ),
)
