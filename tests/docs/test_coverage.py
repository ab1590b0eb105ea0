"""Everything that other tools check of an AWS account for HIPAA is answered by a control over a live type."""

import csv
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from phiward.collectors.registry import catalog
from phiward.engine.library import load, shipped

ROOT = Path(__file__).resolve().parents[2]
KNOWN_GAPS: frozenset[str] = frozenset()
"""Rows that are not answered yet: to be emptied. What stands here must be a gap, so that the list cannot grow stale."""


def coverage() -> ModuleType:
    """Return the module that makes the page."""
    spec = importlib.util.spec_from_file_location("coverage_page", ROOT / "docs" / "aws_coverage.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["coverage_page"] = module
    spec.loader.exec_module(module)
    return module


def test_every_row_is_answered() -> None:
    """By every id that it has, except what no control can answer, and why."""
    page, known = coverage(), catalog()
    answered = page.answers(iter(load(shipped(), known).controls.values()), known)

    gaps = {check.id: lacking for check in page.checks() if (lacking := page.unanswered(check, answered))}
    unexplained = {
        row: lacking for row, lacking in gaps.items() if row not in page.UNANSWERED and row not in KNOWN_GAPS
    }

    assert unexplained == {}
    assert KNOWN_GAPS - set(gaps) == set(), "answered by now: take it out of the list"
    assert set(page.UNANSWERED) - set(gaps) == set(), "answered by now: take it out of the list"


def test_the_data_is_whole() -> None:
    """Ids are unique, nothing is empty, and every row has a name in at least one tool or a reason."""
    rows = list(csv.DictReader((ROOT / "docs" / "data" / "aws-checks.csv").read_text().splitlines()))

    assert len({row["id"] for row in rows}) == len(rows) == 206
    assert [row["id"] for row in rows if not row["asserts"] or not row["service"]] == []
    assert [row["id"] for row in rows if not any(row[tool] for tool in coverage().TOOLS)] == []
