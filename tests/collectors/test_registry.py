"""Who reads a target."""

from typing import TYPE_CHECKING, cast

import pytest

from phiward.collectors import registry
from phiward.errors import UsageError

if TYPE_CHECKING:
    from phiward.collectors.port import Collector


class Claiming:
    """A collector that claims what it is told to."""

    def __init__(self, name: str, *targets: str) -> None:
        self.name = name
        self.targets = targets
        self.unread: dict[str, int] = {}

    def claims(self, target: str) -> bool:
        """Say whether it is one of the targets given."""
        return target in self.targets


@pytest.fixture(autouse=True)
def _two_of_our_own_and_one_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    own = {"one": Claiming("one", "mixed", "first"), "two": Claiming("two", "mixed")}
    other = {"other": Claiming("other", "mixed", "theirs")}
    monkeypatch.setattr(registry, "own", lambda: cast("dict[str, Collector]", own))
    monkeypatch.setattr(registry, "installed", lambda: cast("dict[str, Collector]", own | other))


@pytest.mark.parametrize(("target", "readers"), [("mixed", ["one", "two"]), ("first", ["one"]), ("theirs", ["other"])])
def test_every_own_collector_that_claims_a_target_reads_it(target: str, readers: list[str]) -> None:
    """A folder holds several kinds of code; others' collectors are asked where none of phiward's own claims it."""
    assert [collector.name for collector in registry.collectors_of(target)] == readers


def test_what_nobody_claims_is_wrong_usage() -> None:
    """It is an error, not an empty report."""
    with pytest.raises(UsageError, match="no source of that name"):
        registry.collectors_of("nothing")
