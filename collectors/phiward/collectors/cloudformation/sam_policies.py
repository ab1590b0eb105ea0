"""SAM's policy templates: names that stand for statements, with the thing that they allow the actions on.

Those that functions mostly use; any other one is Unknown. Source: *Policy template list* (AWS SAM Developer Guide) and
the table of its translator, version 1.100.
"""

from collections.abc import Iterator
from typing import Any

from phiward.collectors.cloudformation.intrinsics import json_of
from phiward.collectors.cloudformation.values import joined
from phiward.collectors.documents import Mapping
from phiward.inventory.unknown import Unknown

_S3 = ("s3:::{}", "s3:::{}/*")
_TABLE = ("dynamodb:HERE:table/{}", "dynamodb:HERE:table/{}/index/*")
_ALL = ("*",)

TEMPLATES: dict[str, tuple[str, tuple[tuple[str, tuple[str, ...]], ...]]] = {
    "S3ReadPolicy": (
        "BucketName",
        (("s3: GetObject ListBucket GetBucketLocation GetObjectVersion GetLifecycleConfiguration", _S3),),
    ),
    "S3WritePolicy": ("BucketName", (("s3: PutObject PutObjectAcl PutLifecycleConfiguration", _S3),)),
    "S3CrudPolicy": (
        "BucketName",
        (
            (
                (
                    "s3: GetObject ListBucket GetBucketLocation GetObjectVersion PutObject PutObjectAcl"
                    " GetLifecycleConfiguration PutLifecycleConfiguration DeleteObject"
                ),
                _S3,
            ),
        ),
    ),
    "S3FullAccessPolicy": (
        "BucketName",
        (
            (
                (
                    "s3: GetObject GetObjectAcl GetObjectVersion PutObject PutObjectAcl DeleteObject"
                    " DeleteObjectTagging DeleteObjectVersionTagging GetObjectTagging GetObjectVersionTagging"
                    " PutObjectTagging PutObjectVersionTagging"
                ),
                ("s3:::{}/*",),
            ),
            ("s3: ListBucket GetBucketLocation GetLifecycleConfiguration PutLifecycleConfiguration", ("s3:::{}",)),
        ),
    ),
    "DynamoDBCrudPolicy": (
        "TableName",
        (
            (
                (
                    "dynamodb: GetItem DeleteItem PutItem Scan Query UpdateItem BatchWriteItem BatchGetItem"
                    " DescribeTable ConditionCheckItem"
                ),
                _TABLE,
            ),
        ),
    ),
    "DynamoDBReadPolicy": ("TableName", (("dynamodb: GetItem Scan Query BatchGetItem DescribeTable", _TABLE),)),
    "DynamoDBWritePolicy": ("TableName", (("dynamodb: PutItem UpdateItem BatchWriteItem", _TABLE),)),
    "SQSPollerPolicy": (
        "QueueName",
        (
            (
                (
                    "sqs: ChangeMessageVisibility ChangeMessageVisibilityBatch DeleteMessage DeleteMessageBatch"
                    " GetQueueAttributes ReceiveMessage"
                ),
                ("sqs:HERE:{}",),
            ),
        ),
    ),
    "SQSSendMessagePolicy": ("QueueName", (("sqs: SendMessage*", ("sqs:HERE:{}",)),)),
    "SNSPublishMessagePolicy": ("TopicName", (("sns: Publish", ("sns:HERE:{}",)),)),
    "SNSCrudPolicy": (
        "TopicName",
        (("sns: ListSubscriptionsByTopic CreateTopic SetTopicAttributes Subscribe Publish", ("sns:HERE:{}*",)),),
    ),
    "LambdaInvokePolicy": ("FunctionName", (("lambda: InvokeFunction", ("lambda:HERE:function:{}*",)),)),
    "KMSDecryptPolicy": ("KeyId", (("kms: Decrypt", ("kms:HERE:key/{}",)),)),
    "KMSEncryptPolicy": ("KeyId", (("kms: Encrypt", ("kms:HERE:key/{}",)),)),
    "AWSSecretsManagerGetSecretValuePolicy": ("SecretArn", (("secretsmanager: GetSecretValue", ("{}",)),)),
    "SSMParameterReadPolicy": (
        "ParameterName",
        (
            ("ssm: DescribeParameters", _ALL),
            ("ssm: GetParameters GetParameter GetParametersByPath", ("ssm:HERE:parameter/{}",)),
        ),
    ),
    "StepFunctionsExecutionPolicy": (
        "StateMachineName",
        (("states: StartExecution", ("states:HERE:stateMachine:{}",)),),
    ),
    "EventBridgePutEventsPolicy": ("EventBusName", (("events: PutEvents", ("events:HERE:event-bus/{}",)),)),
    "VPCAccessPolicy": (
        "",
        (
            (
                "ec2: CreateNetworkInterface DeleteNetworkInterface DescribeNetworkInterfaces DetachNetworkInterface",
                _ALL,
            ),
        ),
    ),
    "CloudWatchPutMetricPolicy": ("", (("cloudwatch: PutMetricData", _ALL),)),
}
"""Name to its parameter, and to its statements: the actions of a service, and what they are allowed on.

`HERE` is the region and account of the stack, `{}` the parameter's value; all but `*` and `{}` are ARNs.
"""


def policy_of(name: str, given: Any) -> str | Unknown:
    """Return the policy document that a template stands for, as JSON text; Unknown where it is none of the table's."""
    template = TEMPLATES.get(name)
    if template is None:
        return Unknown(f"the policy template {name} of SAM is not followed")
    parameter, statements = template
    value = given.get(parameter) if isinstance(given, Mapping) else given
    if parameter and (value is None or isinstance(value, dict | list)):
        return Unknown(f"the policy template {name} of SAM lacks its {parameter}")
    return json_of(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Action": list(_actions(actions)), "Resource": [_on(each, value) for each in on]}
                for actions, on in statements
            ],
        }
    )


def _actions(text: str) -> Iterator[str]:
    service, *names = text.split(" ")
    return (f"{service}{name}" for name in names)


def _on(pattern: str, value: Any) -> Any:
    if pattern in {"*", "{}"}:
        return value if pattern == "{}" else pattern
    parts: list[Any] = ["arn:", _later("AWS::Partition"), ":"]
    service, here, rest = pattern.partition("HERE")
    parts += [service, _later("AWS::Region"), ":", _later("AWS::AccountId")] if here else []
    before, hole, after = (rest if here else service).partition("{}")
    parts += [before, value, after] if hole else [before]
    return joined(part for part in parts if part != "")


def _later(name: str) -> Unknown:
    return Unknown(f"{name} is known when it is deployed", (name,))
