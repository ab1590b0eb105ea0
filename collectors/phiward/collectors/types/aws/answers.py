"""What the answers of AWS services have in common: names, tags, times, and listings that fill one aspect."""

from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime
from typing import Any, TypeVar

from phiward.collectors.aws.port import Aws, Denied
from phiward.inventory.catalog import ResourceType
from phiward.inventory.model import Maybe, Origin, OriginKind, Resource, Unknown

T = TypeVar("T")

NOT_NEEDED = "not asked: no selected control reads it"


def arn(aws: Aws, service: str, resource: str) -> str:
    """Return the ARN of a thing of this region: `arn(aws, "ec2", "volume/vol-1")`."""
    return f"arn:{aws.partition}:{service}:{aws.region}:{aws.account}:{resource}"


def live(aws: Aws, of: ResourceType, identity: str, **fields: Any) -> Resource:
    """Return a resource of this region with its identity filled and `fields` added."""
    given: dict[str, Any] = {"region": aws.region, **fields}
    return Resource(
        id=identity,
        type=of.name,
        origin=Origin(kind=OriginKind.LIVE),
        provider="aws",
        account=aws.account,
        observations=aws.observations,
        **given,
    )


def tags_of(entries: Iterable[dict[str, Any]]) -> dict[str, str]:
    """Return `[{"Key": ..., "Value": ...}]` as a mapping."""
    return {entry["Key"]: entry.get("Value", "") for entry in entries}


def moment(value: datetime | str | None) -> str | None:
    """Return a service's time as `YYYY-MM-DDTHH:MM:SSZ`, None where it gave none."""
    if not value:
        return None
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def listed(
    aws: Aws, service: str, operation: str, key: str, *, fills: Collection[str], **arguments: Any
) -> Maybe[list[dict[str, Any]]]:
    """Return a whole listing that only adds facts to a type: `Unknown` where it is denied or not needed, not a gap."""
    if not aws.needs(*fills):
        return Unknown(NOT_NEEDED)
    try:
        return list(aws.pages(service, operation, key, **arguments))
    except Denied as denied:
        return Unknown(denied.reason)


def tagged(aws: Aws, kind: str, *, fills: Collection[str]) -> Maybe[dict[str, Maybe[dict[str, str]]]]:
    """Return the tags of all things of a kind (`kms:key`) by ARN; what is not among them never had any.

    `tag:GetResources` gives a hundred at once, where the services' own calls give one.
    """
    found = listed(
        aws,
        "resourcegroupstaggingapi",
        "get_resources",
        "ResourceTagMappingList",
        fills=fills,
        ResourceTypeFilters=[kind],
        ResourcesPerPage=100,
    )
    if isinstance(found, Unknown):
        return found
    given = ((each["ResourceARN"], each["Tags"]) for each in found)
    return {arn: tags if isinstance(tags, Unknown) else tags_of(tags) for arn, tags in given}


def tags_among(found: Maybe[dict[str, Maybe[dict[str, str]]]], identity: str) -> Maybe[dict[str, str]]:
    """Return the tags of one thing among those of its kind."""
    return found if isinstance(found, Unknown) else found.get(identity, {})


def told(answer: Maybe[dict[str, Any] | None], read: Callable[[dict[str, Any]], T]) -> Maybe[T]:
    """Return what `read` finds in an answer (`{}` where the service says *not configured*), `Unknown` where unseen."""
    return answer if isinstance(answer, Unknown) else read(answer or {})


def asked_tags(aws: Aws, service: str, operation: str, key: str, **arguments: Any) -> Maybe[dict[str, str]]:
    """Return the tags that a call of their own gives, as `[{"Key": ..., "Value": ...}]` under `key`."""
    answer = aws.ask(service, operation, fills=("tags",), **arguments)
    return answer if isinstance(answer, Unknown) else tags_of((answer or {}).get(key, ()))
