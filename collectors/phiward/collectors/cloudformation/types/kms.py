"""KMS: keys, their replicas and their names."""

from typing import Any

from phiward.collectors.cloudformation.shapes import Rule, Shape, Spec, document
from phiward.collectors.documents import Span


def _enabled(value: Any, _: Span) -> tuple[tuple[str, Any], ...]:
    """Terraform calls it otherwise in keys whose material is imported."""
    return ("is_enabled", value), ("enabled", value)


_KEY: Spec = {
    "KeyPolicy": document("policy"),
    "Enabled": Rule(("is_enabled", "enabled"), _enabled),
    "KeySpec": "customer_master_key_spec",
}

SHAPES = (
    Shape(
        "AWS::KMS::Key",
        "aws_kms_key",
        _KEY,
        by="Origin",
        variant=lambda origin: "aws_kms_external_key" if origin == "EXTERNAL" else "aws_kms_key",
    ),
    Shape("AWS::KMS::ReplicaKey", "aws_kms_replica_key", {"KeyPolicy": document("policy")}),
    Shape("AWS::KMS::Alias", "aws_kms_alias", {"AliasName": "name"}),
)
