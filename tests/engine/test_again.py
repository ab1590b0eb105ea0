"""Two states of the same code."""

from phiward.engine.again import difference
from phiward.engine.findings import Finding, ResourceRef, Verdict


def finding(control: str, verdict: Verdict = Verdict.FAIL, line: int = 1) -> Finding:
    """Return a finding of one resource."""
    return Finding(control=control, verdict=verdict, resource=ResourceRef(id="r", type="t", file="f", line=line))


def test_what_moved_is_the_same_and_what_changed_is_new() -> None:
    """A finding is its control, its resource and its verdict."""
    before = {("a", "r"): finding("a"), ("b", "r"): finding("b"), ("c", "r"): finding("c")}
    after = {("a", "r"): finding("a", line=9), ("b", "r"): finding("b", Verdict.UNKNOWN), ("d", "r"): finding("d")}

    found = difference(before, after)

    assert [each.control for each in found.new] == ["b", "d"]
    assert [each.control for each in found.gone] == ["c"]
