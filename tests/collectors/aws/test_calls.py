"""The names of calls, and the wall in front of those that are never made."""

import pytest

from phiward.collectors.aws import calls


@pytest.mark.parametrize(
    "service",
    [
        "acm",
        "apigateway",
        "cloudtrail",
        "ec2",
        "elb",
        "elbv2",
        "iam",
        "kms",
        "lambda",
        "logs",
        "rds",
        "s3",
        "s3control",
        "sts",
        "waf",
        "waf-regional",
        "wafv2",
    ],
)
def test_every_read_has_the_name_that_the_service_gives_it(service: str) -> None:
    """boto3's operation names are turned into API actions as the service's own model writes them."""
    import botocore.session
    from botocore import xform_name

    model = botocore.session.get_session().get_service_model(service)
    prefix = calls.PREFIXES.get(service, service)
    reads = [name for name in model.operation_names if name.startswith(("Get", "List", "Describe"))]

    assert [calls.call(service, xform_name(name)) for name in reads] == [f"{prefix}:{name}" for name in reads]


@pytest.mark.parametrize("service", ["application-autoscaling", "backup", "dax", "dlm", "dynamodb"])
def test_every_read_of_tables_and_backups_has_its_name(service: str) -> None:
    """As above, for what keeps and copies data."""
    test_every_read_has_the_name_that_the_service_gives_it(service)


@pytest.mark.parametrize(
    ("service", "operation", "action"),
    [
        ("s3", "list_buckets", "s3:ListAllMyBuckets"),
        ("s3", "get_bucket_encryption", "s3:GetEncryptionConfiguration"),
        ("s3", "get_bucket_lifecycle_configuration", "s3:GetLifecycleConfiguration"),
        ("s3", "get_bucket_replication", "s3:GetReplicationConfiguration"),
        ("s3", "get_public_access_block", "s3:GetBucketPublicAccessBlock"),
        ("s3control", "get_public_access_block", "s3:GetAccountPublicAccessBlock"),
        ("s3", "get_bucket_policy", "s3:GetBucketPolicy"),
        ("rds", "describe_db_instances", "rds:DescribeDBInstances"),
        ("iam", "list_mfa_devices", "iam:ListMFADevices"),
        ("elbv2", "describe_listeners", "elasticloadbalancing:DescribeListeners"),
        ("wafv2", "list_web_acls", "wafv2:ListWebACLs"),
        ("wafv2", "list_resources_for_web_acl", "wafv2:ListResourcesForWebACL"),
        ("apigateway", "get_rest_apis", "apigateway:GET"),
        ("apigatewayv2", "get_stages", "apigateway:GET"),
    ],
)
def test_a_refusal_names_the_action_to_grant(service: str, operation: str, action: str) -> None:
    """The reason of a denied call says what to put into the role's policy."""
    assert calls.access_denied(service, operation) == f"access denied: {action}"


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("s3", "put_bucket_policy"),
        ("s3", "get_object"),
        ("s3", "list_objects_v2"),
        ("logs", "get_log_events"),
        ("logs", "filter_log_events"),
        ("logs", "get_log_record"),
        ("logs", "get_query_results"),
        ("lambda", "get_function"),
        ("lambda", "invoke"),
        ("secretsmanager", "get_secret_value"),
        ("ssm", "get_parameters_by_path"),
        ("ssm", "get_document"),
        ("ssm", "list_command_invocations"),
        ("codebuild", "batch_get_builds"),
        ("guardduty", "get_findings"),
        ("securityhub", "get_findings"),
        ("dynamodb", "batch_get_item"),
        ("ec2", "get_password_data"),
        ("ec2", "terminate_instances"),
        ("sts", "get_session_token"),
        ("kms", "decrypt"),
        ("rds", "download_db_log_file_portion"),
        ("getaway", "gets"),
    ],
)
def test_writes_and_reads_of_the_data_are_never_made(service: str, operation: str) -> None:
    """Only reads of configuration pass."""
    with pytest.raises(calls.RefusedCallError, match="never calls it"):
        calls.refuse_writes(service, operation)


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("s3", "list_buckets"),
        ("s3", "get_object_lock_configuration"),
        ("iam", "generate_credential_report"),
        ("iam", "get_account_authorization_details"),
        ("logs", "describe_log_groups"),
    ],
)
def test_reads_of_configuration_pass(service: str, operation: str) -> None:
    """What a compliance scan needs is not refused."""
    calls.refuse_writes(service, operation)
