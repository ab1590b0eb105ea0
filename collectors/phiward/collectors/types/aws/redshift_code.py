"""Redshift clusters as Terraform writes them: the cluster, its parameter group, its log and its snapshot copy."""

from typing import Any

from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws.arguments import as_text, flag, number, text, texts
from phiward.collectors.types.aws.kms_keys import encrypts_with, named_key
from phiward.collectors.types.aws.nested import only, part
from phiward.collectors.types.aws.placement import exposed_by_code
from phiward.collectors.types.aws.rds_cluster import known_all
from phiward.collectors.types.aws.redshift_facts import ClusterFacts, Parameters, aspects
from phiward.inventory.aspects import Exposure, Logging
from phiward.inventory.catalog import ResourceType
from phiward.inventory.model import Lines, Maybe, Resource, Unknown

PARAMETERS = ("require_ssl", "enable_user_activity_logging")
_GROUP = "aws_redshift_parameter_group"
_LOG = "aws_redshift_logging"
_COPY = "aws_redshift_snapshot_copy"
_PORT = 5439
_KINDS = ("connectionlog", "useractivitylog", "userlog")
_TLS_BY_FAMILY = {"redshift-1.0": False, "redshift-2.0": True}
"""Whether a group demands TLS where nobody says otherwise (*Amazon Redshift parameter groups*, Management Guide)."""
_DEPENDS = Unknown("publicly_accessible is not set: true before version 6 of the provider, false since")
_ENCRYPTED_SINCE = Unknown("encrypted is not set: clusters made since January 2025 are encrypted, older ones are not")
_GROUP_SINCE = Unknown("no parameter group is named: since January 2025 the default one demands TLS, before it did not")


def forms(of: ResourceType) -> tuple[Form, ...]:
    """Return the Terraform form of the type."""

    def build(block: Block, parts: Parts, source: Source) -> Resource:
        return from_terraform(block, parts, source, of)

    return (
        Form(
            main="aws_redshift_cluster",
            build=build,
            parts={_LOG: "cluster_identifier", _COPY: "cluster_identifier"},
            identified_by=("cluster_identifier", "id", "arn"),
        ),
    )


def from_terraform(block: Block, parts: Parts, source: Source, of: ResourceType) -> Resource:
    """Build the cluster that an `aws_redshift_cluster` block makes."""
    public = flag(block, "publicly_accessible", default=_DEPENDS)
    owner, key = named_key(block, "kms_key_id", source)
    copied = block.get("snapshot_identifier") or block.get("snapshot_arn")
    said = aspects(
        ClusterFacts(
            encrypted=flag(
                block,
                "encrypted",
                default=Unknown("it is encrypted as the snapshot it is made from") if copied else _ENCRYPTED_SINCE,
            ),
            key_owner=owner,
            key=key,
            hsm=False,
            parameters=_parameters(block, source),
            parameter_group=text(block, "cluster_parameter_group_name", None),
            public=public,
            logging=_logging(block, parts),
            upgrades=flag(block, "allow_version_upgrade", default=True),
            version=text(block, "cluster_version", Unknown("Redshift chooses the version")),
            restart_waits=None,
            retention_days=number(block, "automated_snapshot_retention_period", 1),
            other_site=_copied(block, parts),
            redundant=flag(block, "multi_az", default=False),
            enhanced_routing=flag(block, "enhanced_vpc_routing", default=False),
        )
    )
    name = block.get("cluster_identifier")
    groups = source.owners("aws_security_group", block, "vpc_security_group_ids")
    return source.resource(
        block,
        of,
        parts=parts,
        **({"name": name} if isinstance(name, str) else {}),
        exposure=_exposure(block, source, public),
        relations={
            "security_groups": groups
            if isinstance(groups, Unknown)
            else tuple(sorted(source.id(group) for group in groups)),
            "encrypts_with": encrypts_with(said["encryption_at_rest"]),
        },
        lines=_lines(block, parts),
        **said,
    )


def _exposure(block: Block, source: Source, public: Maybe[bool]) -> Exposure:
    port = number(block, "port", _PORT)
    exposure = exposed_by_code(
        block,
        source,
        public_address=public,
        subnet_group="aws_redshift_subnet_group",
        named_by="cluster_subnet_group_name",
        ports=(port,) if isinstance(port, int) else (),
    )
    if isinstance(port, Unknown) and exposure.public is True:  # some port is open; whether it is this one is not known
        return Exposure(public=port, ways=port)
    return exposure


def _lines(block: Block, parts: Parts) -> dict[str, Lines]:
    log = part(parts, _LOG)
    deciding = {
        "encryption_at_rest": "encrypted",
        "encryption_at_rest.key": "kms_key_id",
        "encryption_at_rest.key_owner": "kms_key_id",
        "encryption_in_transit": "cluster_parameter_group_name",
        "exposure": "publicly_accessible",
        "network": "publicly_accessible",
        "config.publicly_accessible": "publicly_accessible",
        "config.enhanced_vpc_routing": "enhanced_vpc_routing",
        "patching": "allow_version_upgrade",
        "backup": "automated_snapshot_retention_period",
        "resilience": "multi_az",
        "logging": "logging",
    }
    lines = {path: block.lines(argument) for path, argument in deciding.items()}
    return lines if log is None or isinstance(log, Unknown) else {**lines, "logging": log.where}


def _logging(block: Block, parts: Parts) -> Logging:
    """Return the log of the block's own `logging` (before version 6 of the provider), or of a resource beside it."""
    log: Block | Unknown | None = only(block, "logging")
    own = log is not None
    log = log if own else part(parts, _LOG)
    if isinstance(log, Unknown):
        return Logging(enabled=log, destinations=log, off_host=log, retention_days=log, kinds=log)
    on = False if log is None else flag(log, "enable", default=False) if own else True
    if isinstance(on, Unknown):
        return Logging(enabled=on, destinations=on, off_host=on, retention_days=on, kinds=on)
    if log is None or not on:
        return Logging(enabled=False, off_host=False, retention_days=0)
    bucket = text(log, "bucket_name", None)
    kinds = known_all(texts(log, "log_exports"))
    return Logging(
        enabled=True,
        destinations=bucket
        if isinstance(bucket, Unknown)
        else (bucket,)
        if bucket
        else Unknown("its log groups are named after the cluster"),
        off_host=True,
        retention_days=Unknown("the bucket or log groups it goes to decide how long it is kept"),
        kinds=kinds or _KINDS,
    )


def _copied(block: Block, parts: Parts) -> Maybe[bool]:
    found = only(block, "snapshot_copy") or part(parts, _COPY)
    return found if isinstance(found, Unknown) else found is not None


def _parameters(block: Block, source: Source) -> Parameters:
    named = text(block, "cluster_parameter_group_name", None)
    owners = source.owners(_GROUP, block, "cluster_parameter_group_name")
    if isinstance(owners, Unknown):
        return Parameters(owners, owners)
    group = source.find(owners[0]) if owners else None
    if group is not None:
        family = text(group, "family", "")
        by_default = (
            family
            if isinstance(family, Unknown)
            else _TLS_BY_FAMILY.get(family, Unknown(f"what {family} does by default is not known"))
        )
        return Parameters(_value(group, PARAMETERS[0], by_default), _value(group, PARAMETERS[1], default=False))
    if named is None:
        return Parameters(_GROUP_SINCE, user_activity=False)
    if isinstance(named, str) and named.removeprefix("default.") in _TLS_BY_FAMILY:
        return Parameters(_TLS_BY_FAMILY[named.removeprefix("default.")], user_activity=False)
    unseen = named if isinstance(named, Unknown) else Unknown(f"the parameter group {named!r} is not in the code")
    return Parameters(unseen, unseen)


def _value(group: Block, parameter: str, default: Maybe[bool]) -> Maybe[bool]:
    """Return a parameter of a group, `default` where the group leaves it alone."""
    unseen: Unknown | None = None
    for entry in group.blocks("parameter"):
        name: Any = entry if isinstance(entry, Unknown) else entry.get("name")
        if isinstance(entry, Unknown) or isinstance(name, Unknown):
            unseen = name
        elif name == parameter:
            value = as_text("value", entry.get("value"))
            return value if isinstance(value, Unknown) else value.lower() == "true"
    return unseen or default
