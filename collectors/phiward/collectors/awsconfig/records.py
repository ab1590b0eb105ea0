"""All that AWS Config recorded of one account, and what it keeps record of at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from phiward.collectors.awsconfig.item import GLOBAL, Item
from phiward.collectors.awsconfig.recorder import ITEM_TYPE, SOME_REGIONS, Recorder, recorder_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from phiward.collectors.awsconfig.answer import Found

SCAN = "scan the account itself (phiward scan aws)"
"""What helps wherever AWS Config does not tell."""


class Records:
    """The configuration items of an account: the newest of each resource, without those that are gone."""

    def __init__(self, account: str, recorders: dict[str, Recorder] | None = None) -> None:
        self.account = account
        self.recorders = recorders or {}
        """The recorder of each region that is known to have one."""
        self.closed: dict[str, str] = {}
        """Regions of which AWS Config keeps no up-to-date record, with the reason."""
        self.regions: set[str] = set()
        """The regions that are known of, `global` left out."""
        self.answers: dict[tuple[str, str | None], Found] = {}
        """What calls without arguments were answered with, by call and region."""
        self._newest: dict[tuple[str, str, str], Item] = {}
        self._by_type: dict[str, list[Item]] | None = None
        self._by_name: dict[tuple[str, str | None], dict[str, Item]] = {}

    def add(self, items: Iterable[Item]) -> None:
        """Take items in; of one resource the latest counts."""
        for item in items:
            if item.region != GLOBAL:
                self.regions.add(item.region)
            key = (item.type, item.region, item.arn or item.id)
            before = self._newest.get(key)
            if before is None or (item.captured or "") >= (before.captured or ""):
                self._newest[key] = item
        self._by_type = None

    def settle(self) -> None:
        """Conclude from the recorders' own items, where nobody told of the recorders, which regions are kept up."""
        for item in self._all(ITEM_TYPE):
            on = bool(item.configuration.get("Recording"))
            self.recorders.setdefault(item.region, recorder_of(item.configuration, on=on))
        for region, recorder in self.recorders.items():
            self.regions.add(region)
            if not recorder.on:
                self.closed.setdefault(region, "its configuration recorder is switched off: what it holds may be old")
            elif recorder.failing:
                self.closed.setdefault(region, f"its configuration recorder is failing: {recorder.failing}")

    def of(self, resource_type: str, region: str | None) -> list[Item]:
        """Return the resources of a type in a region where it is kept up to date; without one, in all of those."""
        places = {item.region for item in self._all(resource_type)}
        kept = {place for place in places if self._kept_up(resource_type, place)}
        return [
            item
            for item in self._all(resource_type)
            if item.region in kept and (region is None or item.region == region)
        ]

    def find(self, resource_type: str, region: str | None, names: Iterable[str]) -> Item | None:
        """Return the resource of a type that has one of the names as its id, name, ARN or the end of its ARN."""
        index = self._by_name.get((resource_type, region))
        if index is None:
            index = {}
            items = self.of(resource_type, region)
            for item in items:
                index.update({name: item for name in (item.id, item.name, item.arn) if name is not None})
            for item in items:  # the id of some types is their ARN, and their name is only in it
                index.setdefault((item.arn or "").rpartition(":")[2].rpartition("/")[2], item)
            self._by_name[resource_type, region] = index
        return next((index[name] for name in names if name in index), None)

    def why_not(self, resource_type: str, region: str | None) -> str | None:
        """Say why nothing can be said of a type where no item of it is; None: there is none of it."""
        if self.of(resource_type, region):
            return None
        wanted = sorted(self.regions) if region is None else [region]
        if not wanted:
            return f"nothing tells that AWS Config records this account: {SCAN}"
        reasons = [self._why_not(resource_type, each) for each in wanted]
        # A thing without a region is recorded where somebody chose to: one recorder is enough.
        return None if None in reasons else reasons[0]

    def _kept_up(self, resource_type: str, place: str) -> bool:
        """Say whether what is recorded of a type in a region is of now; of what has no region, in any of them."""
        regions = self.regions if place == GLOBAL else {place}
        return any(
            region not in self.closed
            and (region not in self.recorders or self.recorders[region].records(resource_type))
            for region in regions
        )

    def _why_not(self, resource_type: str, region: str) -> str | None:
        if region in self.closed:
            return f"{self.closed[region]}; {SCAN}"
        recorder = self.recorders.get(region)
        if recorder is None:
            return f"nothing tells that AWS Config records {resource_type} here: {SCAN}"
        if not recorder.records(resource_type):
            return f"the configuration recorder does not record {resource_type}: let it, or {SCAN}"
        if resource_type in SOME_REGIONS:
            return f"AWS Config records {resource_type} in some regions only, and has none here: {SCAN}"
        return None

    def _all(self, resource_type: str) -> list[Item]:
        by_type = self._by_type
        if by_type is None:
            by_type = {}
            for item in self._newest.values():
                if not item.gone:
                    by_type.setdefault(item.type, []).append(item)
            for items in by_type.values():
                items.sort(key=lambda item: (item.arn or item.id, item.region))
            self._by_type = by_type
        return by_type.get(resource_type, [])
