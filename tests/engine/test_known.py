"""What is new is told by control, resource, verdict and reasons."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from phiward.engine.findings import Finding, ResourceRef, State, Verdict, Why
from phiward.engine.known import Before, Compared, known
from phiward.engine.summary import Counts, Summary
from phiward.inventory.model import CollectionGap

HIGH = "high"


class Judged:
    """An evaluation of these findings."""

    def __init__(self, findings: list[Finding], gaps: list[CollectionGap]) -> None:
        control = type("Control", (), {"id": "c", "severity": HIGH})()
        rules = type("Rules", (), {"rules": [type("Rule", (), {"control": control})()]})()
        self.compiled = type("Compiled", (), {"rules": rules})()
        self.gaps = gaps
        self._findings = findings

    def __iter__(self) -> Iterator[Finding]:
        yield from self._findings


def why(path: str = "a.b", observed: Any = False, line: int = 1, unknown: str | None = None) -> Why:
    """Return a reason."""
    return Why(path=path, observed=observed, expected="true", file="x.tf", line=line, unknown=unknown)


def found(verdict: Verdict, *whys: Why, id_: str = "r") -> Finding:
    """Return a finding on a resource."""
    return Finding(control="c", verdict=verdict, why=whys or (why(),), resource=ResourceRef(id=id_, type="t"))


def line(id_: str = "r", **more: Any) -> bytes:
    """Return a resource's line."""
    return msgspec.json.encode({"id": id_, "origin": {"kind": "terraform"}, **more, "type": "t"}, order="sorted")


def gap(reason: str = "denied", where: str = "x.tf") -> CollectionGap:
    """Return a gap."""
    return CollectionGap(source="terraform", where=where, reason=reason)


def compared(
    before: list[Finding],
    now: list[Finding],
    lines_before: tuple[bytes, ...] = (line(),),
    lines: tuple[bytes, ...] = (line(),),
    gaps: tuple[CollectionGap, ...] = (),
    **more: Any,
) -> tuple[list[State | None], Compared]:
    """Return how the findings stand, and the comparison."""
    earlier = Before(what="x", findings=lambda: iter(before), lines=lambda: iter(lines_before), **more)
    told = Compared(Judged(now, list(gaps)), known(earlier, lambda: iter(lines), {"c": "c", "old": "c"}))  # type: ignore[arg-type]
    return [each.state for each in told], told


@pytest.mark.parametrize(
    ("before", "now", "state"),
    [
        (found(Verdict.FAIL), found(Verdict.FAIL, why(line=99)), State.KNOWN),
        (found(Verdict.FAIL), found(Verdict.FAIL, why(observed=None)), State.KNOWN),
        (found(Verdict.FAIL), found(Verdict.FAIL, why(), why("a.c")), State.NEW),
        (found(Verdict.FAIL, why(), why("a.c")), found(Verdict.FAIL), State.KNOWN),
        (found(Verdict.FAIL), found(Verdict.UNKNOWN, why(unknown="var.x")), State.NEW),
        (found(Verdict.UNKNOWN, why(unknown="var.x")), found(Verdict.FAIL), State.NEW),
        (found(Verdict.UNKNOWN, why(unknown="var.x")), found(Verdict.UNKNOWN, why(unknown="var.y")), State.KNOWN),
        (found(Verdict.WAIVED), found(Verdict.FAIL), State.NEW),
        (found(Verdict.ERROR), found(Verdict.ERROR), State.NEW),
        (found(Verdict.FAIL), found(Verdict.WAIVED), None),
        (found(Verdict.FAIL), found(Verdict.PASS), None),
        (found(Verdict.FAIL, why("p[0].q", "22")), found(Verdict.FAIL, why("p[7].q", "22")), State.KNOWN),
        (found(Verdict.FAIL, why("p[0].q", "22")), found(Verdict.FAIL, why("p[0].q", "3389")), State.NEW),
        (
            found(Verdict.FAIL, why("p[0].q", "22")),
            found(Verdict.FAIL, why("p[0].q", "22"), why("p[1].q", "22")),
            State.NEW,
        ),
    ],
)
def test_what_is_known(before: Finding, now: Finding, state: State | None) -> None:
    """The same control, resource and verdict, for no other reasons."""
    assert compared([before], [now])[0] == [state]


def test_a_control_that_was_renamed() -> None:
    """Findings under its former name are its own."""
    before = msgspec.structs.replace(found(Verdict.FAIL), control="old")

    states, told = compared([before], [found(Verdict.FAIL)], selected=frozenset({"old"}))

    assert states == [State.KNOWN]
    assert told.comparison.new_controls == 0


def test_only_what_is_new_counts() -> None:
    """Known fails and unknowns are taken out of what the gate looks at, and nothing else is."""
    unseen = found(Verdict.UNKNOWN, why(unknown="x"), id_="u")
    before = [found(Verdict.FAIL), unseen]
    counts = Counts(passed=4, failed=2, unknown=2, error=1)
    summary = Summary(resources=9, types={}, controls={}, severities={HIGH: counts}, total=counts, gaps=(gap(),))

    _, told = compared(before, [*before, found(Verdict.FAIL, id_="n"), found(Verdict.UNKNOWN, id_="m")])
    left = told.remaining(summary)

    assert left.severities[HIGH] == Counts(passed=4, failed=1, unknown=1, error=1)
    assert left.total.error == 1


@pytest.mark.parametrize(("unchanged", "new"), [(None, 0), (lambda _: True, 0), (lambda _: False, 1)])
def test_gaps(unchanged: Any, new: int) -> None:
    """One that was there is known, unless its file is another one now."""
    was = msgspec.json.encode({"gap": msgspec.to_builtins(gap())})

    _, told = compared([], [], (was, line()), gaps=(gap(),), unchanged=unchanged)
    _, other = compared([], [], (was, line()), gaps=(gap("other"),), unchanged=unchanged)

    assert (told.comparison.new_gaps, told.comparison.known_gaps) == (new, 1 - new)
    assert other.comparison.new_gaps == 1


def test_a_listing_that_failed_before_and_fails_now() -> None:
    """The finding on the whole run is known; not where something else could not be read."""
    missing = Why(path="", expected="a listing of t in x.tf", unknown="denied")
    finding = Finding(control="c", verdict=Verdict.UNKNOWN, why=(missing,))
    was = msgspec.json.encode({"gap": msgspec.to_builtins(gap())})

    assert compared([finding], [finding], (was,), gaps=(gap(),))[0] == [State.KNOWN]
    assert compared([finding], [finding], (was,), gaps=(gap(), gap("other")))[0] == [State.NEW]


def test_addresses_that_changed() -> None:
    """Everything known of both is the same but for the address; of two that are the same, each takes one."""
    before = [found(Verdict.FAIL, id_="x.a"), found(Verdict.FAIL, id_="x.b")]
    now = [found(Verdict.FAIL, id_="x.c"), found(Verdict.FAIL, id_="x.d"), found(Verdict.FAIL, id_="x.e")]
    were = tuple(line(f"x.{name}", name=name, size=1) for name in "ab")
    are = tuple(line(f"x.{name}", name=name, size=1) for name in "cde")

    states, told = compared(before, now, were, are)

    assert states == [State.KNOWN, State.KNOWN, State.NEW]
    assert (told.comparison.moved, told.comparison.fixed, told.comparison.gone) == (2, 0, 0)


def test_another_name_is_another_resource() -> None:
    """Where the name is no part of the address."""
    states, _ = compared(
        [found(Verdict.FAIL, id_="x.a")],
        [found(Verdict.FAIL, id_="x.b")],
        (line("x.a", name="records"),),
        (line("x.b", name="images"),),
    )

    assert states == [State.NEW]


def test_another_id_in_an_account_is_another_resource() -> None:
    """It was made anew, however like the one that is gone."""
    states, told = compared(
        [found(Verdict.FAIL, id_="vol-1")],
        [found(Verdict.FAIL, id_="vol-2")],
        (line("vol-1", origin={"kind": "live"}),),
        (line("vol-2", origin={"kind": "live"}),),
    )

    assert states == [State.NEW]
    assert told.comparison.gone == 1
