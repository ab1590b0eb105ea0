"""Whether a database's parameter group demands TLS.

Calls `rds:DescribeDBParameters`, `rds:DescribeDBClusterParameters`.
"""

from typing import Any

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block
from phiward.collectors.terraform.form import Source
from phiward.collectors.types.aws.arguments import as_text, text
from phiward.collectors.types.aws.rds_support import demands_tls, tls_parameter
from phiward.inventory.model import Maybe, Unknown

_MOST_PAGES = 20
_OPERATIONS = {
    "aws_db_parameter_group": ("describe_db_parameters", "DBParameterGroupName"),
    "aws_rds_cluster_parameter_group": ("describe_db_cluster_parameters", "DBClusterParameterGroupName"),
}


def live_tls(aws: Aws, kind: str, engine: str, version: str, group: str | None) -> Maybe[bool]:
    """Say whether a live group demands TLS. `kind` is the group's Terraform type; AWS's own groups are not asked."""
    parameter = tls_parameter(engine)
    if parameter is None or not group or group.startswith("default."):
        return demands_tls(engine, version, None)
    operation, argument = _OPERATIONS[kind]
    asked: dict[str, Any] = {argument: group, "Source": "user"}
    for _ in range(_MOST_PAGES):
        answer = aws.ask("rds", operation, fills=("encryption_in_transit.enforced",), **asked)
        if isinstance(answer, Unknown):
            return answer
        for entry in (answer or {}).get("Parameters", ()):
            if entry.get("ParameterName") == parameter and entry.get("ParameterValue") is not None:
                return demands_tls(engine, version, str(entry["ParameterValue"]))
        if not answer or not answer.get("Marker"):
            return demands_tls(engine, version, None)
        asked["Marker"] = answer["Marker"]
    return Unknown(f"{group} has more than {_MOST_PAGES} pages of parameters")


def code_tls(  # noqa: PLR0913 - the group's name and what its default depends on
    block: Block, kind: str, argument: str, source: Source, *, engine: Maybe[str], version: Maybe[str]
) -> Maybe[bool]:
    """Say whether the group that an argument names demands TLS; the default where it names none."""
    if isinstance(engine, Unknown) or tls_parameter(engine) is None:
        return demands_tls(engine, version, None)
    named = text(block, argument, None)
    owners = source.owners(kind, block, argument)
    if isinstance(owners, Unknown):
        return owners
    group = source.find(owners[0]) if owners else None
    if group is None:
        if named is None or (isinstance(named, str) and named.startswith("default.")):
            return demands_tls(engine, version, None)
        return named if isinstance(named, Unknown) else Unknown(f"the parameter group {named!r} is not in the code")
    return demands_tls(engine, version, _value(group, tls_parameter(engine) or ""))


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
