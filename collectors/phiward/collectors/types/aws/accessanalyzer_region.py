"""Whether IAM Access Analyzer watches a region for access from outside. Calls `access-analyzer:ListAnalyzers`.

An analyzer of *external access* reads every resource policy of its region, over and over, and reports what strangers
may reach. Others look for unused access or for access inside the organisation, and do not report strangers. An
analyzer of the whole organization is seen only in the account that runs it.
"""

from collections.abc import Iterator
from typing import Any, Final

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws.answers import listed, live
from phiward.collectors.types.aws.arguments import text
from phiward.inventory.catalog import ResourceType
from phiward.inventory.kleene import some
from phiward.inventory.model import Maybe, Resource, Unknown


class AnalyzerConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only a region's analyzers have."""

    external_access: Maybe[bool]
    """An active analyzer reports what strangers may reach."""
    unused_access: Maybe[bool]
    """An active analyzer reports rights and credentials that nobody uses."""


TYPE = ResourceType(
    name="aws.accessanalyzer.region", title="Access Analyzer of a region", aspects=(), config=AnalyzerConfig
)

_EXTERNAL: Final = frozenset({"ACCOUNT", "ORGANIZATION"})
_UNUSED: Final = frozenset({"ACCOUNT_UNUSED_ACCESS", "ORGANIZATION_UNUSED_ACCESS"})


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield the region itself: one without an analyzer is what matters."""
    yield {"region": aws.region}


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return the region, with what its analyzers look for."""
    analyzers = listed(aws, "accessanalyzer", "list_analyzers", "analyzers", fills=("config",))
    return live(
        aws,
        TYPE,
        f"aws.accessanalyzer.region:{aws.account}:{item['region']}",
        name=item["region"],
        config=AnalyzerConfig(external_access=_active(analyzers, _EXTERNAL), unused_access=_active(analyzers, _UNUSED)),
    )


def _active(analyzers: Maybe[list[dict[str, Any]]], kinds: frozenset[str]) -> Maybe[bool]:
    if isinstance(analyzers, Unknown):
        return analyzers
    return any(analyzer["type"] in kinds and analyzer["status"] == "ACTIVE" for analyzer in analyzers)


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the region that an `aws_accessanalyzer_analyzer` block watches, with the code's other analyzers."""
    kinds = [text(each, "type", "ACCOUNT") for each in source.blocks("aws_accessanalyzer_analyzer")]
    return source.resource(
        block,
        TYPE,
        parts=parts,
        tags=None,
        config=AnalyzerConfig(external_access=_coded(kinds, _EXTERNAL), unused_access=_coded(kinds, _UNUSED)),
        lines={"config": block.lines("type")},
    )


def _coded(kinds: list[Maybe[str]], wanted: frozenset[str]) -> Maybe[bool]:
    return some(kind if isinstance(kind, Unknown) else kind in wanted for kind in kinds)


TERRAFORM = (Form(main="aws_accessanalyzer_analyzer", build=from_terraform),)
