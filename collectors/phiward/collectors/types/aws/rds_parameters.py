"""Whether a database's parameter group demands TLS.

Calls `rds:DescribeDBParameters`, `rds:DescribeDBClusterParameters`.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block
from phiward.collectors.terraform.form import Source
from phiward.collectors.types.aws.arguments import as_text, text
from phiward.collectors.types.aws.rds_support import demands_tls, minimum_tls, tls_parameter, version_parameter
from phiward.inventory.model import Maybe, Unknown

_MOST_PAGES = 20
_OPERATIONS = {
    "aws_db_parameter_group": ("describe_db_parameters", "DBParameterGroupName"),
    "aws_rds_cluster_parameter_group": ("describe_db_cluster_parameters", "DBClusterParameterGroupName"),
}


class Transit(NamedTuple):
    """What a parameter group says of connections."""

    enforced: Maybe[bool]
    minimum: Maybe[str | None]


def live_tls(aws: Aws, kind: str, engine: str, version: str, group: str | None) -> Transit:
    """Return what a live group says. `kind` is the group's Terraform type; AWS's own groups are not asked."""

    def value(parameter: str | None) -> Maybe[str | None]:
        if parameter is None or not group or group.startswith("default."):
            return None
        return _live_value(aws, kind, group, parameter)

    return _said(engine, version, value)


def _live_value(aws: Aws, kind: str, group: str, parameter: str) -> Maybe[str | None]:
    """Return what somebody set a parameter to, None where nobody did."""
    operation, argument = _OPERATIONS[kind]
    asked: dict[str, Any] = {argument: group, "Source": "user"}
    for _ in range(_MOST_PAGES):
        answer = aws.ask("rds", operation, fills=("encryption_in_transit",), **asked)
        if isinstance(answer, Unknown):
            return answer
        for entry in (answer or {}).get("Parameters", ()):
            if entry.get("ParameterName") == parameter and entry.get("ParameterValue") is not None:
                return str(entry["ParameterValue"])
        if not answer or not answer.get("Marker"):
            return None
        asked["Marker"] = answer["Marker"]
    return Unknown(f"{group} has more than {_MOST_PAGES} pages of parameters")


def code_tls(  # noqa: PLR0913 - the group's name and what its default depends on
    block: Block, kind: str, argument: str, source: Source, *, engine: Maybe[str], version: Maybe[str]
) -> Transit:
    """Return what the group that an argument names says; the default where it names none."""
    named = text(block, argument, None)
    owners = source.owners(kind, block, argument)
    group = source.find(owners[0]) if not isinstance(owners, Unknown) and owners else None

    def value(parameter: str | None) -> Maybe[str | None]:
        if parameter is None:
            return None
        if isinstance(owners, Unknown):
            return owners
        if group is not None:
            return _value(group, parameter)
        if named is None or (isinstance(named, str) and named.startswith("default.")):
            return None
        return named if isinstance(named, Unknown) else Unknown(f"the parameter group {named!r} is not in the code")

    return _said(engine, version, value)


def _said(engine: Maybe[str], version: Maybe[str], value: Callable[[str | None], Maybe[str | None]]) -> Transit:
    if isinstance(engine, Unknown):
        return Transit(engine, engine)
    return Transit(
        demands_tls(engine, version, value(tls_parameter(engine))),
        minimum_tls(engine, version, value(version_parameter(engine))),
    )


def _value(group: Block, parameter: str) -> Maybe[str | None]:
    """Return a parameter's value in a group, None where the group leaves it at its default."""
    unseen: Unknown | None = None
    for entry in group.blocks("parameter"):
        if isinstance(entry, Unknown):
            unseen = entry
            continue
        name = entry.get("name")
        if isinstance(name, Unknown):
            unseen = name
        elif name == parameter:
            value = entry.get("value")
            return None if value is None else as_text("value", value)
    return unseen
