"""The rules of one run: a policy's controls, their parameters filled in, and the types each applies to."""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Any

from msgspec import Struct

from phiward.engine.content import nearest
from phiward.engine.control import Control, Policy
from phiward.engine.library import Library
from phiward.errors import ContentError, UsageError
from phiward.inventory.catalog import Catalog
from phiward.inventory.model import Need


class Rule(Struct, frozen=True):
    """One selected control."""

    control: Control
    types: tuple[str, ...]
    """The types it applies to, sorted."""
    requirements: tuple[str, ...]
    """The ids of the policy's requirements that it answers, in the policy's order."""


class Rules(Struct, frozen=True):
    """What a run asks: the policy, its controls sorted by id, and the catalog they were held against."""

    policy: Policy
    rules: tuple[Rule, ...]
    catalog: Catalog


def select(  # noqa: PLR0913 - a selection has this many parts
    library: Library,
    catalog: Catalog,
    policy: str = "hipaa-security-rule",
    *,
    include: Iterable[str] = (),
    exclude: Iterable[str] = (),
    parameters: dict[str, dict[str, Any]] | None = None,
) -> Rules:
    """Choose a policy's controls and fill their parameters in.

    `include`, `exclude` (ids or patterns with `*`) and `parameters` narrow and change what the policy says. Raises
    `ContentError` where the policy names what is not there, `UsageError` where the caller does or nothing is left.
    """
    from phiward.engine.control_file import bind
    from phiward.engine.fit import problems_of, types_of

    chosen = library.policies.get(policy)
    if chosen is None:
        near = nearest(policy, library.policies)
        hint = f" (did you mean {near!r}?)" if near else f"; there are: {', '.join(sorted(library.policies))}"
        raise UsageError(f"there is no policy {policy!r}{hint}")
    ids = {alias: control.id for control in library.controls.values() for alias in control.aliases}
    ids.update({identity: identity for identity in library.controls})
    selected = _ids(ids, chosen.controls.include, chosen, "controls.include")
    selected -= _ids(ids, chosen.controls.exclude, chosen, "controls.exclude")
    if include := tuple(include):
        selected &= _ids(ids, include, None, "")
    selected -= _ids(ids, tuple(exclude), None, "")
    selected = {each for each in selected if library.controls[each].deprecated is None or each in include}
    if not selected:
        raise UsageError(f"the policy {policy!r} and the options select no control; nothing would be asked")
    overrides = _parameters(chosen, ids, parameters or {})
    answers = _answers(chosen, ids, library)
    rules: list[Rule] = []
    for identity in sorted(selected):
        control = library.controls[identity]
        if given := overrides.get(identity):
            place = ContentError("", file=f"policies/{chosen.file}", field=f"parameters.{identity}")
            control = bind(control, given, place)
            if misfit := next(iter(problems_of(control, f"policies/{chosen.file}", catalog)), None):
                message = f"does not fit control {identity!r}: {misfit.message}"
                raise ContentError(message, file=place.file, field=place.field)
        rules.append(Rule(control, types_of(control.applies_to, catalog), answers.get(identity, ())))
    return Rules(chosen, tuple(rules), catalog)


def needs(rules: Rules) -> Need:
    """Return what collectors must ask for: of each type the paths that the selected controls read."""
    from phiward.engine.condition import All, paths, targets
    from phiward.engine.fit import answerers

    found: dict[str, set[str]] = {}
    for rule in rules.rules:
        where = rule.control.applies_to.where or All(())
        read = paths(rule.control.condition) | paths(where)
        for name in rule.types:
            found.setdefault(name, set()).update(read)
        for related in [*targets(rule.control.condition), *targets(where)]:
            for name in answerers(related, rules.catalog):
                found.setdefault(name, set()).update(paths(related.condition))
    return {name: frozenset(read) for name, read in sorted(found.items())}


def _ids(ids: dict[str, str], patterns: tuple[str, ...], policy: Policy | None, field: str) -> set[str]:
    """Return the ids that patterns choose. A pattern that chooses none is an error."""
    found: set[str] = set()
    for pattern in patterns:
        if pattern == "*":
            found.update(ids.values())
            continue
        matching = {identity for name, identity in ids.items() if fnmatchcase(name, pattern)}
        if not matching:
            _refuse(f"there is no control {pattern!r}", pattern, ids, policy, field)
        found |= matching
    return found


def _refuse(message: str, word: str, ids: dict[str, str], policy: Policy | None, field: str) -> None:
    near = nearest(word, ids)
    if policy is None:
        raise UsageError(message + (f" (did you mean {near!r}?)" if near else ""))
    raise ContentError(message, file=f"policies/{policy.file}", field=field, nearest=near)


def _parameters(policy: Policy, ids: dict[str, str], more: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for source, given in ((policy, policy.parameters), (None, more)):
        for name, values in given.items():
            if name not in ids:
                _refuse(f"there is no control {name!r}", name, ids, source, "parameters")
            found.setdefault(ids[name], {}).update(values)
    return found


def _answers(policy: Policy, ids: dict[str, str], library: Library) -> dict[str, tuple[str, ...]]:
    """Return, for each control, the requirements that it answers."""
    found: dict[str, list[str]] = {}
    for requirement in policy.requirements:
        for name in requirement.controls:
            if name not in ids:
                _refuse(f"there is no control {name!r}", name, ids, policy, f"requirements.{requirement.id}.controls")
        named = {ids[name] for name in requirement.controls}
        for control in library.controls.values():
            if requirement.id in control.citations.get(policy.framework, {}) or control.id in named:
                found.setdefault(control.id, []).append(requirement.id)
    return {control: tuple(each) for control, each in found.items()}
