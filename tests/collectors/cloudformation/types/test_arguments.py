"""Whatever a form asks of a block, a template can say: in a resource that has every property, nothing is left out."""

import json
from pathlib import Path
from typing import Any

import pytest
from cloudformation_code import found
from cloudformation_schemas import example

from phiward.collectors.cloudformation import shapes
from phiward.collectors.cloudformation.block import TemplateBlock

EVERYWHERE = {"tags", "tags_all", "name"}
"""Arguments that not every type has."""
CHOSEN = {"AWS::FSx::FileSystem": {"FileSystemType": "WINDOWS"}}
"""Values that the schema leaves open and that decide what a resource is."""
NOT_IN_TEMPLATES: dict[str, set[str]] = {
    "AWS::ApiGateway::Stage": {"aws_api_gateway_stage.arn", "aws_api_gateway_stage.id"},
    "AWS::AutoScaling::LaunchConfiguration": {
        "aws_launch_configuration.ebs_block_device.kms_key_id",
        "aws_launch_configuration.root_block_device",
        "aws_launch_configuration.user_data_base64",
    },
    "AWS::CertificateManager::Certificate": {"aws_acm_certificate.certificate_body", "aws_acm_certificate.private_key"},
    "AWS::DynamoDB::GlobalTable": {"aws_dynamodb_table.replica"},
    "AWS::DynamoDB::Table": {"aws_dynamodb_table.replica"},
    "AWS::EC2::FlowLog": {"aws_flow_log.vpc_id"},
    "AWS::EC2::Instance": {
        "aws_instance.root_block_device",
        "aws_instance.user_data_base64",
        "aws_instance.volume_tags",
    },
    "AWS::EC2::InternetGateway": {"aws_internet_gateway.vpc_id"},
    "AWS::EC2::NetworkAcl": {"aws_network_acl.egress", "aws_network_acl.ingress", "aws_network_acl.subnet_ids"},
    "AWS::EC2::RouteTable": {"aws_route_table.route"},
    "AWS::EC2::SecurityGroup": {"aws_security_group.egress.self", "aws_security_group.ingress.self"},
    "AWS::ElastiCache::CacheCluster": {"aws_elasticache_cluster.replication_group_id"},
    "AWS::ElasticLoadBalancingV2::LoadBalancer": {
        "aws_lb.access_logs",
        "aws_lb.drop_invalid_header_fields",
        "aws_lb.enable_cross_zone_load_balancing",
        "aws_lb.enable_deletion_protection",
    },
    "AWS::Elasticsearch::Domain": {"aws_elasticsearch_domain.software_update_options"},
    "AWS::IAM::Group": {
        "aws_iam_group.inline_policy",
        "aws_iam_group.managed_policy_arns",
        "aws_iam_group.permissions_boundary",
    },
    "AWS::IAM::User": {"aws_iam_user.inline_policy", "aws_iam_user.managed_policy_arns"},
    "AWS::KMS::Key": {"aws_kms_key.custom_key_store_id"},
    "AWS::KMS::ReplicaKey": {"aws_kms_replica_key.custom_key_store_id", "aws_kms_replica_key.rotation_period_in_days"},
    "AWS::Redshift::Cluster": {"aws_redshift_cluster.logging", "aws_redshift_cluster.snapshot_copy"},
    "AWS::S3::Bucket": {
        "aws_s3_bucket.access_control_policy",
        "aws_s3_bucket.id",
        "aws_s3_bucket.policy",
        "aws_s3_bucket_replication_configuration.status",
        "aws_s3_bucket_versioning.versioning_configuration.mfa_delete",
    },
    "AWS::SNS::Topic": {"aws_sns_topic.policy"},
    "AWS::SSM::Document": {"aws_ssm_document.permissions"},
    "AWS::SecretsManager::Secret": {"aws_secretsmanager_secret.policy"},
    "AWS::Serverless::Api": {
        "aws_api_gateway_rest_api.endpoint_configuration.types",
        "aws_api_gateway_stage.client_certificate_id",
    },
    "AWS::Serverless::Function": {"aws_lambda_function.dead_letter_config.target_arn"},
    "AWS::Serverless::HttpApi": {"aws_apigatewayv2_stage.default_route_settings.detailed_metrics_enabled"},
    "AWS::Serverless::SimpleTable": {
        "aws_dynamodb_table.billing_mode",
        "aws_dynamodb_table.deletion_protection_enabled",
        "aws_dynamodb_table.replica",
    },
}
"""What the form of a type asks and a template has no property for: it is another resource there, a mapping that names no
members in the schema, a list whose elements say it by their keys, or it is not to be had by CloudFormation at all."""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, bool]:
    """Return what is asked of blocks, by its path, and whether it was there in any of them."""
    paths: dict[int, str] = {}
    kept: list[Any] = []
    seen: dict[str, bool] = {}
    get, blocks = TemplateBlock.get, TemplateBlock.blocks

    def note(block: TemplateBlock, name: str) -> None:
        path = f"{paths.get(id(block), block.type)}.{name}"
        seen[path] = seen.get(path, False) or name in block._args

    def noting_get(self: TemplateBlock, name: str, default: Any = None) -> Any:
        note(self, name)
        return get(self, name, default)

    def noting_blocks(self: TemplateBlock, name: str) -> list[Any]:
        note(self, name)
        made = blocks(self, name)
        paths.update({id(each): f"{paths.get(id(self), self.type)}.{name}" for each in made})
        kept.extend(made)
        return made

    monkeypatch.setattr(TemplateBlock, "get", noting_get)
    monkeypatch.setattr(TemplateBlock, "blocks", noting_blocks)
    return seen


@pytest.mark.parametrize("kind", sorted(shapes.discover()))
def test_nothing_that_is_asked_is_called_otherwise(kind: str, asked: dict[str, bool], tmp_path: Path) -> None:
    """A property under another name than the form asks for would be read as left out."""
    resource = {"Type": kind, "Properties": {**example(kind), **CHOSEN.get(kind, {})}}
    found(tmp_path, json.dumps({"Resources": {"Everything": resource}}), name="template.json")
    missing = {
        path
        for path, there in asked.items()
        if not there and not path.startswith("aws.") and path.rpartition(".")[2] not in EVERYWHERE
    }

    assert missing == NOT_IN_TEMPLATES.get(kind, set())
