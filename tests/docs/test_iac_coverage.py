"""What other tools check of infrastructure code is answered by a control, or somebody says why not."""

import csv
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from phiward.collectors.registry import catalog
from phiward.engine.library import load, shipped

ROOT = Path(__file__).resolve().parents[2]


def page() -> ModuleType:
    """Return the module that makes the page."""
    spec = importlib.util.spec_from_file_location("iac_coverage_page", ROOT / "docs" / "iac_coverage.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["iac_coverage_page"] = module
    sys.path.insert(0, str(ROOT / "docs"))
    spec.loader.exec_module(module)
    return module


def test_every_id_is_answered_or_explained() -> None:
    """Of AWS: an id of a type that code fills has a control or a reason, and no reason outlives its answer."""
    coverage, known = page(), catalog()
    answered = coverage.answers(iter(load(shipped(), known).controls.values()), known)
    read = coverage.read_types()

    silent = [
        (check.id, name)
        for check in coverage.checks()
        for name in check.names
        if name not in answered and coverage.why_not(check, name, read) is None
    ]

    assert silent == []
    assert set(coverage.REASONS) & set(answered) == set(), "answered by now: take the reason out"


def test_the_data_is_whole() -> None:
    """Ids are unique, nothing is empty, and every row has a name in at least one tool."""
    rows = list(csv.DictReader((ROOT / "docs" / "data" / "iac-checks.csv").read_text().splitlines()))

    assert len({row["id"] for row in rows}) == len(rows) == 215
    assert [row["id"] for row in rows if not row["asserts"] or row["section"] not in {"aws", "kubernetes"}] == []
    assert [row["id"] for row in rows if not any(row[tool] for tool in page().TOOLS)] == []


def test_the_page_says_who_answers_and_why_not() -> None:
    """Answers lead to the control; what has none says why."""
    coverage, known = page(), catalog()
    rows = {row[1]: row for row in coverage.rows(iter(load(shipped(), known).controls.values()), known)}

    assert "[data-store-encrypted-at-rest]" in rows["RDS instance storage is encrypted"][3]
    assert "not `CKV_AWS_66`: *a log group without a period" in rows["Log group has a retention period"][3]
