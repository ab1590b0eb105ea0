"""SageMaker notebook instances. Calls `sagemaker:ListNotebookInstances`, `DescribeNotebookInstance`, `ListTags` and
`kms:DescribeKey`.
"""  # noqa: D205 - the calls are the summary

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws.answers import arn, asked_tags, live
from phiward.collectors.types.aws.arguments import text
from phiward.collectors.types.aws.kms_keys import encrypts_with, named_key, owner_of
from phiward.collectors.types.aws.nested import nested_text
from phiward.collectors.types.aws.sagemaker_encryption import unseen, volume_encryption
from phiward.inventory.aspects import EncryptionAtRest
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown


class NotebookConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only a notebook instance has."""

    direct_internet_access: Maybe[bool]
    """SageMaker gives it a way to the internet past the VPC, its rules and its flow logs."""
    root_access: Maybe[bool]
    """Its users are administrators of the machine."""
    in_vpc: Maybe[bool]
    """It has an address in a subnet of the customer's."""
    metadata_version: Maybe[str | None]
    """The lowest version of the instance metadata service that it answers: `1` or `2`."""


TYPE = ResourceType(
    name="aws.sagemaker.notebook_instance",
    title="SageMaker notebook instance",
    aspects=(EncryptionAtRest,),
    config=NotebookConfig,
    relations={
        "security_groups": Relation("the security groups that filter its traffic", ("aws.ec2.security_group",)),
        "encrypts_with": Relation("the KMS key its volume is encrypted with", ("aws.kms.key",)),
    },
    stores_data=True,
)

_FILLS = ("encryption_at_rest", "config", "relations")


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every notebook instance of the region."""
    yield from aws.pages("sagemaker", "list_notebook_instances", "NotebookInstances")


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one notebook instance, described."""
    name, identity = item["NotebookInstanceName"], item["NotebookInstanceArn"]
    found = aws.ask("sagemaker", "describe_notebook_instance", fills=_FILLS, NotebookInstanceName=name)
    encryption, config, groups = _told(aws, Unknown("it is gone") if found is None else found)
    return live(
        aws,
        TYPE,
        identity,
        name=name,
        tags=asked_tags(aws, "sagemaker", "list_tags", "Tags", ResourceArn=identity),
        encryption_at_rest=encryption,
        config=config,
        relations={"security_groups": groups, "encrypts_with": encrypts_with(encryption)},
    )


def _told(aws: Aws, notebook: Maybe[dict[str, Any]]) -> tuple[EncryptionAtRest, NotebookConfig, Maybe[tuple[str, ...]]]:
    if isinstance(notebook, Unknown):
        config = NotebookConfig(
            direct_internet_access=notebook, root_access=notebook, in_vpc=notebook, metadata_version=notebook
        )
        return unseen(notebook), config, notebook
    key = notebook.get("KmsKeyId")
    metadata = notebook.get("InstanceMetadataServiceConfiguration") or {}
    groups = sorted(notebook.get("SecurityGroups", ()))
    config = NotebookConfig(
        # SageMaker gives the way wherever it was not declined.
        direct_internet_access=notebook.get("DirectInternetAccess", "Enabled") == "Enabled",
        root_access=notebook.get("RootAccess", "Enabled") == "Enabled",
        in_vpc=bool(notebook.get("SubnetId")),
        metadata_version=metadata.get("MinimumInstanceMetadataServiceVersion"),
    )
    return (
        volume_encryption(owner_of(aws, key) if key else None, key),
        config,
        tuple(arn(aws, "ec2", f"security-group/{group}") for group in groups),
    )


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the instance that an `aws_sagemaker_notebook_instance` block makes."""
    owner, key = named_key(block, "kms_key_id", source)
    encryption = volume_encryption(owner, key)
    groups = source.owners("aws_security_group", block, "security_groups")
    direct, root = text(block, "direct_internet_access", "Enabled"), text(block, "root_access", "Enabled")
    return source.resource(
        block,
        TYPE,
        parts=parts,
        encryption_at_rest=encryption,
        config=NotebookConfig(
            direct_internet_access=direct if isinstance(direct, Unknown) else direct == "Enabled",
            root_access=root if isinstance(root, Unknown) else root == "Enabled",
            in_vpc=block.get("subnet_id") is not None,
            metadata_version=nested_text(
                block,
                "instance_metadata_service_configuration",
                "minimum_instance_metadata_service_version",
                default=None,
            ),
        ),
        relations={
            "security_groups": groups
            if isinstance(groups, Unknown)
            else tuple(sorted(source.id(group) for group in groups)),
            "encrypts_with": encrypts_with(encryption),
        },
        lines={
            "encryption_at_rest": block.lines("kms_key_id"),
            "config.direct_internet_access": block.lines("direct_internet_access"),
            "config.root_access": block.lines("root_access"),
            "config.in_vpc": block.lines("subnet_id"),
        },
    )


TERRAFORM = (Form(main="aws_sagemaker_notebook_instance", build=from_terraform, identified_by=("name", "id", "arn")),)
