"""Every selected control answers in every run; what is denied can only make an answer unknown.

One made-up account, read once, is read again with each single IAM action denied: only the types that ask for it, since
the others cannot notice.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from functools import cache
from typing import Any, NamedTuple

import aws_survey
import aws_world
import pytest
from msgspec.structs import replace

from phiward.collectors.aws import calls, permissions, plan, questions
from phiward.collectors.registry import catalog
from phiward.engine.compiled import Compiled, compile_rules
from phiward.engine.evaluate import evaluate
from phiward.engine.library import load, shipped
from phiward.engine.requirements import gate
from phiward.engine.rules import needs, select
from phiward.inventory.catalog import ResourceType
from phiward.inventory.model import CollectionGap, Maybe, Need, Resource, Unknown
from phiward.inventory.wire import encode

NOW = "2026-03-01T00:00:00Z"
GRANTED = permissions.actions(None)
MOST = 300
"""Made-up accounts that are tried."""

TRUE_WITHOUT_ASKING = {
    ("nothing-used-anonymously", "aws.iam.account"): "AWS lets nobody into an account without credentials",
}
"""(control, type) that passes where everything is denied, and why."""


class Judged(NamedTuple):
    """What a run said."""

    verdicts: dict[tuple[str, str], str]
    """Control, and type and id of the resource, to the verdict, passes too; the resource is empty for the whole run."""
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


@cache
def accounts(key: str) -> tuple[int, ...]:
    """Return the accounts that a module reads: those in which it asks all, and one more in which it finds something."""
    module = next(each for each in plan.modules() if aws_world.module_of(each) == key)
    words, wanted = aws_world.literals(key), need()[module.TYPE.name]
    chosen = aws_survey.chosen(key)
    for seed in range(MOST):
        reading = aws_survey.Reading(aws_world.World(seed, words))
        if any(isinstance(each, Resource) for each in aws_survey.collected(module, reading, wanted)):
            return tuple(dict.fromkeys([*chosen, seed]))
    return tuple(chosen)


def read(name: str, denied: Collection[str], other: str = "") -> list[Resource | CollectionGap]:
    """Read one type of a few made-up accounts as the collector does. `other`: an action whose answers are other ones."""
    found: list[Resource | CollectionGap] = []
    for module in plan.modules():
        if module.TYPE.name != name or name not in need():
            continue
        key = aws_world.module_of(module)
        for seed in accounts(key):
            reading = aws_survey.Reading(aws_world.World(seed, aws_world.literals(key), other), denied)
            found += [_of(seed, module.TYPE, each) for each in aws_survey.collected(module, reading, need()[name])]
    return found


def _of(account: int, type_: ResourceType, found: Resource | CollectionGap) -> Resource | CollectionGap:
    """Tell the things of one made-up account, and of one type, from those of another, whose ids may be the same."""
    if isinstance(found, CollectionGap):
        return found

    def to(name: str, ids: Maybe[tuple[str, ...]]) -> Maybe[tuple[str, ...]]:
        declared = type_.relations[name]
        kinds = () if isinstance(declared, str) else declared.to
        return ids if isinstance(ids, Unknown) or not kinds else tuple(f"{account} {kinds[0]} {one}" for one in ids)

    relations = {name: to(name, ids) for name, ids in found.relations.items()}
    return replace(found, id=f"{account} {type_.name} {found.id}", relations=relations)


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
        key = (finding.control, f"{finding.resource.type} {finding.resource.id}" if finding.resource else "")
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


def repeated(found: Iterable[Resource | CollectionGap]) -> frozenset[str]:
    """Return the things that were made up twice: another verdict may be of the other one."""
    seen = Counter(f"{each.type} {each.id}" for each in found if isinstance(each, Resource))
    return frozenset(each for each, times in seen.items() if times > 1)


@cache
def twice() -> frozenset[str]:
    """Return what is made up twice where everything is granted."""
    return repeated(each for name in questions.by_type() for each in undenied(name))


def test_the_account_is_rich_enough() -> None:
    """Types have resources, and controls pass and fail: else nothing could be seen to change."""
    empty = [
        name
        for name in need()
        if name in questions.by_type() and not any(isinstance(each, Resource) for each in undenied(name))
    ]
    verdicts = set(whole().verdicts.values())

    assert empty == []
    assert len(twice()) < 20
    assert {"pass", "fail", "unknown"} <= verdicts
    assert len(whole().verdicts) > 500


def test_every_control_answers_where_nothing_is_found() -> None:
    """An empty account: not applicable, which is said."""
    ids = {rule.control.id for rule in rules().rules.rules}

    assert judged([]).controls == ids


def test_every_control_answers_where_everything_is_denied() -> None:
    """Unknown, with the exit code that says that not enough could be seen."""
    found = [each for name in questions.by_type() for each in read(name, GRANTED)]
    told = judged(found)

    assert told.controls == {rule.control.id for rule in rules().rules.rules}
    said = {
        (control, of.partition(" ")[0])
        for (control, of), verdict in told.verdicts.items()
        if verdict in ("pass", "fail")
    }
    assert said == set(TRUE_WITHOUT_ASKING)
    assert told.exit == 3
    asked = {rule.control.id for rule in rules().rules.rules if set(rule.types) & set(questions.by_type())}
    assert {control for control, _ in told.verdicts if told.verdicts[control, _] == "unknown"} == asked


@pytest.mark.parametrize("action", GRANTED)
def test_a_denied_action_only_makes_unknown(action: str) -> None:
    """No verdict is made up, and no resource or control goes missing.

    A verdict that stays must not hang on the answer: it is the same where the answer is another one.
    """
    concerned = {
        name
        for name, asked in questions.asked(need()).items()
        if any(action == calls.grant(each.service, each.operation) for each in asked)
    }
    found, others = (
        [each for name in questions.by_type() for each in (read(name, *how) if name in concerned else undenied(name))]
        for how in (((action,),), ((), action))
    )
    gaps = {name for each in found if isinstance(each, CollectionGap) for name in each.types}
    told = judged(found)
    double = twice() | repeated(found) | repeated(others)

    changed = {
        key: (before, told.verdicts.get(key))
        for key, before in whole().verdicts.items()
        if key[1] and key[1] not in double and told.verdicts.get(key) != before
    }
    for (control, resource), (before, now) in changed.items():
        missing = now is None and (gaps or before == "not_applicable")
        assert now == "unknown" or missing, (control, resource, before, now)
    if_other = judged(others).verdicts
    guessed = {
        key: (verdict, if_other[key])
        for key, verdict in told.verdicts.items()
        if verdict in ("pass", "fail") and key[1] and key[1] not in double and if_other.get(key, verdict) != verdict
    }
    assert guessed == {}
    assert told.controls == whole().controls
    assert not changed or told.exit != 0
