"""Applications, their secrets and what watches them, of a simulated account: good in one region, bad in another."""

import io
import json
import zipfile
from typing import Any

import pytest

from phiward.collectors.aws.collector import AwsCollector
from phiward.collectors.port import Options
from phiward.collectors.registry import catalog
from phiward.engine import library
from phiward.engine.compiled import compile_rules
from phiward.engine.evaluate import evaluate
from phiward.engine.rules import needs, select
from phiward.inventory import wire
from phiward.inventory.model import CollectionGap, Resource

pytestmark = pytest.mark.live

NOW = "2026-11-23T00:00:00Z"
GOOD, BAD = "us-east-1", "eu-west-1"
TYPES = {
    "aws.lambda.function",
    "aws.ecs.task_definition",
    "aws.eks.cluster",
    "aws.elasticbeanstalk.environment",
    "aws.codebuild.project",
    "aws.sns.topic",
    "aws.secretsmanager.secret",
    "aws.ssm.document",
    "aws.guardduty.region",
    "aws.securityhub.region",
    "aws.config.region",
}
"""The simulated account has no managed machines: `DescribeInstanceInformation` is not part of it."""

JUDGED = {
    ("aws.lambda.function", "functions-inside-private-network"): ("pass", "fail"),
    ("aws.lambda.function", "functions-have-a-limit"): ("pass", "fail"),
    ("aws.lambda.function", "failed-events-kept"): ("pass", "fail"),
    # Whether it has a URL is not part of the simulation: a policy for everybody is public anyhow.
    ("aws.lambda.function", "service-not-public"): ("unknown", "fail"),
    ("aws.ecs.task_definition", "container-on-host-network-not-root-unnoticed"): ("pass", "fail"),
    ("aws.ecs.task_definition", "containers-cannot-change-themselves"): ("pass", "fail"),
    ("aws.ecs.task_definition", "activity-logged"): ("pass", "fail"),
    ("aws.eks.cluster", "data-store-key-customer-managed"): ("pass", "fail"),
    ("aws.eks.cluster", "data-store-not-public"): ("pass", "fail"),
    ("aws.eks.cluster", "activity-logged"): ("pass", "fail"),
    ("aws.eks.cluster", "software-supported"): ("pass", "fail"),
    # Their settings are not part of the simulation: what cannot be seen never passes.
    ("aws.elasticbeanstalk.environment", "systems-watched"): ("unknown", "unknown"),
    ("aws.elasticbeanstalk.environment", "security-updates-automatic"): ("unknown", "unknown"),
    ("aws.codebuild.project", "build-holds-no-cloud-credentials"): ("pass", "fail"),
    ("aws.codebuild.project", "activity-logged"): ("pass", "fail"),
    ("aws.codebuild.project", "build-signs-in-without-password"): ("not_applicable", "fail"),
    ("aws.sns.topic", "data-store-encrypted-at-rest"): ("pass", "fail"),
    ("aws.sns.topic", "data-store-not-public"): ("pass", "fail"),
    ("aws.secretsmanager.secret", "data-store-key-customer-managed"): ("pass", "fail"),
    ("aws.secretsmanager.secret", "secrets-rotate"): ("pass", "fail"),
    ("aws.secretsmanager.secret", "data-store-not-public"): ("pass", "fail"),
    ("aws.ssm.document", "service-not-public"): ("pass", "fail"),
    ("aws.guardduty.region", "threat-detection-on"): ("pass", "fail"),
    # Findings and standards are not part of the simulation.
    ("aws.guardduty.region", "serious-threats-dealt-with"): ("unknown", "not_applicable"),
    ("aws.securityhub.region", "security-findings-gathered"): ("unknown", "fail"),
    # Nor is how deliveries went.
    ("aws.config.region", "configuration-changes-recorded"): ("unknown", "fail"),
}
"""Type and control, to the verdict in the good region and in the bad one."""


def make_function(client: Any, role: str, *, good: bool) -> None:
    """Make a function inside a network with a limit and a queue, or one that anybody may call."""
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("a.py", "")
    settings: dict[str, Any] = {}
    if good:
        vpc = client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnet = client("ec2").create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
        group = client("ec2").create_security_group(GroupName="f", Description="f", VpcId=vpc)["GroupId"]
        settings["VpcConfig"] = {"SubnetIds": [subnet], "SecurityGroupIds": [group]}
    functions = client("lambda")
    functions.create_function(
        FunctionName="intake",
        Runtime="python3.13",
        Role=role,
        Handler="a.a",
        Code={"ZipFile": code.getvalue()},
        **settings,
    )
    if good:
        functions.put_function_concurrency(FunctionName="intake", ReservedConcurrentExecutions=5)
        failed = {"OnFailure": {"Destination": f"arn:aws:sqs:{GOOD}:123456789012:failed"}}
        functions.put_function_event_invoke_config(FunctionName="intake", DestinationConfig=failed)
    else:
        functions.add_permission(
            FunctionName="intake", StatementId="all", Action="lambda:InvokeFunction", Principal="*"
        )


def make_containers(client: Any, role: str, key: str, *, good: bool) -> None:
    """Make two revisions of a task definition, the first of them bad, and a cluster."""
    bare = {"name": "portal", "image": "portal:1", "memory": 64}
    logs = {"logDriver": "awslogs", "options": {"awslogs-group": "/ecs/portal"}}
    tight = {**bare, "user": "1000", "readonlyRootFilesystem": True, "logConfiguration": logs}
    for container in (bare, tight) if good else (bare,):
        client("ecs").register_task_definition(family="portal", networkMode="host", containerDefinitions=[container])
    network: dict[str, Any] = {"subnetIds": ["subnet-1", "subnet-2"]}
    settings: dict[str, Any] = {"version": "1.29"}
    if good:
        network |= {"endpointPublicAccess": False, "endpointPrivateAccess": True}
        settings = {
            "version": "1.34",
            "encryptionConfig": [{"resources": ["secrets"], "provider": {"keyArn": key}}],
            "logging": {"clusterLogging": [{"types": ["audit"], "enabled": True}]},
        }
    else:
        network |= {"endpointPublicAccess": True, "publicAccessCidrs": ["0.0.0.0/0"]}
    client("eks").create_cluster(name="records", roleArn=role, resourcesVpcConfig=network, **settings)


def make_builds(client: Any, role: str, *, good: bool) -> None:
    """Make a build project and an environment."""
    variable = {"name": "STAGE" if good else "AWS_SECRET_ACCESS_KEY", "value": "x", "type": "PLAINTEXT"}
    source = {"type": "CODECOMMIT", "location": "https://git-codecommit.us-east-1.amazonaws.com/v1/repos/portal"}
    if not good:
        source = {"type": "BITBUCKET", "location": "https://user:secret@bitbucket.org/clinic/portal.git"}
    status = "ENABLED" if good else "DISABLED"
    client("codebuild").create_project(
        name="portal-build",
        source=source,
        artifacts={"type": "NO_ARTIFACTS"},
        environment={
            "type": "LINUX_CONTAINER",
            "image": "aws/codebuild/standard:7.0",
            "computeType": "BUILD_GENERAL1_SMALL",
            "environmentVariables": [variable],
        },
        serviceRole=role,
        logsConfig={"cloudWatchLogs": {"status": status}},
    )
    client("elasticbeanstalk").create_application(ApplicationName="portal")
    client("elasticbeanstalk").create_environment(
        ApplicationName="portal",
        EnvironmentName="portal-prod",
        SolutionStackName="64bit Amazon Linux 2 v3.1.0 running Corretto 11",
    )


def make_stores(client: Any, key: str, *, good: bool) -> None:
    """Make a topic, a secret and a document."""
    topic = client("sns").create_topic(Name="results", Attributes={"KmsMasterKeyId": key} if good else {})["TopicArn"]
    secrets = client("secretsmanager")
    secret = secrets.create_secret(Name="records", SecretString="x", **({"KmsKeyId": key} if good else {}))["ARN"]
    documents = client("ssm")
    content = {"schemaVersion": "2.2", "description": "a", "mainSteps": []}
    documents.create_document(Content=json.dumps(content), Name="restart", DocumentType="Command")
    if good:
        secrets.rotate_secret(SecretId=secret, RotationRules={"AutomaticallyAfterDays": 30})
        return
    everybody = {"Effect": "Allow", "Principal": "*", "Resource": "*"}
    open_topic = {"Version": "2012-10-17", "Statement": [{**everybody, "Action": "sns:Publish", "Resource": topic}]}
    client("sns").set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(open_topic))
    open_secret = {
        "Version": "2012-10-17",
        "Statement": [{**everybody, "Action": "secretsmanager:GetSecretValue"}],
    }
    secrets.put_resource_policy(SecretId=secret, ResourcePolicy=json.dumps(open_secret))
    documents.modify_document_permission(Name="restart", PermissionType="Share", AccountIdsToAdd=["all"])


def make_watchers(client: Any, role: str) -> None:
    """Turn on what watches a region."""
    client("guardduty").create_detector(Enable=True)
    client("securityhub").enable_security_hub()
    recorder = client("config")
    recorder.put_configuration_recorder(
        ConfigurationRecorder={"name": "default", "roleARN": role, "recordingGroup": {"allSupported": True}}
    )
    client("s3").create_bucket(Bucket="config-records")
    recorder.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": "config-records"})
    recorder.start_configuration_recorder(ConfigurationRecorderName="default")


def make(region: str, *, good: bool) -> None:
    """Make everything of a region."""
    import boto3

    def client(service: str) -> Any:
        return boto3.client(service, region_name=region)

    trust = '{"Version":"2012-10-17","Statement":[]}'
    role = client("iam").create_role(RoleName=f"role-{region}", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    key = client("kms").create_key()["KeyMetadata"]["Arn"]
    make_function(client, role, good=good)
    make_containers(client, role, key, good=good)
    make_builds(client, role, good=good)
    make_stores(client, key, good=good)
    if good:
        make_watchers(client, role)


def scan() -> tuple[list[Resource], list[CollectionGap], dict[tuple[str, str, str], set[str]]]:
    """Collect and judge both regions: the verdicts by region, type and control."""
    types = catalog()
    rules = select(library.load(library.shipped(), types), types, "hipaa-security-rule")
    need = {name: paths for name, paths in needs(rules).items() if name in TYPES}
    options = Options(now=NOW, regions=(GOOD, BAD), need=need)
    found = list(AwsCollector().collect("aws", options, lambda _: None))
    resources = [each for each in found if isinstance(each, Resource)]
    lines = [wire.encode(each) for each in sorted(resources, key=lambda each: (each.type, each.id))]
    verdicts: dict[tuple[str, str, str], set[str]] = {}
    by_id = {(each.type, each.id): each for each in resources}
    for finding in evaluate(lambda: iter(lines), compile_rules(rules), NOW, passes=True):
        if finding.resource is not None:
            resource = by_id[finding.resource.type, finding.resource.id]
            verdicts.setdefault((str(resource.region), resource.type, finding.control), set()).add(finding.verdict)
    return resources, [each for each in found if isinstance(each, CollectionGap)], verdicts


def test_good_and_bad_of_each_type(aws_environment: str) -> None:
    """Each control gives its verdict through the real collector and engine, in each region."""
    make(GOOD, good=True)
    make(BAD, good=False)

    resources, gaps, verdicts = scan()

    assert gaps == []
    assert sorted((each.type, str(each.region)) for each in resources) == sorted(
        (name, region) for name in TYPES for region in (GOOD, BAD)
    )
    seen = {
        (name, control): tuple(
            "|".join(sorted(verdicts.get((region, name, control), {"not_applicable"}))) for region in (GOOD, BAD)
        )
        for name, control in JUDGED
    }
    assert seen == JUDGED
    assert all(b"user:secret" not in wire.encode(each) for each in resources)
