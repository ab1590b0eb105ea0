"""Every selected control answers in every run; what is denied can only make an answer unknown.

One made-up account, read once, is read again with each single IAM action denied: only the types that ask for it, since
the others cannot notice.
"""

from collections.abc import Collection
from functools import cache
from typing import Any, NamedTuple

import aws_survey
import aws_world
import pytest

from phiward.collectors.aws import calls, permissions, plan, questions
from phiward.collectors.registry import catalog
from phiward.engine.compiled import Compiled, compile_rules
from phiward.engine.evaluate import evaluate
from phiward.engine.library import load, shipped
from phiward.engine.requirements import gate
from phiward.engine.rules import needs, select
from phiward.inventory.model import CollectionGap, Need, Resource
from phiward.inventory.wire import encode

NOW = "2026-03-01T00:00:00Z"
GRANTED = permissions.actions(None)
MORE = (3, 5, 8)
"""Accounts besides those in which every call is made, so that every type has resources."""

EXCEPTIONS: dict[tuple[str, str], str] = {}
"""(action, control) whose verdict may change otherwise, and why."""


class Judged(NamedTuple):
    """What a run said."""

    verdicts: dict[tuple[str, str], str]
    """Control and resource to the verdict, passes too; the resource is empty for what is said of the run."""
    controls: frozenset[str]
    """Controls with a finding, or resources that pass."""
    exit: int


@cache
def rules() -> Compiled:
    """Return what the shipped policy asks."""
    known = catalog()
    return compile_rules(select(load(shipped(), known), known))


@cache
def need() -> Need:
    """Return what is read for it."""
    return needs(rules().rules)


def read(name: str, denied: Collection[str]) -> list[Resource | CollectionGap]:
    """Read one type of the account as the collector does, with the answers of a few made-up accounts together."""
    found: list[Resource | CollectionGap] = []
    for module in plan.modules():
        if module.TYPE.name != name or name not in need():
            continue
        key = aws_world.module_of(module)
        for seed in dict.fromkeys([*aws_survey.chosen(key), *MORE]):
            reading = aws_survey.Reading(aws_world.World(seed, aws_world.literals(key)), denied)
            found += aws_survey.collected(module, reading, need()[name])
    return found


@cache
def undenied(name: str) -> tuple[Resource | CollectionGap, ...]:
    """Return what is read where everything is granted."""
    return tuple(read(name, ()))


def judged(found: list[Resource | CollectionGap]) -> Judged:
    """Judge what was read."""
    lines = [encode(each) for each in sorted(found, key=lambda each: isinstance(each, CollectionGap))]
    evaluation = evaluate(lambda: lines, rules(), NOW, passes=True)
    verdicts: dict[tuple[str, str], str] = {}
    for finding in evaluation:
        key = (finding.control, finding.resource.id if finding.resource else "")
        verdicts[key] = max(str(finding.verdict), verdicts.get(key, ""))
    summary = evaluation.summary
    said = frozenset(name for name, counts in summary.controls.items() if sum(_values(counts)))
    return Judged(verdicts, said, gate(rules().rules, summary))


def _values(counts: Any) -> list[int]:
    return [getattr(counts, name) for name in counts.__struct_fields__]


@cache
def whole() -> Judged:
    """Return the verdicts where everything is granted."""
    return judged([each for name in questions.by_type() for each in undenied(name)])


def test_the_account_is_rich_enough() -> None:
    """Types have resources, and controls pass and fail: else nothing could be seen to change."""
    empty = [name for name in need() if name in questions.by_type() and not undenied(name)]
    verdicts = set(whole().verdicts.values())

    assert empty == []
    assert {"pass", "fail", "unknown"} <= verdicts
    assert len(whole().verdicts) > 1000


def test_every_control_answers_where_nothing_is_found() -> None:
    """An empty account: not applicable, which is said."""
    ids = {rule.control.id for rule in rules().rules.rules}

    assert judged([]).controls == ids


def test_every_control_answers_where_everything_is_denied() -> None:
    """Unknown, with the exit code that says that not enough could be seen."""
    found = [each for name in questions.by_type() for each in read(name, GRANTED)]
    told = judged(found)

    assert told.controls == {rule.control.id for rule in rules().rules.rules}
    assert {verdict for verdict in told.verdicts.values()} <= {"unknown", "not_applicable"}
    assert told.exit == 3
    asked = {rule.control.id for rule in rules().rules.rules if set(rule.types) & set(questions.by_type())}
    assert {control for control, _ in told.verdicts if told.verdicts[control, _] == "unknown"} == asked


@pytest.mark.parametrize("action", GRANTED)
def test_a_denied_action_only_makes_unknown(action: str) -> None:
    """No verdict is made up, none is kept that hung on the answer, and no resource or control goes missing."""
    concerned = {
        name
        for name, asked in questions.asked(need()).items()
        if any(action == calls.grant(each.service, each.operation) for each in asked)
    }
    found: list[Resource | CollectionGap] = []
    for name in questions.by_type():
        found += read(name, (action,)) if name in concerned else undenied(name)
    gaps = {name for each in found if isinstance(each, CollectionGap) for name in each.types}
    told = judged(found)

    changed = {
        key: (before, told.verdicts.get(key))
        for key, before in whole().verdicts.items()
        if key[1] and told.verdicts.get(key) != before and (action, key[0]) not in EXCEPTIONS
    }
    for (control, resource), (before, now) in changed.items():
        missing = now is None and (gaps or before == "not_applicable")
        assert now == "unknown" or missing, (control, resource, before, now)
    assert told.controls == whole().controls
    assert not changed or told.exit != 0
