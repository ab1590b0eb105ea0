"""The audit trail of one region: whether any trail that is switched on records it.

Calls `cloudtrail:DescribeTrails`, `GetTrailStatus` and `GetEventSelectors`. A region without a trail is a resource too,
so that it fails by name. A trail of another region, or of the organization, that records this one counts.
"""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.types.aws.answers import live
from phiward.collectors.types.aws.audit_trails import is_logging, selectors_of, trails_of
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.kleene import every, some
from phiward.inventory.model import Maybe, Resource, Unknown


class RegionTrailConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only the audit trail of a region has."""

    recorded: Maybe[bool]
    """A trail that is switched on records what is managed in the region."""


TYPE = ResourceType(
    name="aws.cloudtrail.region",
    title="audit trail of a region",
    aspects=(),
    config=RegionTrailConfig,
    relations={"trails": Relation("the trails that record it, switched on or not", ("aws.cloudtrail.trail",))},
)
_FILLS = ("config.recorded",)


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield the region itself."""
    yield {"region": aws.region}


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return the region, with what its trails say."""
    trails = trails_of(aws, aws.region, (*_FILLS, "relations.trails"))
    return live(
        aws,
        TYPE,
        f"aws.cloudtrail.region:{aws.account}:{aws.region}",
        name=item["region"],
        config=RegionTrailConfig(
            recorded=trails if isinstance(trails, Unknown) else some(_records(aws, trail) for trail in trails)
        ),
        relations={
            "trails": trails if isinstance(trails, Unknown) else tuple(sorted(each["TrailARN"] for each in trails))
        },
    )


def _records(aws: Aws, trail: dict[str, Any]) -> Maybe[bool]:
    """A trail of data events alone leaves out who did what in the region."""
    events, _ = selectors_of(aws, trail, _FILLS)
    managed: Maybe[bool] = events.management if isinstance(events.management, Unknown) else events.management != "none"
    return every((is_logging(aws, trail, _FILLS), managed))
