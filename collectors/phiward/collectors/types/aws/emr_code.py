"""EMR clusters as Terraform writes them, with their security configuration and the region's block of public access."""

from typing import Any

import msgspec

from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws import emr_security
from phiward.collectors.types.aws.arguments import flag, number, text
from phiward.collectors.types.aws.emr_facts import ClusterFacts, Guard, aspects
from phiward.collectors.types.aws.emr_security import Security
from phiward.collectors.types.aws.kms_keys import KEY_TYPES, KeyOwner, encrypts_with
from phiward.collectors.types.aws.reach import Reach
from phiward.inventory.catalog import ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown

_ADDRESS = Unknown("the subnet it lies in decides whether its machines get public addresses")
_GUARD = Unknown("the region's block of public access is not in the code")


def forms(of: ResourceType) -> tuple[Form, ...]:
    """Return the Terraform form of the type."""

    def build(block: Block, parts: Parts, source: Source) -> Resource:
        return from_terraform(block, parts, source, of)

    return (Form(main="aws_emr_cluster", build=build, identified_by=("id", "arn", "name")),)


def from_terraform(block: Block, parts: Parts, source: Source, of: ResourceType) -> Resource:
    """Build the cluster that an `aws_emr_cluster` block makes."""
    security = _security(block, source)
    security, owner = _key(security, source)
    keeps = flag(block, "keep_job_flow_alive_when_no_steps", default=True)
    said = aspects(
        ClusterFacts(
            security=security,
            key_owner=owner,
            address=_ADDRESS,
            reached=Reach(public=_ADDRESS, ways=_ADDRESS),
            guard=_guard(source),
            log=text(block, "log_uri", None),
            protected=None if keeps is False else flag(block, "termination_protection", default=False),
            release=text(block, "release_label", None),
        )
    )
    return source.resource(
        block,
        of,
        parts=parts,
        relations={
            "security_groups": Unknown("EMR makes those that it manages"),
            "encrypts_with": encrypts_with(said["encryption_at_rest"]),
        },
        lines={
            "encryption_at_rest": block.lines("security_configuration"),
            "encryption_in_transit": block.lines("security_configuration"),
            "config.kerberos": block.lines("security_configuration"),
            "logging": block.lines("log_uri"),
            "resilience": block.lines("termination_protection"),
            "network": block.lines("ec2_attributes"),
        },
        **said,
    )


def _security(block: Block, source: Source) -> Security:
    named = text(block, "security_configuration", None)
    owners = source.owners("aws_emr_security_configuration", block, "security_configuration")
    found = source.find(owners[0]) if not isinstance(owners, Unknown) and owners else None
    if found is not None:
        value: Any = found.get("configuration")
        return emr_security.read(getattr(value, "value", value))  # of JSON partly unknown, the data
    if named is None:
        return emr_security.NONE
    why = named if isinstance(named, Unknown) else Unknown(f"the security configuration {named!r} is not in the code")
    return emr_security.unseen(owners if isinstance(owners, Unknown) else why)


def _key(security: Security, source: Source) -> tuple[Security, Maybe[KeyOwner | None]]:
    """Return the configuration with the id of a key that is in the code, and whose key it is."""
    key = security.key
    if isinstance(key, Unknown):
        made = next((ref for ref in key.refs if any(f"{kind}." in f".{ref}" for kind in KEY_TYPES)), None)
        if made is not None:
            address = made.removesuffix(".arn").removesuffix(".id").removesuffix(".key_id")
            return msgspec.structs.replace(security, key=source.id(address)), "customer"
        return security, key
    if security.key_owner is not None or key is None:
        return security, security.key_owner
    return security, Unknown("the security configuration names a key by its id, which does not tell whose key it is")


def _guard(source: Source) -> Guard:
    """Return the block of public access that the code sets up for the cluster's region."""
    for block in source.blocks("aws_emr_block_public_access_configuration"):
        ports: list[str] = []
        for entry in block.blocks("permitted_public_security_group_rule_range"):
            if isinstance(entry, Unknown):
                return Guard(flag(block, "block_public_security_group_rules", default=_GUARD), entry)
            first, last = number(entry, "min_range", _GUARD), number(entry, "max_range", _GUARD)
            unseen = next((each for each in (first, last) if isinstance(each, Unknown)), None)
            if unseen is not None:
                return Guard(flag(block, "block_public_security_group_rules", default=_GUARD), unseen)
            ports.append(f"{first}-{last}")
        return Guard(flag(block, "block_public_security_group_rules", default=_GUARD), tuple(ports))
    return Guard(_GUARD, _GUARD)
