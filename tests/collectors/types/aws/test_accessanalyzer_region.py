"""Whether a region is searched for access from outside: live and in code."""

from typing import Any

import pytest
from fakes import FakeAws
from fakes_terraform import FakeBlock, FakeSource

from phiward.collectors.types.aws import accessanalyzer_region
from phiward.collectors.types.aws.accessanalyzer_region import AnalyzerConfig
from phiward.inventory.model import Resource, Unknown

MADE = "2026-01-01T00:00:00Z"


def analyzer(kind: str, status: str = "ACTIVE") -> dict[str, Any]:
    """Return one analyzer of the listing."""
    return {
        "arn": f"arn:aws:access-analyzer:us-east-1:123456789012:analyzer/{kind}",
        "name": kind,
        "type": kind,
        "status": status,
    }


def read(*analyzers: dict[str, Any], **more: Any) -> tuple[Resource, FakeAws]:
    """Read the region."""
    aws = FakeAws({"access-analyzer:ListAnalyzers": {"analyzers": list(analyzers)}}, **more)
    (item,) = accessanalyzer_region.items(aws)
    return accessanalyzer_region.resource(aws, item), aws


def config(made: Resource) -> AnalyzerConfig:
    """Return what is told of the analyzers."""
    assert isinstance(made.config, AnalyzerConfig)
    return made.config


@pytest.mark.parametrize(
    ("analyzers", "external", "unused"),
    [
        ([], False, False),
        ([analyzer("ACCOUNT")], True, False),
        ([analyzer("ORGANIZATION")], True, False),
        ([analyzer("ACCOUNT", "DISABLED")], False, False),
        ([analyzer("ACCOUNT", "CREATING")], False, False),
        ([analyzer("ACCOUNT_UNUSED_ACCESS")], False, True),
        ([analyzer("ACCOUNT_INTERNAL_ACCESS")], False, False),
        ([analyzer("ACCOUNT_UNUSED_ACCESS"), analyzer("ORGANIZATION")], True, True),
    ],
)
def test_what_the_analyzers_look_for(analyzers: list[dict[str, Any]], external: bool, unused: bool) -> None:
    """Only an active one of external access reports strangers."""
    made, _ = read(*analyzers)

    assert config(made) == AnalyzerConfig(external_access=external, unused_access=unused)
    assert (made.id, made.region) == ("aws.accessanalyzer.region:123456789012:us-east-1", "us-east-1")


def test_a_denied_listing_is_unknown() -> None:
    """The region is there all the same; whether it is searched is not known."""
    made, _ = read(denied=("access-analyzer:ListAnalyzers",))

    assert config(made).external_access == Unknown("access denied: access-analyzer:ListAnalyzers")
    assert isinstance(config(made).unused_access, Unknown)


def test_nothing_is_asked_that_no_control_reads() -> None:
    """Where no control reads the analyzers, they are not listed."""
    made, aws = read(need=("tags",))

    assert aws.calls == []
    assert isinstance(config(made).external_access, Unknown)


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (("ACCOUNT",), AnalyzerConfig(external_access=True, unused_access=False)),
        ((None,), AnalyzerConfig(external_access=True, unused_access=False)),
        (("ACCOUNT_UNUSED_ACCESS",), AnalyzerConfig(external_access=False, unused_access=True)),
        (("ACCOUNT_UNUSED_ACCESS", "ORGANIZATION"), AnalyzerConfig(external_access=True, unused_access=True)),
    ],
)
def test_code_agrees(kinds: tuple[str | None, ...], expected: AnalyzerConfig) -> None:
    """The same of the code's analyzers, of which each is the region's."""
    blocks = [
        FakeBlock(f"aws_accessanalyzer_analyzer.a{number}", type=kind)
        if kind
        else FakeBlock("aws_accessanalyzer_analyzer.a")
        for number, kind in enumerate(kinds)
    ]

    for block in blocks:
        assert config(accessanalyzer_region.from_terraform(block, {}, FakeSource(blocks))) == expected


def test_an_unknown_kind_of_analyzer_is_unknown() -> None:
    """`type = var.kind` may be any."""
    block = FakeBlock("aws_accessanalyzer_analyzer.a", type=Unknown("var.kind"))

    found = config(accessanalyzer_region.from_terraform(block, {}, FakeSource([block])))

    assert (found.external_access, found.unused_access) == (Unknown("var.kind"), Unknown("var.kind"))
