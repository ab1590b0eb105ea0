"""Backups, and the services that watch over an account."""

from collections.abc import Iterator

from phiward.collectors.cloudformation.shapes import (
    Extra,
    Made,
    Part,
    Shape,
    Spec,
    block,
    lifted,
    mapping,
    of,
)

_RULE: Spec = {
    "TargetBackupVault": "target_vault_name",
    "ScheduleExpression": "schedule",
    "CopyActions": block("copy_action", {"DestinationBackupVaultArn": "destination_vault_arn"}),
    "Lifecycle": block(
        "lifecycle", {"DeleteAfterDays": "delete_after", "MoveToColdStorageAfterDays": "cold_storage_after"}
    ),
}
_SELECTION: Spec = {
    "SelectionName": "name",
    "IamRoleArn": "iam_role_arn",
    "ListOfTags": block("selection_tag", {"ConditionKey": "key", "ConditionValue": "value", "ConditionType": "type"}),
    "Conditions": block(
        "condition",
        {
            name: block(argument, {"ConditionKey": "key", "ConditionValue": "value"})
            for name, argument in (
                ("StringEquals", "string_equals"),
                ("StringLike", "string_like"),
                ("StringNotEquals", "string_not_equals"),
                ("StringNotLike", "string_not_like"),
            )
        },
    ),
}


_VAULT_POLICY = Part(
    property="AccessPolicy", type="aws_backup_vault_policy", owner="backup_vault_name", argument="policy"
)


def _recorder(made: Made) -> Iterator[Extra]:
    """CloudFormation starts the recorder that it makes; Terraform has a resource for that."""
    yield Extra(
        "aws_config_configuration_recorder_status",
        of(made.span, name=made.me("name"), is_enabled=True),
        where=made.span,
    )


SHAPES = (
    Shape(
        "AWS::Backup::BackupVault",
        "aws_backup_vault",
        {"BackupVaultName": "name", "EncryptionKeyArn": "kms_key_arn", "BackupVaultTags": mapping("tags")},
        ref="name",
        parts=(
            Part(
                property="LockConfiguration",
                type="aws_backup_vault_lock_configuration",
                owner="backup_vault_name",
            ),
            _VAULT_POLICY,
        ),
    ),
    Shape(
        "AWS::Backup::BackupPlan",
        "aws_backup_plan",
        {
            "BackupPlan": lifted({"BackupPlanName": "name", "BackupPlanRule": block("rule", _RULE)}, "rule", "name"),
            "BackupPlanTags": mapping("tags"),
        },
    ),
    Shape(
        "AWS::Backup::BackupSelection",
        "aws_backup_selection",
        {
            "BackupPlanId": "plan_id",
            "BackupSelection": lifted(
                _SELECTION, "resources", "not_resources", "selection_tag", "condition", "iam_role_arn", "name"
            ),
        },
    ),
    Shape(
        "AWS::Config::ConfigurationRecorder",
        "aws_config_configuration_recorder",
        {"RoleARN": "role_arn"},
        also=_recorder,
    ),
    Shape("AWS::Config::DeliveryChannel", "aws_config_delivery_channel"),
    Shape("AWS::GuardDuty::Detector", "aws_guardduty_detector", {"Features": None}),
    Shape("AWS::SecurityHub::Hub", "aws_securityhub_account", {"Tags": mapping("tags")}),
    Shape("AWS::SecurityHub::Standard", "aws_securityhub_standards_subscription"),
    Shape("AWS::SecurityHub::ProductSubscription", "aws_securityhub_product_subscription"),
    Shape("AWS::AccessAnalyzer::Analyzer", "aws_accessanalyzer_analyzer"),
    Shape("AWS::SSM::Document", "aws_ssm_document", {"Content": None}),
    Shape(
        "AWS::Backup::LogicallyAirGappedBackupVault",
        "aws_backup_logically_air_gapped_vault",
        {"BackupVaultName": "name", "BackupVaultTags": mapping("tags")},
        parts=(_VAULT_POLICY,),
        ref="name",
    ),
)
