"""What a narrowed reading left out is told again when its inventory is judged later."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from phiward.cli.collecting import Collecting
from phiward.cli.main import main
from phiward.collectors.port import Options, Progress
from phiward.inventory.files import write
from phiward.inventory.model import CollectionGap, Origin, OriginKind, Resource
from phiward.inventory.reach import Reach

NARROW = Reach(
    target="aws", asked={"services": ("s3",)}, reached={"services": ("s3",)}, left_out=("every service but s3",)
)


class Narrowed:
    """A collector that was asked for a part of its target."""

    name = "aws"
    unread: dict[str, int] = {}  # noqa: RUF012 - nothing is unread
    reach = NARROW

    def claims(self, _target: str) -> bool:
        """Claim anything."""
        return True

    def types(self) -> tuple[()]:
        """Declare nothing."""
        return ()

    def collect(
        self, _target: str, _options: Options, _progress: Callable[[Progress], None]
    ) -> Iterator[Resource | CollectionGap]:
        """Read one bucket."""
        yield Resource(id="arn:aws:s3:::a", type="aws.s3.bucket", origin=Origin(kind=OriginKind.LIVE))


@pytest.mark.parametrize("form", ["json", "table", "markdown"])
def test_what_was_left_out_is_told_when_an_inventory_is_judged(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Else a part would pass for the whole."""
    write(tmp_path / "i.jsonl", Collecting([(Narrowed(), "aws")], Options(), lambda _: None))

    main(["evaluate", str(tmp_path / "i.jsonl"), "--now", "2026-01-02T00:00:00Z", "--format", form])

    out = capsys.readouterr().out
    assert "every service but s3" in out
    if form == "json":
        assert json.loads(out)["reach"][0]["asked"] == {"services": ["s3"]}
