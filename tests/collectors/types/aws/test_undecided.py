"""Arguments of Terraform code that a variable without a value decides: nothing passes, or fails, for them."""

from pathlib import Path
from textwrap import dedent

import pytest
from fakes_terraform import FakeBlock, FakeSource, Ref

from phiward.collectors.port import Options
from phiward.collectors.terraform.collector import TerraformCollector
from phiward.collectors.types.aws.arguments import is_set, surely_set
from phiward.collectors.types.aws.kms_keys import named_key
from phiward.inventory.aspects import EncryptionAtRest
from phiward.inventory.model import Resource, Unknown

KEY = 'resource "aws_kms_key" "ephi" {}\n'
CHOSEN = "var.own ? aws_kms_key.ephi.arn : null"


def read(path: Path, code: str, kind: str) -> Resource:
    """Return the one resource of a type that some code makes."""
    (path / "main.tf").write_text('variable "own" {}\nvariable "off" { default = false }\n' + dedent(code))
    every = TerraformCollector().collect(str(path), Options(), lambda _: None)
    return next(each for each in every if isinstance(each, Resource) and each.type == kind)


def fact(resource: Resource, path: str) -> object:
    """Return what a resource says at a path."""
    value: object = resource
    for name in path.split("."):
        value = value[name] if isinstance(value, dict) else getattr(value, name)
    return value


@pytest.mark.parametrize(
    ("kind", "path", "code"),
    [
        (
            "aws.rds.instance",
            "encryption_at_rest.key_owner",
            f'resource "aws_db_instance" "a" {{\n storage_encrypted = true\n kms_key_id = {CHOSEN}\n}}',
        ),
        (
            "aws.logs.log_group",
            "encryption_at_rest.key_owner",
            f'resource "aws_cloudwatch_log_group" "a" {{\n kms_key_id = {CHOSEN}\n}}',
        ),
        (
            "aws.logs.log_group",
            "encryption_at_rest.key_owner",
            'resource "aws_cloudwatch_log_group" "a" {\n kms_key_id = var.own\n}',
        ),
        (
            "aws.sns.topic",
            "encryption_at_rest.enabled",
            f'resource "aws_sns_topic" "a" {{\n kms_master_key_id = {CHOSEN}\n}}',
        ),
        (
            "aws.sns.topic",
            "encryption_at_rest.enabled",
            'resource "aws_sns_topic" "a" {\n kms_master_key_id = var.own\n}',
        ),
        (
            "aws.lambda.function",
            "config.in_vpc",
            'resource "aws_lambda_function" "a" {\n vpc_config {\n  subnet_ids = var.own\n }\n}',
        ),
        (
            "aws.lambda.function",
            "config.in_vpc",
            """
            resource "aws_subnet" "s" { count = 2 }
            resource "aws_lambda_function" "a" {
              dynamic "vpc_config" {
                for_each = var.own ? [1] : []
                content { subnet_ids = aws_subnet.s[*].id }
              }
            }
            """,
        ),
        (
            "aws.lambda.function",
            "config.dead_letters",
            'resource "aws_lambda_function" "a" {\n dead_letter_config {\n  target_arn = var.own\n }\n}',
        ),
        (
            "aws.lambda.function",
            "config.dead_letters",
            """
            resource "aws_lambda_function" "a" { function_name = "a" }
            resource "aws_sqs_queue" "q" {}
            resource "aws_lambda_function_event_invoke_config" "a" {
              count = var.own
              function_name = "a"
              destination_config {
                on_failure { destination = aws_sqs_queue.q.arn }
              }
            }
            """,
        ),
        (
            "aws.lambda.function",
            "patching.automatic",
            'resource "aws_lambda_function" "a" {\n package_type = var.own\n runtime = "python3.13"\n}',
        ),
        (
            "aws.efs.file_system",
            "resilience.redundant",
            'resource "aws_efs_file_system" "a" {\n availability_zone_name = var.own\n}',
        ),
        (
            "aws.sagemaker.notebook_instance",
            "config.in_vpc",
            'resource "aws_sagemaker_notebook_instance" "a" {\n subnet_id = var.own\n}',
        ),
        (
            "aws.elasticache.replication_group",
            "authentication.anonymous",
            """
            resource "random_password" "p" {}
            resource "aws_elasticache_replication_group" "a" {
              auth_token = var.own ? random_password.p.result : null
            }
            """,
        ),
        (
            "aws.autoscaling.group",
            "config.load_balanced",
            """
            resource "aws_lb_target_group" "t" {}
            resource "aws_autoscaling_group" "a" {
              target_group_arns = var.own ? [aws_lb_target_group.t.arn] : []
            }
            """,
        ),
        (
            "aws.cloudfront.distribution",
            "encryption_in_transit.minimum_tls",
            """
            resource "aws_cloudfront_distribution" "a" {
              viewer_certificate {
                acm_certificate_arn      = var.own
                minimum_protocol_version = "TLSv1.2_2021"
              }
            }
            """,
        ),
        (
            "aws.apigateway.stage",
            "config.client_certificate",
            """
            resource "aws_api_gateway_client_certificate" "c" {}
            resource "aws_api_gateway_stage" "a" {
              client_certificate_id = var.own ? aws_api_gateway_client_certificate.c.id : null
            }
            """,
        ),
        (
            "aws.ec2.instance",
            "config.instance_profile",
            """
            resource "aws_iam_instance_profile" "p" {}
            resource "aws_instance" "a" {
              iam_instance_profile = var.own ? aws_iam_instance_profile.p.name : null
            }
            """,
        ),
    ],
)
def test_what_a_variable_without_a_value_decides_is_unknown(path: str, kind: str, code: str, tmp_path: Path) -> None:
    """It may be null, which leaves the argument out: that it refers to a resource besides changes nothing."""
    found = fact(read(tmp_path, KEY + dedent(code), kind), path)

    assert isinstance(found, Unknown), found
    assert "var.own has no value" in found.reason


def test_a_variable_that_chooses_no_key_leaves_it_to_the_provider(tmp_path: Path) -> None:
    """The expression names a key of the customer's all the same."""
    code = 'resource "aws_db_instance" "a" {\n storage_encrypted = true\n kms_key_id = var.off ? aws_kms_key.k.arn : null\n}'

    found = read(tmp_path, 'resource "aws_kms_key" "k" {}\n' + code, "aws.rds.instance").encryption_at_rest

    assert isinstance(found, EncryptionAtRest)
    assert found.key_owner == "managed"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, False),
        ("", False),
        ([], False),
        ("alias/ephi", True),
        (Ref("aws_kms_key.ephi.arn"), True),
    ],
)
def test_an_argument_is_set_where_something_is_given(given: object, expected: bool) -> None:
    """What another resource makes is there after the apply."""
    assert is_set(FakeBlock("aws_sns_topic.a", kms_master_key_id=given), "kms_master_key_id") is expected


@pytest.mark.parametrize("refs", [(), ("var.own",), ("aws_kms_key.ephi.arn", "var.own"), ("module.keys.arn",)])
def test_what_is_not_known_to_come_from_resources_alone_may_be_null(refs: tuple[str, ...]) -> None:
    """A variable, and an output of a module that is not at hand, may be."""
    assert not surely_set(Unknown("not known", refs))


PERHAPS = "count = var.own ? 1 : 0"


@pytest.mark.parametrize(
    ("kind", "path", "code"),
    [
        (
            "aws.ec2.volume",
            "encryption_at_rest.enabled",
            f'resource "aws_ebs_encryption_by_default" "a" {{ {PERHAPS} }}\nresource "aws_ebs_volume" "v" {{}}',
        ),
        (
            "aws.ec2.region",
            "encryption_at_rest.enabled",
            f'resource "aws_ebs_encryption_by_default" "a" {{ {PERHAPS} }}',
        ),
        (
            "aws.ec2.volume",
            "encryption_at_rest.key_owner",
            (
                'resource "aws_ebs_volume" "v" { encrypted = true }\nresource "aws_ebs_default_kms_key" "a" {\n'
                f" key_arn = aws_kms_key.ephi.arn\n {PERHAPS}\n}}"
            ),
        ),
        (
            "aws.s3.bucket",
            "exposure.public_access_blocked",
            f"""
            resource "aws_s3_bucket" "b" {{}}
            resource "aws_s3_account_public_access_block" "a" {{
              {PERHAPS}
              block_public_acls       = true
              block_public_policy     = true
              ignore_public_acls      = true
              restrict_public_buckets = true
            }}
            """,
        ),
        (
            "aws.config.region",
            "config.delivers",
            (
                'resource "aws_config_configuration_recorder" "r" {}\n'
                f'resource "aws_config_delivery_channel" "a" {{ {PERHAPS} }}'
            ),
        ),
        ("aws.config.region", "config.exists", f'resource "aws_config_configuration_recorder" "r" {{ {PERHAPS} }}'),
        ("aws.guardduty.region", "config.enabled", f'resource "aws_guardduty_detector" "d" {{ {PERHAPS} }}'),
        ("aws.securityhub.region", "config.enabled", f'resource "aws_securityhub_account" "h" {{ {PERHAPS} }}'),
        (
            "aws.securityhub.region",
            "config.integrations",
            (
                'resource "aws_securityhub_account" "h" {}\nresource "aws_securityhub_product_subscription" "p" {\n'
                f' product_arn = "arn:aws:securityhub:us-east-1::product/aws/guardduty"\n {PERHAPS}\n}}'
            ),
        ),
        (
            "aws.accessanalyzer.region",
            "config.external_access",
            f'resource "aws_accessanalyzer_analyzer" "a" {{ {PERHAPS} }}',
        ),
        (
            "aws.dynamodb.table",
            "config.read_autoscaled",
            f"""
            resource "aws_dynamodb_table" "t" {{ name = "t" }}
            resource "aws_appautoscaling_target" "t" {{
              {PERHAPS}
              resource_id        = "table/t"
              service_namespace  = "dynamodb"
              scalable_dimension = "dynamodb:table:ReadCapacityUnits"
            }}
            """,
        ),
        (
            "aws.dynamodb.table",
            "backup.planned",
            f"""
            resource "aws_dynamodb_table" "t" {{ name = "t" }}
            resource "aws_backup_selection" "s" {{
              {PERHAPS}
              resources = [aws_dynamodb_table.t.arn]
            }}
            """,
        ),
        (
            "aws.s3.bucket",
            "config.object_reads_recorded",
            f"""
            resource "aws_s3_bucket" "b" {{ bucket = "scans" }}
            resource "aws_cloudtrail" "t" {{
              {PERHAPS}
              name           = "t"
              s3_bucket_name = "logs"
              event_selector {{
                data_resource {{
                  type   = "AWS::S3::Object"
                  values = ["arn:aws:s3"]
                }}
              }}
            }}
            """,
        ),
        (
            "aws.s3.bucket",
            "logging.enabled",
            f"""
            resource "aws_s3_bucket" "logs" {{ bucket = "logs" }}
            resource "aws_s3_bucket_logging" "a" {{
              {PERHAPS}
              bucket        = "scans"
              target_bucket = aws_s3_bucket.logs.id
              target_prefix = "a/"
            }}
            """,
        ),
        (
            "aws.logs.metric_filter",
            "relations.alarms",
            f"""
            resource "aws_cloudwatch_log_metric_filter" "f" {{
              name           = "f"
              pattern        = "x"
              log_group_name = "g"
              metric_transformation {{
                name      = "m"
                namespace = "n"
                value     = "1"
              }}
            }}
            resource "aws_cloudwatch_metric_alarm" "a" {{
              {PERHAPS}
              alarm_name  = "a"
              metric_name = "m"
              namespace   = "n"
            }}
            """,
        ),
    ],
)
def test_a_setting_that_may_not_be_there_leaves_open_what_it_would_decide(
    path: str, kind: str, code: str, tmp_path: Path
) -> None:
    """Whether there is one at all hangs on a variable without a value."""
    found = fact(read(tmp_path, KEY + dedent(code), kind), path)

    assert isinstance(found, Unknown), found
    assert "may not exist" in found.reason
    assert "var.own has no value" in found.reason


class Planned(FakeBlock):
    """A block of a plan: what its expression mentions is told beside the value that came of it."""

    def references(self, name: str) -> tuple[str, ...]:
        """Return the key of the customer's, which the expression would have named in another case."""
        return ("aws_kms_key.ephi",)


@pytest.mark.parametrize("given", [None, "alias/aws/rds"])
def test_a_planned_key_is_the_one_that_came_of_the_expression(given: str | None) -> None:
    """`var.own ? aws_kms_key.ephi.arn : null` with the variable false mentions the key all the same."""
    block = Planned("aws_db_instance.a", kms_key_id=given)

    assert named_key(block, "kms_key_id", FakeSource([FakeBlock("aws_kms_key.ephi")])) == ("managed", given)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("aws.elbv2.load_balancer", 'resource "aws_lb" "a" {}'),
        ("aws.elb.load_balancer", 'resource "aws_elb" "a" {}'),
        ("aws.cloudfront.distribution", 'resource "aws_cloudfront_distribution" "a" {}'),
    ],
)
def test_a_way_in_that_the_code_does_not_show_is_not_an_encrypted_one(kind: str, code: str, tmp_path: Path) -> None:
    """A load balancer shared by several teams gets its listeners in the code of each."""
    assert isinstance(fact(read(tmp_path, code, kind), "encryption_in_transit.enforced"), Unknown)
