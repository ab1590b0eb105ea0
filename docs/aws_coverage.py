"""What other tools check of an AWS account for HIPAA, and which control answers it: the page `coverage-aws.md`."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from phiward.collectors.aws import questions
from phiward.engine.control import Control
from phiward.engine.fit import types_of
from phiward.inventory.catalog import Catalog

DATA = Path(__file__).parent / "data" / "aws-checks.csv"
TOOLS = ("prowler", "powerpipe", "config", "guard")
"""Columns of the data, and what the ids of a control's `equivalents` begin with."""

UNANSWERED = {
    "account-annual-risk-assessment": "a record of the organization, which no call can read: an attestation",
    "kms-enclave-no-debug-attestation": "asks the trail for log entries, which phiward never reads",
    "kms-enclave-no-unknown-image": "asks the trail for log entries, which phiward never reads",
}
"""Rows that no control over AWS can answer, and why."""


class Check(NamedTuple):
    """One row: what is asserted, and what each tool calls it."""

    id: str
    service: str
    asserts: str
    names: tuple[str, ...]
    """`prowler:NAME`, `config:NAME`, ..."""


class Answer(NamedTuple):
    """A control that says it answers an id, of a type."""

    control: str
    type: str


def checks() -> tuple[Check, ...]:
    """Return every row of the data."""
    rows = csv.DictReader(DATA.read_text(encoding="utf-8").splitlines())
    return tuple(
        Check(
            row["id"],
            row["service"],
            row["asserts"],
            tuple(f"{tool}:{name}" for tool in TOOLS for name in row[tool].split()),
        )
        for row in rows
    )


def answers(controls: Iterator[Control], known: Catalog) -> dict[str, set[Answer]]:
    """Return, for every id of another tool, the controls that answer it for a type that is read live."""
    live = set(questions.by_type())
    found: dict[str, set[Answer]] = {}
    for control in controls:
        asked = set(types_of(control.applies_to, known)) & live
        for name, every in control.equivalents.items():
            for identity in every if name in asked else ():
                found.setdefault(identity, set()).add(Answer(control.id, name))
    return found


def unanswered(check: Check, answered: dict[str, set[Answer]]) -> list[str]:
    """Return the ids of a row that no control answers; its own id where no tool has a name for it."""
    return [name for name in check.names if name not in answered] if check.names else [check.id]


def rows(controls: Iterator[Control], known: Catalog) -> Iterator[tuple[str, str, str, str]]:
    """Yield the rows of the page: service, what is asserted, who calls it what, what answers it."""
    answered = answers(controls, known)
    for check in checks():
        by: dict[str, set[str]] = {}
        for name in check.names:
            for answer in answered.get(name, ()):
                by.setdefault(answer.control, set()).add(answer.type)
        told = "; ".join(
            f"[{control}](controls.md#{control}) of {', '.join(f'`{name}`' for name in sorted(types))}"
            for control, types in sorted(by.items())
        )
        lacking = [name for name in unanswered(check, answered) if name != check.id] if told else []
        if lacking:
            told += f"; not answered: {', '.join(f'`{name}`' for name in lacking)}"
        names = ", ".join(f"`{name}`" for name in check.names)
        yield check.service, check.asserts, names, told or f"*{UNANSWERED.get(check.id, 'not yet')}*"
