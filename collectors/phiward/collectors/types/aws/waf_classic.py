"""What the two services of AWS WAF Classic have in common: the listing, the log, and that they have ended.

AWS stopped supporting WAF Classic on 2025-09-30 (*Migrating your AWS WAF Classic resources to AWS WAF*) and takes it
down region by region. An endpoint that is not there any more, or never was, has no web ACLs: that is no gap. One that
answers but refuses is.
"""

from collections.abc import Iterator
from typing import Any

from phiward.collectors.aws.port import Aws, Denied
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Source
from phiward.collectors.types.aws.answers import listed, live, tags_of
from phiward.collectors.types.aws.web_acl_logging import configured, logging_of, named_destinations
from phiward.inventory.aspects import Logging
from phiward.inventory.catalog import ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown

_NOBODY_THERE = "no connection to "
_LOGGING = ("logging", "relations.logging_destination")


def classic_type(name: str, title: str) -> ResourceType:
    """Return the resource type of a classic web ACL."""
    return ResourceType(
        name=name,
        title=title,
        aspects=(Logging,),
        relations={"logging_destination": "the delivery stream its log goes to"},
    )


def web_acls(aws: Aws, service: str) -> Iterator[dict[str, Any]]:
    """Yield every classic web ACL; none where the service has no endpoint."""
    try:
        yield from aws.pages(service, "list_web_acls", "WebACLs")
    except Denied as denied:
        if not denied.reason.startswith(_NOBODY_THERE):
            raise


def web_acl(aws: Aws, service: str, of: ResourceType, acl: dict[str, Any], region: str) -> Resource:
    """Return one classic web ACL. `region` is empty in the ids of CloudFront's."""
    identity = f"arn:{aws.partition}:{service}:{region}:{aws.account}:webacl/{acl['WebACLId']}"
    destinations = _destinations(aws, service, identity)
    return live(
        aws,
        of,
        identity,
        name=acl.get("Name") or acl["WebACLId"],
        tags=_tags(aws, service, identity),
        logging=logging_of(destinations),
        relations={"logging_destination": destinations},
    )


def _destinations(aws: Aws, service: str, identity: str) -> Maybe[tuple[str, ...]]:
    logs = listed(aws, service, "list_logging_configurations", "LoggingConfigurations", fills=_LOGGING)
    if isinstance(logs, Unknown):
        return logs
    own = [each for each in logs if each["ResourceArn"] == identity]
    return tuple(sorted(to for each in own for to in each.get("LogDestinationConfigs", ())))


def _tags(aws: Aws, service: str, identity: str) -> Maybe[dict[str, str]]:
    answer = aws.ask(service, "list_tags_for_resource", fills=("tags",), ResourceARN=identity)
    if isinstance(answer, Unknown):
        return answer
    return tags_of((answer or {}).get("TagInfoForResource", {}).get("TagList", ()))


def in_code(block: Block, parts: Parts, source: Source, of: ResourceType) -> Resource:
    """Build a classic web ACL, whose block says itself where the log goes."""
    written = block.blocks("logging_configuration")
    destinations = named_destinations(written, "log_destination", source)
    return source.resource(
        block,
        of,
        parts=parts,
        logging=logging_of(destinations, on=configured(written)),
        relations={"logging_destination": destinations},
        lines={"logging": block.lines("logging_configuration")},
    )
