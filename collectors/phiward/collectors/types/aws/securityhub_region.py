"""Security Hub in one region: whether it gathers findings there, and by which standards it looks.

Calls `securityhub:DescribeHub`, `GetEnabledStandards` and `ListEnabledProductsForImport`. A region where it is off is a
resource too, so that it fails by name. Findings are never read.
"""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws.answers import listed, live
from phiward.collectors.types.aws.arguments import flag, text
from phiward.collectors.types.aws.guardduty_region import NOT_SIGNED_UP
from phiward.inventory.catalog import ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown

OFF = ("InvalidAccessException", "ResourceNotFoundException", *NOT_SIGNED_UP)
"""What Security Hub answers where it is not enabled: *not subscribed*. A denied call is `AccessDeniedException`."""
_BY_DEFAULT = (
    "ruleset/cis-aws-foundations-benchmark/v/1.2.0",
    "standards/aws-foundational-security-best-practices/v/1.0.0",
)
"""The standards that come with it unless that is declined (`EnableDefaultStandards`)."""


class SecurityHubConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only Security Hub of a region has."""

    enabled: Maybe[bool]
    standards: Maybe[tuple[str, ...]] = ()
    """The standards it looks by: `standards/aws-foundational-security-best-practices/v/1.0.0`."""
    integrations: Maybe[tuple[str, ...]] = ()
    """The products whose findings it takes in: `aws/guardduty`. Empty, too, where it is off."""


TYPE = ResourceType(
    name="aws.securityhub.region", title="Security Hub of a region", aspects=(), config=SecurityHubConfig
)


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield the region itself."""
    yield {"region": aws.region}


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return the region, with what Security Hub does there."""
    hub = aws.ask("securityhub", "describe_hub", fills=("config",), absent=OFF)
    if isinstance(hub, Unknown):
        config = SecurityHubConfig(enabled=hub, standards=hub, integrations=hub)
    elif hub is None:
        config = SecurityHubConfig(enabled=False)
    else:
        config = SecurityHubConfig(enabled=True, standards=_standards(aws), integrations=_integrations(aws))
    return live(aws, TYPE, f"aws.securityhub.region:{aws.account}:{aws.region}", name=item["region"], config=config)


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the region that an `aws_securityhub_account` block sets up, with the tree's subscriptions."""
    standards = _named(source, "aws_securityhub_standards_subscription", "standards_arn")
    default = flag(block, "enable_default_standards", default=True)
    sure = source.certain(block)
    if default is True and not isinstance(standards, Unknown):
        standards = tuple(sorted({*standards, *_BY_DEFAULT}))
    return source.resource(
        block,
        TYPE,
        parts=parts,
        config=SecurityHubConfig(
            enabled=sure if isinstance(sure, Unknown) else True,
            standards=default if isinstance(default, Unknown) and not standards else standards,
            integrations=_named(source, "aws_securityhub_product_subscription", "product_arn"),
        ),
        lines={"config.standards": block.lines("enable_default_standards")},
    )


def _standards(aws: Aws) -> Maybe[tuple[str, ...]]:
    found = listed(aws, "securityhub", "get_enabled_standards", "StandardsSubscriptions", fills=("config.standards",))
    if isinstance(found, Unknown):
        return found
    # A standard that failed, or is being taken away, looks at nothing.
    at_work = (each for each in found if each.get("StandardsStatus") not in {"FAILED", "DELETING"})
    return tuple(sorted(_short(each["StandardsArn"]) for each in at_work))


def _integrations(aws: Aws) -> Maybe[tuple[str, ...]]:
    found: Any = listed(
        aws, "securityhub", "list_enabled_products_for_import", "ProductSubscriptions", fills=("config.integrations",)
    )
    return found if isinstance(found, Unknown) else tuple(sorted(_short(each) for each in found))


def _short(identity: str) -> str:
    """Return the name in an ARN: of a subscription, `aws/guardduty` after `product-subscription/`."""
    name = identity.rsplit(":", maxsplit=1)[-1]
    return name.removeprefix("product-subscription/").removeprefix("product/")


def _named(source: Source, kind: str, argument: str) -> Maybe[tuple[str, ...]]:
    """Return what the tree's subscriptions name: of one that is only known after apply, the address of its block."""
    names: set[str] = set()
    unseen: Unknown | None = None
    for block in source.blocks(kind):
        sure = source.certain(block)
        if isinstance(sure, Unknown):
            unseen = sure
            continue
        value = text(block, argument, None)
        names.add(_short(value) if isinstance(value, str) else source.id(block.address))
    return tuple(sorted(names)) if names or unseen is None else unseen


TERRAFORM = (Form(main="aws_securityhub_account", build=from_terraform),)
