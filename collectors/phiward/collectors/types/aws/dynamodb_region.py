"""How much of its throughput quota a region's DynamoDB tables have bought.

Calls `dynamodb:DescribeLimits`, `dynamodb:ListTables`, `dynamodb:DescribeTable`.

The quota is one for all provisioned tables and indexes of an account in a region. What has reached it cannot scale
any further, however well each table is set up. Tables that are paid per request have a quota of their own.
"""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.types.aws.answers import listed, live
from phiward.inventory.catalog import ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown


class RegionConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only a region's DynamoDB quotas have."""

    read_percent: Maybe[int]
    """Per cent of the region's read capacity quota that provisioned tables and indexes have bought, rounded up."""
    write_percent: Maybe[int]
    """Per cent of the region's write capacity quota that provisioned tables and indexes have bought, rounded up."""


TYPE = ResourceType(
    name="aws.dynamodb.region",
    title="DynamoDB throughput of a region",
    aspects=(),
    config=RegionConfig,
)

_FILLS = ("config.read_percent", "config.write_percent")


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield the region itself."""
    yield {"region": aws.region}


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return the region, with what its tables have bought of its quota."""
    limits = aws.ask("dynamodb", "describe_limits", fills=_FILLS)
    bought = limits if isinstance(limits, Unknown) else _bought(aws)
    return normalize(aws, item["region"], limits, bought)


def normalize(aws: Aws, region: str, limits: Maybe[dict[str, Any] | None], bought: Maybe[tuple[int, int]]) -> Resource:
    """Turn the answer of `DescribeLimits` and the units bought, of reads and of writes, into a resource."""
    shares: list[Maybe[int]] = []
    for number, name in enumerate(("AccountMaxReadCapacityUnits", "AccountMaxWriteCapacityUnits")):
        most = limits if isinstance(limits, Unknown) else (limits or {}).get(name)
        if isinstance(most, Unknown) or isinstance(bought, Unknown):
            shares.append(most if isinstance(most, Unknown) else bought if isinstance(bought, Unknown) else 0)
        else:
            shares.append(-(-bought[number] * 100 // most) if most else Unknown(f"DynamoDB states no {name}"))
    return live(
        aws,
        TYPE,
        f"aws.dynamodb.region:{aws.account}:{region}",
        name=region,
        config=RegionConfig(read_percent=shares[0], write_percent=shares[1]),
    )


def _bought(aws: Aws) -> Maybe[tuple[int, int]]:
    """Return the units of reads and of writes of all tables and their indexes; one table unseen leaves it open."""
    names = listed(aws, "dynamodb", "list_tables", "TableNames", fills=_FILLS)
    if isinstance(names, Unknown):
        return names
    reads = writes = 0
    for name in names:
        answer = aws.ask(
            "dynamodb", "describe_table", fills=_FILLS, absent=("ResourceNotFoundException",), TableName=name
        )
        if isinstance(answer, Unknown):
            return answer
        table = (answer or {}).get("Table", {})
        for part in (table, *table.get("GlobalSecondaryIndexes", ())):
            units = part.get("ProvisionedThroughput", {})
            reads += units.get("ReadCapacityUnits", 0)
            writes += units.get("WriteCapacityUnits", 0)
    return reads, writes
