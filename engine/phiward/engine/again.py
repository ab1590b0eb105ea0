"""Judging a part of an inventory again: what of it stands, and how that differs from what stood before."""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from msgspec import Struct

from phiward.engine.compiled import Compiled
from phiward.engine.evaluate import evaluate
from phiward.engine.findings import Finding, Verdict
from phiward.engine.in_place import InPlaceReading
from phiward.engine.waivers import Waiver
from phiward.inventory.files import lines
from phiward.inventory.model import CollectionGap, Found

Key: TypeAlias = tuple[str, str]
"""A control's id and a resource's."""
Standing: TypeAlias = dict[Key, Finding]
"""What somebody has to do something about, and what is waived: not what passes."""
_IN_PLACE = InPlaceReading(strict=False, lenient=True)


class Difference(Struct, frozen=True):
    """How two states of the same code differ."""

    new: tuple[Finding, ...]
    """What was not there, or was there with another verdict."""
    gone: tuple[Finding, ...]
    """What was there and is not any more: mended, or its resource was taken away."""


def standing(
    found: Iterable[Found],
    compiled: Compiled,
    now: str,
    waivers: Iterable[Waiver] = (),
    in_place: InPlaceReading = InPlaceReading(),  # noqa: B008 - it cannot be changed
) -> Standing:
    """Judge resources by themselves: all that they relate to must be among them. Gaps are left out.

    Raises `CollectError` for an id that two of them have.
    """
    encoded = list(lines(each for each in found if not isinstance(each, CollectionGap)))[1:]
    return {
        (finding.control, finding.resource.id): finding
        for finding in evaluate(lambda: iter(encoded), compiled, now, waivers=waivers, in_place=in_place)
        if finding.resource is not None and finding.verdict is not Verdict.NOT_APPLICABLE
    }


def difference(before: Mapping[Key, Finding], after: Mapping[Key, Finding]) -> Difference:
    """Compare what stood with what stands. A finding whose lines moved is the same one."""
    return Difference(
        tuple(finding for key, finding in after.items() if key not in before or before[key].verdict != finding.verdict),
        tuple(finding for key, finding in before.items() if key not in after),
    )
