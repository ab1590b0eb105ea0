"""The audit trail of an account: what its trails of all regions, taken together, record and have watched.

Calls what `audit_trails` names. An account without a trail is a resource too, so that it fails by name. In code, the
first trail of a tree says the same of the tree (see `cloudtrail_trail`).
"""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.types.aws.answers import live
from phiward.collectors.types.aws.audit_coverage import Coverage, coverage
from phiward.collectors.types.aws.audit_trails import trail, trails_of
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown


class AccountTrailConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only the audit trail of an account has."""

    coverage: Maybe[Coverage]
    """What its trails of all regions, taken together, record and have watched."""


TYPE = ResourceType(
    name="aws.cloudtrail.account",
    title="audit trail of an account",
    aspects=(),
    config=AccountTrailConfig,
    relations={"trails": Relation("its trails of all regions, switched on or not", ("aws.cloudtrail.trail",))},
)
GLOBAL = True
_FILLS = ("config.coverage",)
_WATCH = ("config.coverage.unwatched",)


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield the account itself."""
    yield {"account": aws.account}


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return the account, with what its trails of all regions add up to."""
    seen = trails_of(aws, aws.region, (*_FILLS, "relations.trails"))
    everywhere = seen if isinstance(seen, Unknown) else [each for each in seen if each.get("IsMultiRegionTrail")]
    return live(
        aws,
        TYPE,
        f"aws.cloudtrail.account:{item['account']}",
        region=None,
        name=item["account"],
        config=AccountTrailConfig(
            coverage=coverage(
                everywhere
                if isinstance(everywhere, Unknown)
                else [trail(aws, each, fills=_FILLS, watch=_WATCH) for each in everywhere]
            )
        ),
        relations={
            "trails": everywhere
            if isinstance(everywhere, Unknown)
            else tuple(sorted(each["TrailARN"] for each in everywhere))
        },
    )
