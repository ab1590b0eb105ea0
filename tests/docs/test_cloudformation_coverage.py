"""What is asked of code is asked of templates too, or somebody says why not."""

import csv
import importlib
import sys
from pathlib import Path
from types import ModuleType

import pytest

from phiward.collectors.cloudformation import shapes
from phiward.collectors.registry import catalog
from phiward.engine.control import Control
from phiward.engine.fit import types_of
from phiward.engine.library import load, shipped

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture
def modules(monkeypatch: pytest.MonkeyPatch) -> dict[str, ModuleType]:
    """Return the modules that make the pages of coverage."""
    monkeypatch.syspath_prepend(str(DOCS))
    names = ("cloudformation_coverage", "iac_coverage", "aws_coverage")
    for name in names:
        monkeypatch.delitem(sys.modules, name, raising=False)
    return {name: importlib.import_module(name) for name in names}


def asked_by(names: tuple[str, ...], controls: dict[str, Control]) -> dict[str, set[str]]:
    """Return the controls that answer any of some ids, each with the resource types that it asks."""
    known = catalog()
    return {
        control.id: set(types_of(control.applies_to, known))
        for control in controls.values()
        if any(name in every for every in control.equivalents.values() for name in names)
    }


def test_every_row_is_judged_of_its_types(modules: dict[str, ModuleType]) -> None:
    """Of each CloudFormation type that a row names, or a reason is stated. No reason outlives its answer."""
    page, controls = modules["cloudformation_coverage"], load(shipped(), catalog()).controls
    silent, judged = [], set()
    for table in ("iac", "aws"):
        for check in modules[f"{table}_coverage"].checks():
            asked = asked_by(check.names, controls)
            yes, no = page.judged(table, check.id, asked)
            judged |= {(table, check.id, kind) for kind in yes}
            silent += [(table, check.id, kind) for kind in no if asked and page.why_not(table, check.id, kind) is None]

    assert silent == []
    assert judged & set(page.ODD) == set(), "judged by now: take the reason out"
    assert {kind for _, _, kind in judged} & set(page.REASONS) == set(), "judged by now: take the reason out"
    assert len(judged) > 250


def test_the_data_names_rows_that_are_there(modules: dict[str, ModuleType]) -> None:
    """Each row of the data is one of a table, and the types that have no reason are CloudFormation's."""
    page = modules["cloudformation_coverage"]
    rows = list(csv.DictReader((DOCS / "data" / "cloudformation-types.csv").read_text().splitlines()))
    there = {(table, check.id) for table in ("iac", "aws") for check in modules[f"{table}_coverage"].checks()}

    assert {(row["table"], row["id"]) for row in rows} - there == set()
    assert set(page._TOLD_OF) - set(shapes.discover()) == set()


def test_a_row_that_no_control_asks_of_the_type_is_not_judged(modules: dict[str, ModuleType]) -> None:
    """Not every control that is there answers for every type."""
    judged = modules["cloudformation_coverage"].judged

    assert judged("iac", "rds-instance-storage-is-encrypted", {"a": {"aws.s3.bucket"}}) == (
        [],
        ["AWS::RDS::DBInstance"],
    )
    assert judged("iac", "rds-instance-storage-is-encrypted", {"a": {"aws.rds.instance"}}) == (
        ["AWS::RDS::DBInstance"],
        [],
    )
