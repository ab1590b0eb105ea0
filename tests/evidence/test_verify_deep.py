"""`--deep`: findings that do not follow from the facts are found."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from evidence import samples
from evidence.tampering import failed
from msgspec.structs import replace

from phiward.engine.findings import Verdict
from phiward.engine.summary import Counts, Summary
from phiward.evidence import bundle
from phiward.evidence.trust import trust_key
from phiward.evidence.verify import Contents, Evaluated, exit_code, verify


@contextmanager
def again(contents: Contents) -> Iterator[Evaluated]:
    """Evaluate a bundle's facts again."""
    count = sum(b'"type"' in line for line in contents.lines())
    yield Evaluated(
        findings=samples.evaluate(contents.lines()),
        standings=lambda: samples.standings(count),
        summary=lambda: Summary(resources=count, types={}, controls={}, severities={}, total=Counts()),
        controls={},
    )


def test_deep_finds_that_the_findings_follow(tmp_path: Path) -> None:
    """The same evaluation gives the same bytes."""
    bundle.write(tmp_path / "b.zip", samples.evidence(), samples.signer(tmp_path))

    steps = verify(tmp_path / "b.zip", trust_key(tmp_path / "signer.pub"), deep=again)

    assert steps[-1].detail == "8 findings follow from the facts, byte for byte"
    assert exit_code(steps) == 0


def test_deep_hands_over_what_was_evaluated(tmp_path: Path) -> None:
    """The lines come back in order, several files and the gaps included, with controls, policy and clock."""
    seen: list[Contents] = []
    lines: list[bytes] = []

    def remember(contents: Contents) -> AbstractContextManager[Evaluated]:
        seen.append(contents)
        lines.extend(contents.lines())
        return again(contents)

    bundle.write(tmp_path / "b.zip", samples.evidence(5_001, (samples.GAP,)), samples.signer(tmp_path))

    steps = verify(tmp_path / "b.zip", trust_key(tmp_path / "signer.pub"), deep=remember)

    assert exit_code(steps) == 0
    assert lines == list(samples.inventory(5_001, (samples.GAP,)))
    assert [control.path for control in seen[0].controls] == ["encryption/data-store-encrypted-at-rest.yaml"]
    assert seen[0].run == samples.RUN


def test_deep_finds_a_finding_that_the_facts_do_not_give(tmp_path: Path) -> None:
    """A dishonest collector signs passes over failing facts: hashes and signature are right, `--deep` is not."""
    passes = (replace(finding, verdict=Verdict.PASS, why=()) for finding in samples.evaluate(samples.inventory()))
    forged = replace(samples.evidence(), findings=passes)
    bundle.write(tmp_path / "b.zip", forged, samples.signer(tmp_path))

    steps = verify(tmp_path / "b.zip", trust_key(tmp_path / "signer.pub"), deep=again)

    assert exit_code(steps) == 5
    assert failed(steps) == "results/results.jsonl:1: another finding follows from the facts"


@pytest.mark.parametrize("keep", [7, 0])
def test_deep_finds_a_missing_finding(tmp_path: Path, keep: int) -> None:
    """Fewer findings than the facts give."""
    fewer = list(samples.evaluate(samples.inventory()))[:keep]
    bundle.write(tmp_path / "b.zip", replace(samples.evidence(), findings=fewer), samples.signer(tmp_path))

    assert exit_code(verify(tmp_path / "b.zip", trust_key(tmp_path / "signer.pub"), deep=again)) == 5
