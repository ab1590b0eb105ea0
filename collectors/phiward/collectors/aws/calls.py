"""What AWS calls its operations, which IAM action each needs, and which of them may be made at all.

boto3 says `describe_db_instances` of `rds`; reports and observations say `rds:DescribeDBInstances`, the API action; a
refusal names the IAM action that would have to be granted, which for some is another word (*Service Authorization
Reference*, `s3:GetBucketEncryption` is granted by `s3:GetEncryptionConfiguration`).
"""

PREFIXES = {
    "accessanalyzer": "access-analyzer",
    "apigatewayv2": "apigateway",
    "docdb": "rds",
    "efs": "elasticfilesystem",
    "elb": "elasticloadbalancing",
    "elbv2": "elasticloadbalancing",
    "emr": "elasticmapreduce",
    "neptune": "rds",
    "opensearch": "es",
    "opensearchserverless": "aoss",
    "resourcegroupstaggingapi": "tag",
    "s3control": "s3",
    "sesv2": "ses",
    "sso-admin": "sso",
    "stepfunctions": "states",
}
"""boto3's name of a service, where its actions have another prefix."""

ACRONYMS = {
    "backup": {"json": "JSON", "pitr": "PITR"},
    "cloudfront": {"acl": "ACL", "ip": "Ip"},
    "elbv2": {"ssl": "SSL"},
    "waf": {"acl": "ACL", "acls": "ACLs", "ip": "IP"},
    "waf-regional": {"acl": "ACL", "acls": "ACLs", "ip": "IP"},
    "wafv2": {"acl": "ACL", "acls": "ACLs", "api": "API", "ip": "IP"},
    "iam": {"mfa": "MFA", "saml": "SAML", "ssh": "SSH", "open": "Open", "id": "ID"},
    "rds": {"db": "DB"},
    "docdb": {"db": "DB"},
    "neptune": {"db": "DB"},
}
"""Words of an operation's name that its API does not write with one capital."""

GRANTS = {
    "s3:GetBucketAccelerateConfiguration": "s3:GetAccelerateConfiguration",
    "s3:GetBucketCors": "s3:GetBucketCORS",
    "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "s3:GetBucketNotificationConfiguration": "s3:GetBucketNotification",
    "s3:GetBucketReplication": "s3:GetReplicationConfiguration",
    "s3:GetObjectLockConfiguration": "s3:GetBucketObjectLockConfiguration",
    "s3:ListBuckets": "s3:ListAllMyBuckets",
}
"""API action to the IAM action that grants it, where they differ."""

ALSO = {
    # To find the load balancers among a web ACL's resources, WAF asks Elastic Load Balancing as the caller.
    "wafv2:ListResourcesForWebACL": ("elasticloadbalancing:DescribeWebACLAssociation",),
}
"""API action to the IAM actions that it needs besides its own (*Service Authorization Reference*)."""

READ_VERBS = ("batch_get", "describe", "get", "list", "lookup")

READS = frozenset(
    {"config.select_aggregate_resource_config", "config.select_resource_config", "iam.generate_credential_report"}
)
"""Reads under another verb: queries of AWS Config, and what makes the report that `get_credential_report` returns."""

DATA = frozenset(
    {
        "cloudtrail.get_query_results",
        "cloudtrail.lookup_events",
        "codebuild.batch_get_builds",
        "cognito-idp.list_users",
        "dynamodb.batch_get_item",
        "dynamodb.get_item",
        "dynamodbstreams.get_records",
        "ec2.get_console_output",
        "ec2.get_console_screenshot",
        "ec2.get_password_data",
        "ecr.get_authorization_token",
        "ecr.get_download_url_for_layer",
        "guardduty.get_findings",
        "kinesis.get_records",
        "lambda.get_function",
        "lambda.get_layer_version",
        "redshift.get_cluster_credentials",
        "redshift.get_cluster_credentials_with_iam",
        "s3.get_object",
        "s3.get_object_acl",
        "s3.get_object_attributes",
        "s3.get_object_tagging",
        "s3.get_object_torrent",
        "s3.list_multipart_uploads",
        "s3.list_object_versions",
        "s3.list_objects",
        "s3.list_objects_v2",
        "s3.list_parts",
        "secretsmanager.batch_get_secret_value",
        "secretsmanager.get_secret_value",
        "securityhub.get_findings",
        "ssm.get_command_invocation",
        "ssm.get_document",
        "sqs.get_queue_messages",
        "ssm.get_parameter",
        "ssm.get_parameter_history",
        "ssm.get_parameters",
        "ssm.get_parameters_by_path",
        "ssm.list_command_invocations",
        "ssm.list_commands",
        "sts.get_federation_token",
        "sts.get_session_token",
    }
)
"""Reads of what is stored, of secrets, or of names that may themselves be ePHI: never made."""

LOG_READS = ("get_log", "get_query", "list_log_anomalies")
"""Operations of CloudWatch Logs that return log entries begin so."""


class RefusedCallError(ValueError):
    """A type module asked for a call that phiward never makes: a write, or a read of the data itself."""


def call(service: str, operation: str) -> str:
    """Return the API action of a boto3 operation: (`rds`, `describe_db_instances`) is `rds:DescribeDBInstances`."""
    acronyms = ACRONYMS.get(service, {})
    words = (acronyms.get(word, word.capitalize()) for word in operation.split("_"))
    return f"{PREFIXES.get(service, service)}:{''.join(words)}"


def grant(service: str, operation: str) -> str:
    """Return the IAM action that lets a caller make a call: `s3:ListAllMyBuckets` for (`s3`, `list_buckets`)."""
    if operation == "get_public_access_block":
        return "s3:GetAccountPublicAccessBlock" if service == "s3control" else "s3:GetBucketPublicAccessBlock"
    action = call(service, operation)
    if action.startswith("apigateway:"):
        return "apigateway:GET"  # its IAM actions are the methods of HTTP
    return GRANTS.get(action, action)


def grants(service: str, operation: str) -> tuple[str, ...]:
    """Return every IAM action that a call needs: the one that grants it, and those of other services."""
    return (grant(service, operation), *ALSO.get(call(service, operation), ()))


def access_denied(service: str, operation: str) -> str:
    """Return the reason of what a refused call would have told, naming the IAM action to grant."""
    return f"access denied: {grant(service, operation)}"


NOT_ASKED = "not asked: no selected control reads it"
"""The reason of what was left out because nothing needs it."""


def refuse_writes(service: str, operation: str) -> None:
    """Raise `RefusedCallError` for whatever is not a read of configuration."""
    name = f"{service}.{operation}"
    if name in READS:
        return
    reads = operation.startswith(tuple(f"{verb}_" for verb in READ_VERBS))
    if not reads or name in DATA or (service == "logs" and operation.startswith(LOG_READS)):
        message = f"{call(service, operation)} is not a read of configuration, so phiward never calls it"
        raise RefusedCallError(message)
