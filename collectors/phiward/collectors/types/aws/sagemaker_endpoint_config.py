"""SageMaker endpoint configurations: how a model is served. Calls `sagemaker:ListEndpointConfigs`,
`DescribeEndpointConfig`, `ListTags` and `kms:DescribeKey`.

A named key encrypts the storage volumes of the machines. Disks inside a machine (its local NVMe storage) are encrypted
by the machine's own hardware, and no named key can change that; a configuration that cannot use a key is not weaker.
"""  # noqa: D205 - the calls are the summary

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws.answers import asked_tags, live
from phiward.collectors.types.aws.arguments import flag
from phiward.collectors.types.aws.kms_keys import encrypts_with, named_key, owner_of
from phiward.collectors.types.aws.nested import nested_flag
from phiward.collectors.types.aws.sagemaker_encryption import unseen, volume_encryption
from phiward.inventory.aspects import EncryptionAtRest
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown


class EndpointConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only an endpoint configuration has."""

    data_capture: Maybe[bool]
    """What is sent to the model, or comes from it, is kept in a bucket."""
    network_isolation: Maybe[bool]
    """The model's container can reach nothing over the network."""


TYPE = ResourceType(
    name="aws.sagemaker.endpoint_config",
    title="SageMaker endpoint configuration",
    aspects=(EncryptionAtRest,),
    config=EndpointConfig,
    relations={"encrypts_with": Relation("the KMS key its volumes are encrypted with", ("aws.kms.key",))},
    stores_data=True,
)

_FILLS = ("encryption_at_rest", "config", "relations")


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every endpoint configuration of the region."""
    yield from aws.pages("sagemaker", "list_endpoint_configs", "EndpointConfigs")


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one configuration, described."""
    name, identity = item["EndpointConfigName"], item["EndpointConfigArn"]
    found = aws.ask("sagemaker", "describe_endpoint_config", fills=_FILLS, EndpointConfigName=name)
    encryption, config = _told(aws, Unknown("it is gone") if found is None else found)
    return live(
        aws,
        TYPE,
        identity,
        name=name,
        tags=asked_tags(aws, "sagemaker", "list_tags", "Tags", ResourceArn=identity),
        encryption_at_rest=encryption,
        config=config,
        relations={"encrypts_with": encrypts_with(encryption)},
    )


def _told(aws: Aws, found: Maybe[dict[str, Any]]) -> tuple[EncryptionAtRest, EndpointConfig]:
    if isinstance(found, Unknown):
        return unseen(found), EndpointConfig(data_capture=found, network_isolation=found)
    key = found.get("KmsKeyId")
    return volume_encryption(owner_of(aws, key) if key else None, key), EndpointConfig(
        data_capture=bool((found.get("DataCaptureConfig") or {}).get("EnableCapture", False)),
        network_isolation=bool(found.get("EnableNetworkIsolation", False)),
    )


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the configuration that an `aws_sagemaker_endpoint_configuration` block makes."""
    owner, key = named_key(block, "kms_key_arn", source)
    encryption = volume_encryption(owner, key)
    return source.resource(
        block,
        TYPE,
        parts=parts,
        encryption_at_rest=encryption,
        config=EndpointConfig(
            data_capture=nested_flag(block, "data_capture_config", "enable_capture", default=False, without=False),
            network_isolation=flag(block, "enable_network_isolation", default=False),
        ),
        relations={"encrypts_with": encrypts_with(encryption)},
        lines={
            "encryption_at_rest": block.lines("kms_key_arn"),
            "config.data_capture": block.lines("data_capture_config"),
        },
    )


TERRAFORM = (
    Form(main="aws_sagemaker_endpoint_configuration", build=from_terraform, identified_by=("name", "id", "arn")),
)
