"""Delivered snapshots: which files are read, and what a file may not do."""

import gzip
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from config_items import ACCOUNT, REGION, delivered, item, recorder

from phiward.collectors.awsconfig import deliveries
from phiward.collectors.awsconfig.collector import AwsconfigCollector
from phiward.collectors.port import Options
from phiward.collectors.registry import collectors_of
from phiward.errors import CollectError
from phiward.inventory.model import CollectionGap, Need, Resource

NEED: Need = {"aws.ec2.internet_gateway": frozenset({"config.vpcs"})}


def gateway(name: str, **more: Any) -> dict[str, Any]:
    """Return the item of an internet gateway."""
    return item("AWS::EC2::InternetGateway", name, {"internetGatewayId": name, "attachments": []}, **more)


def read(target: Path, need: Need | None = NEED, **options: Any) -> tuple[list[str | None], list[CollectionGap]]:
    """Return the names of what a target holds, and the gaps."""
    given = Options(need=need, now="2026-01-02T03:04:05Z", **options)
    found = list(AwsconfigCollector().collect(str(target), given, lambda _: None))
    names = sorted(str(each.name) for each in found if isinstance(each, Resource))
    return [*names], [each for each in found if isinstance(each, CollectionGap)]


def test_the_latest_snapshot_of_each_account_and_region_counts(tmp_path: Path) -> None:
    """Older ones are of things that may be gone."""
    delivered(tmp_path, [recorder(), gateway("igw-old")], time="20251130T000000Z")
    delivered(tmp_path, [recorder(), gateway("igw-new")], time="20251201T000000Z")
    west = gateway("igw-west", region="us-west-2")
    delivered(tmp_path, [recorder("us-west-2"), west], time="20251101T000000Z", region="us-west-2")

    assert read(tmp_path) == (["igw-new", "igw-west"], [])


def test_a_fact_tells_that_it_was_delivered(tmp_path: Path) -> None:
    """And when it was recorded. Where the thing is says more than in which file it stands."""
    path = delivered(tmp_path, [recorder(), gateway("igw-1")])

    (found,) = AwsconfigCollector().collect(str(path), Options(need=NEED), lambda _: None)

    assert isinstance(found, Resource)
    assert (found.account, found.region, found.origin.file) == (ACCOUNT, REGION, None)
    (seen,) = found.observations
    assert (seen.call, seen.at, seen.principal) == ("config:DeliverConfigSnapshot", "2025-12-01T02:03:04Z", None)


@pytest.mark.parametrize("below", ["", "AWSLogs", f"AWSLogs/{ACCOUNT}", f"AWSLogs/{ACCOUNT}/Config/{REGION}"])
def test_a_folder_of_deliveries_is_found_by_its_content(tmp_path: Path, below: str) -> None:
    """Wherever in the delivery's own folders somebody points to."""
    delivered(tmp_path, [recorder()])

    assert [each.name for each in collectors_of(str(tmp_path / below))] == ["aws-config"]


def test_only_the_folders_of_a_delivery_are_looked_into(tmp_path: Path) -> None:
    """A tree of code is not walked through to find out that it holds no snapshot."""
    (tmp_path / "modules").mkdir()
    delivered(tmp_path / "modules", [recorder()])

    assert not deliveries.looks_like(str(tmp_path))
    assert deliveries.looks_like(str(tmp_path / "modules"))


def test_a_file_with_another_name_is_known_by_what_it_says(tmp_path: Path) -> None:
    """Packed or not; whose it is, its first item says."""
    packed = delivered(tmp_path, [recorder(), gateway("igw-1")])
    shutil.copy(packed, tmp_path / "a.json.gz")
    (tmp_path / "b.json").write_bytes(gzip.decompress(packed.read_bytes()))

    for name in ("a.json.gz", "b.json"):
        assert [each.name for each in collectors_of(str(tmp_path / name))] == ["aws-config"]
        assert read(tmp_path / name) == (["igw-1"], [])


@pytest.mark.parametrize("text", ["{}", '{"format_version": "1.2", "resource_changes": []}', "[1]", "", "\x1f\x8b"])
def test_another_json_file_is_no_snapshot(tmp_path: Path, text: str) -> None:
    """A plan, above all."""
    path = tmp_path / "a.json"
    path.write_text(text)

    assert not deliveries.looks_like(str(path))


def test_history_alone_cannot_be_read(tmp_path: Path) -> None:
    """It tells what changed, not what is there."""
    path = delivered(tmp_path, [recorder(), gateway("igw-1")])
    name = (
        f"{ACCOUNT}_Config_{REGION}_ConfigHistory_AWS::EC2::InternetGateway_20251201T000000Z_20251201T060000Z_1.json.gz"
    )
    path.rename(path.with_name(name))

    with pytest.raises(CollectError, match="deliver-config-snapshot"):
        read(tmp_path)


def test_history_beside_snapshots_is_told_to_be_left_out(tmp_path: Path) -> None:
    """In the scope of the reading."""
    path = delivered(tmp_path, [recorder(), gateway("igw-1")])
    name = (
        f"{ACCOUNT}_Config_{REGION}_ConfigHistory_AWS::EC2::InternetGateway_20251201T000000Z_20251201T060000Z_1.json.gz"
    )
    shutil.copy(path, path.with_name(name))
    collector = AwsconfigCollector()

    assert len(list(collector.collect(str(tmp_path), Options(need=NEED), lambda _: None))) == 1
    assert collector.reach.notes == (
        "1 snapshots of AWS Config were read, delivered 2025-12-02T00:00:00Z",
        "1 files of configuration history were left out: they tell only what changed",
    )


def test_the_age_of_the_snapshots_is_told(tmp_path: Path) -> None:
    """An old folder is not taken for what is there today without a word."""
    delivered(tmp_path, [recorder()], time="20241231T235959Z")
    delivered(tmp_path, [recorder("us-west-2")], time="20251201T000000Z", region="us-west-2")
    collector = AwsconfigCollector()

    list(collector.collect(str(tmp_path), Options(need=NEED), lambda _: None))

    (note,) = collector.reach.notes
    assert note == (
        "2 snapshots of AWS Config were read, delivered between 2024-12-31T23:59:59Z and 2025-12-01T00:00:00Z"
    )


def test_accounts_are_chosen_by_number(tmp_path: Path) -> None:
    """One that no snapshot is of is a mistake."""
    delivered(tmp_path, [recorder(), gateway("igw-1")])
    other = "210987654321"
    delivered(tmp_path, [recorder(account=other), gateway("igw-2", account=other)], account=other)

    assert read(tmp_path, accounts=(other,)) == (["igw-2"], [])
    with pytest.raises(CollectError, match="no snapshot is of that account"):
        read(tmp_path, accounts=("999999999999",))


def test_what_is_not_recorded_is_a_gap(tmp_path: Path) -> None:
    """Types that AWS Config does not record, or that are not read from it."""
    delivered(tmp_path, [recorder(), gateway("igw-1")])

    names, (gap,) = read(tmp_path, {**NEED, "aws.logs.log_group": frozenset({"logging"})})

    assert names == ["igw-1"]
    assert gap.types == ("aws.logs.log_group",)
    assert "scan the account itself" in gap.reason


@pytest.mark.parametrize(
    "spoil",
    [
        lambda whole: whole[: len(whole) // 2],
        lambda whole: b"\x1f\x8b" + os.urandom(200),
        lambda whole: b"nonsense",
        lambda whole: gzip.compress(b'{"configurationItems": 3}'),
        lambda whole: gzip.compress(b'{"configurationItems": [' + b"[" * 100_000),
        lambda whole: gzip.compress(b"\xff\xfe"),
        lambda whole: b"",
    ],
    ids=["truncated", "rubbish", "text", "no list", "deep", "no text", "empty"],
)
def test_a_spoiled_file_is_a_gap_of_its_region(tmp_path: Path, spoil: Any) -> None:
    """The others are read; nothing is taken for an empty account."""
    delivered(tmp_path, [recorder("us-west-2"), gateway("igw-west", region="us-west-2")], region="us-west-2")
    path = delivered(tmp_path, [recorder(), *(gateway(f"igw-{number}") for number in range(50))])
    path.write_bytes(spoil(path.read_bytes()))

    names, (gap,) = read(tmp_path)

    assert names == ["igw-west"]
    assert gap.where == f"{ACCOUNT}/{REGION}"
    assert "not a configuration snapshot" in gap.reason


def test_where_every_file_is_spoiled_the_account_is_a_gap(tmp_path: Path) -> None:
    """Of every type."""
    delivered(tmp_path, [recorder()]).write_bytes(b"nonsense")

    names, (gap,) = read(tmp_path)

    assert (names, gap.where, gap.types) == ([], ACCOUNT, ())


def test_a_small_file_that_unpacks_to_a_large_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not unpacked further than any snapshot may reach."""
    monkeypatch.setattr(deliveries, "MOST_BYTES", 1_000_000)
    path = delivered(tmp_path, [recorder()])
    path.write_bytes(gzip.compress(b'{"configurationItems": [' + b" " * 50_000_000 + b"]}"))

    _, (gap,) = read(tmp_path)

    assert "more than 1000000 bytes" in gap.reason


def test_a_pipe_in_the_place_of_a_file_does_not_wait(tmp_path: Path) -> None:
    """Only regular files are opened."""
    path = delivered(tmp_path, [recorder()])
    path.unlink()
    os.mkfifo(path)

    _, (gap,) = read(tmp_path)

    assert "pipe or device" in gap.reason


@pytest.mark.parametrize(
    "bad",
    [3, None, {}, {"resourceType": 3}, {**gateway("a"), "configuration": [1]}, {**gateway("a"), "resourceId": ""}],
)
def test_what_is_no_item_is_a_gap(tmp_path: Path, bad: Any) -> None:
    """The other items of the file are read."""
    delivered(tmp_path, [recorder(), bad, gateway("igw-1")])

    names, (gap,) = read(tmp_path)

    assert names == ["igw-1"]
    assert "no configuration item" in gap.reason


def test_items_of_another_account_are_left_out(tmp_path: Path) -> None:
    """A file named for one account does not speak for others."""
    delivered(tmp_path, [recorder(), gateway("igw-1"), gateway("igw-2", account="210987654321")])

    names, (gap,) = read(tmp_path)

    assert names == ["igw-1"]
    assert "1 items are of other accounts" in gap.reason


def test_a_deep_item_is_refused(tmp_path: Path) -> None:
    """No service describes anything with so many levels."""
    deep: Any = {}
    for _ in range(100):
        deep = {"a": deep}
    delivered(tmp_path, [recorder(), {**gateway("igw-2"), "configuration": deep}, gateway("igw-1")])

    names, (gap,) = read(tmp_path)

    assert names == ["igw-1"]
    assert "levels deep" in gap.reason


@pytest.mark.parametrize(
    "configuration",
    [
        {"internetGatewayId": "igw-1", "attachments": 3},
        {"internetGatewayId": ["igw-1"], "attachments": []},
        {"internetGatewayId": "igw-1", "attachments": [3]},
    ],
)
def test_a_member_of_another_shape_is_a_gap(tmp_path: Path, configuration: Any) -> None:
    """Never a crash."""
    strange = {**gateway("igw-2"), "configuration": configuration}
    delivered(tmp_path, [recorder(), strange])

    names, gaps = read(tmp_path)

    assert len(names) + len(gaps) == 1


def test_json_without_any_resource_does_not_tell_whose_it_is(tmp_path: Path) -> None:
    """Told, instead of an empty account."""
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"configSnapshotId": "1", "configurationItems": []}))

    with pytest.raises(CollectError, match="does not tell whose it is"):
        read(path)
