"""Configuration snapshots as AWS Config delivers them: gzipped JSON, one file for each account, region and time.

The file is named `ACCOUNT_Config_REGION_ConfigSnapshot_TIME_ID.json.gz`, and lies in
`AWSLogs/ACCOUNT/Config/REGION/YEAR/MONTH/DAY/ConfigSnapshot/` of the bucket. Of each account and region the latest
counts. A file of history (`..._ConfigHistory_...`) tells only what changed in six hours: it is left out. What the files
say is not trusted: only regular files are opened, and how much they hold once unpacked is bounded.
"""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from phiward.collectors.aws.organization import Member, Members
from phiward.collectors.aws.port import Denied
from phiward.collectors.awsconfig.account import SOURCE, Fetched
from phiward.collectors.awsconfig.deliveries import TooLargeError, files, named, unpacked
from phiward.collectors.awsconfig.item import Item, MalformedError
from phiward.collectors.awsconfig.records import Records
from phiward.errors import CollectError
from phiward.inventory.model import CollectionGap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from phiward.collectors.port import Options

CALL = "config:DeliverConfigSnapshot"
"""What observations of a snapshot name: the API action that makes one."""


class Delivered(NamedTuple):
    """A file with a snapshot."""

    path: Path
    time: str


class _Envelope(msgspec.Struct):
    """The file itself. The items are decoded one by one."""

    configurationItems: list[msgspec.Raw]  # noqa: N815 - as AWS Config writes it


class Snapshots:
    """The snapshots of a target, by account and region."""

    principal: str | None = None

    def __init__(self, target: str) -> None:
        """Find the files. Raises `CollectError` where there is no snapshot among them."""
        path = Path(target)
        self.notes: list[str] = []
        self._latest: dict[str, dict[str, Delivered]] = {}
        self._unnamed: Path | None = None
        history = 0
        for each in files(path) if path.is_dir() else (path,):
            said = named(each.name)
            if said is None:
                self._unnamed = each
            elif said["kind"] == "History":
                history += 1
            else:
                regions = self._latest.setdefault(said["account"], {})
                before = regions.get(said["region"])
                if before is None or said["time"] > before.time:
                    regions[said["region"]] = Delivered(each, said["time"])
        if self._unnamed is not None:
            account, region = _whose(self._unnamed)
            self._latest = {account: {region: Delivered(self._unnamed, "")}}
        times = sorted(each.time for regions in self._latest.values() for each in regions.values() if each.time)
        if times:
            first, last = _said(times[0]), _said(times[-1])
            between = first if first == last else f"between {first} and {last}"
            self.notes.append(f"{len(times)} snapshots of AWS Config were read, delivered {between}")
        if history:
            self.notes.append(f"{history} files of configuration history were left out: they tell only what changed")
        if not self._latest:
            raise CollectError(
                f"{target}: no configuration snapshot is there, only history, which tells what changed: "
                "aws configservice deliver-config-snapshot makes one"
            )

    @property
    def partition(self) -> str:
        """The partition of the first region."""
        region = min(region for regions in self._latest.values() for region in regions)
        return "aws-us-gov" if region.startswith("us-gov-") else "aws-cn" if region.startswith("cn-") else "aws"

    @property
    def home(self) -> str:
        """The region that stands for what has none."""
        return {"aws-us-gov": "us-gov-west-1", "aws-cn": "cn-north-1"}.get(self.partition, "us-east-1")

    def members(self, options: Options) -> Members:
        """Return the accounts that the snapshots are of. Raises `CollectError` for one that they are not."""
        every = sorted(self._latest)
        for word in options.accounts:
            if word not in every:
                raise CollectError(f"--accounts {word}: no snapshot is of that account; there are: {', '.join(every)}")
        read = tuple(Member(each) for each in every if not options.accounts or each in options.accounts)
        others = len(every) - len(read)
        left_out = (f"{others} of {len(every)} accounts of the snapshots (--accounts)",) if others else ()
        return Members(read, left_out, tuple(self.notes))

    def fetch(self, account: str) -> Fetched:
        """Return the records of one account. A file that cannot be read is a gap."""
        records, gaps = Records(account), list[CollectionGap]()
        for region, delivered in sorted(self._latest[account].items()):
            records.regions.add(region)
            shown = _shown(delivered.path)
            try:
                records.add(list(_items(delivered.path, shown, account, gaps)))
            except OSError as error:
                records.closed[region] = f"{shown}: cannot be read: {error.strerror or error}"
            except (msgspec.DecodeError, RecursionError, zlib.error, TooLargeError) as error:
                records.closed[region] = f"{shown}: not a configuration snapshot: {error}"[:300]
        records.settle()
        if records.regions and records.regions <= records.closed.keys():
            raise Denied(CALL, "; ".join(sorted(set(records.closed.values()))))
        return Fetched(records, tuple(gaps))


def _items(path: Path, shown: str, account: str, gaps: list[CollectionGap]) -> Iterator[Item]:
    whole = b"".join(unpacked(path, None))
    strangers = 0
    for raw in msgspec.json.decode(whole, type=_Envelope).configurationItems:
        try:
            item = Item(msgspec.json.decode(raw, type=dict[str, Any]), CALL)
        except (msgspec.DecodeError, MalformedError, RecursionError) as error:
            reason = f"what is no configuration item is in it: {error}"[:300]
            gaps.append(CollectionGap(source=SOURCE, where=shown, reason=reason))
            continue
        if item.account == account:
            yield item
        else:
            strangers += 1
    if strangers:
        reason = f"{strangers} items are of other accounts than {account}, whose snapshot it is named: left out"
        gaps.append(CollectionGap(source=SOURCE, where=shown, reason=reason))


def _whose(path: Path) -> tuple[str, str]:
    """Return the account and region of a file with another name: those of its first item. Raises `CollectError`."""
    try:
        for item in msgspec.json.decode(b"".join(unpacked(path, None)), type=_Envelope).configurationItems:
            first = Item(msgspec.json.decode(item, type=dict[str, Any]), CALL)
            if first.region != "global":
                return first.account, first.region
    except (OSError, msgspec.DecodeError, MalformedError, RecursionError, zlib.error, TooLargeError) as error:
        raise CollectError(f"{path}: not a configuration snapshot: {error}") from error
    raise CollectError(f"{path}: the snapshot holds no resource, and its name does not tell whose it is")


def _said(time: str) -> str:
    """Return a time as a file's name has it (`20260101T000000Z`) in the form of all others."""
    return f"{time[:4]}-{time[4:6]}-{time[6:11]}:{time[11:13]}:{time[13:]}"


def _shown(path: Path) -> str:
    try:
        return path.resolve().relative_to(Path.cwd().resolve()).as_posix()
    except ValueError:
        return path.as_posix()
