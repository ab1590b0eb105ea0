"""The tags of all things of a kind, which the Resource Groups Tagging API lists and items hold each by itself."""

from __future__ import annotations

from phiward.collectors.awsconfig.answer import Answer, Asked, Found, unseen
from phiward.collectors.awsconfig.answers import dynamodb, kms

KINDS = ()
_TYPES = {"kms:key": kms.KEY, "dynamodb:table": dynamodb.TABLE}


def _resources(asked: Asked) -> Found:
    """List the things of the kinds asked for; the tags of one whose item does not tell are unknown."""
    items = [item for kind in asked.arguments["ResourceTypeFilters"] for item in asked.all(_TYPES[kind])]
    entries = [
        {"ResourceARN": item.arn, "Tags": unseen(item.type, "tags") if tags is None else tags}
        for item in items
        for tags in [item.api_tags()]
    ]
    return Found({"ResourceTagMappingList": entries}, tuple(items))


ANSWERS = {"resourcegroupstaggingapi.get_resources": Answer(_resources, tuple(_TYPES.values()))}
