"""The rules of one run: a policy's controls, their parameters filled in, and the types each applies to."""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Any

from msgspec import Struct, structs

from phiward.engine.condition import Related, paths, targets
from phiward.engine.config_file import Config
from phiward.engine.content import ContentProblems, nearest
from phiward.engine.control import Concern, Control, Policy
from phiward.engine.library import Library
from phiward.engine.scope import Outside, narrowed
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
    answered_by: tuple[tuple[str, ...], ...] = ()
    """Of each relation that it follows, in the order of `relations`, the types that can answer what is asked."""

    @classmethod
    def of(cls, control: Control, types: tuple[str, ...], requirements: tuple[str, ...], catalog: Catalog) -> "Rule":
        """Make the rule of a control, with what the catalog says of its relations."""
        from phiward.engine.fit import answerers

        answered = tuple(answerers(related, catalog) for related in relations(control))
        return cls(control, types, requirements, answered)


def relations(control: Control) -> list[Related]:
    """Return the relations that a control follows: those of `where` first."""
    where = control.applies_to.where
    return [*(targets(where) if where else ()), *targets(control.condition)]


class Rules(Struct, frozen=True):
    """What a run asks: the policy, its controls sorted by id, and the catalog they were held against."""

    policy: Policy
    rules: tuple[Rule, ...]
    catalog: Catalog
    outside: Outside = Outside()
    """What counts the resources that the policy's scope takes out."""


def select(  # noqa: PLR0913 - a selection has this many parts
    library: Library,
    catalog: Catalog,
    policy: str = "hipaa-security-rule",
    *,
    include: Iterable[str] = (),
    exclude: Iterable[str] = (),
    parameters: dict[str, dict[str, Any]] | None = None,
    config: Config | None = None,
) -> Rules:
    """Choose a policy's controls and fill their parameters in.

    `include`, `exclude` (ids or patterns with `*`), `parameters` and `config` narrow and change what it says. Raises
    `ContentError` where the policy names what is not there, `UsageError` where the caller does or nothing is left.
    """
    from phiward.engine.fit import types_of

    chosen = library.policies.get(policy)
    if chosen is None:
        near = nearest(policy, library.policies)
        hint = f" (did you mean {near!r}?)" if near else f"; there are: {', '.join(sorted(library.policies))}"
        raise UsageError(f"there is no policy {policy!r}{hint}")
    ids = {alias: control.id for control in library.controls.values() for alias in control.aliases}
    ids.update({identity: identity for identity in library.controls})
    own = _Policy(library, chosen, ids)
    selected = own.ids("include", chosen.controls.include) - own.ids("exclude", chosen.controls.exclude)
    if include := tuple(include):
        selected &= _ids(ids, include)
    selected -= _ids(ids, exclude)
    selected = {each for each in selected if library.controls[each].deprecated is None or each in include}
    overrides = own.parameters()
    answers = own.answers()
    own.types_of_scope(catalog)
    own.done()
    if not selected:
        raise UsageError(f"the policy {policy!r} and the options select no control; nothing would be asked")
    for name, values in (parameters or {}).items():
        if name not in ids:
            raise UsageError(_no_control(name, ids))
        overrides.setdefault(ids[name], {}).update(values)
    own_names = dict(own.names)
    if config is not None:
        chosen = _configured(chosen, config, catalog)
        for identity, (name, values) in _of_config(config, ids, library).items():
            overrides.setdefault(identity, {}).update(values)
            own_names[identity] = name
    rules: list[Rule] = []
    scope = chosen.scope.condition()
    narrow: set[str] = set()
    for identity in sorted(selected):
        control = library.controls[identity]
        if given := overrides.get(identity):
            try:
                control = _bound(control, given, catalog)
            except ContentError as error:
                place = ("parameters", own_names.get(identity, identity))
                of_config = config is not None and place[1] in config.parameters
                misfit = config.misfit if config is not None and of_config else own.misfit
                raise misfit(error.message, place, error.nearest) from error
        types = types_of(control.applies_to, catalog)
        if scope is not None and control.concerns is Concern.EPHI:
            applies = structs.replace(control.applies_to, where=narrowed(control.applies_to.where, scope))
            control = structs.replace(control, applies_to=applies)
            narrow.update(types)
        rules.append(Rule.of(control, types, answers.get(identity, ()), catalog))
    return Rules(chosen, tuple(rules), catalog, outside_of(chosen, narrow))


def _configured(policy: Policy, config: Config, catalog: Catalog) -> Policy:
    """Return a policy with the statements about its scope that a configuration adds."""
    known = {each.id for each in (*policy.scope.within, *policy.scope.without)}
    for side, statements in (("in", config.scope.within), ("out", config.scope.without)):
        for statement in statements:
            steps = ("scope", side, statement.id)
            if statement.id in known:
                raise config.misfit(f"{statement.id!r} is already a statement of the policy", (*steps, "id"))
            for pattern in statement.types:
                if not any(fnmatchcase(name, pattern) for name in catalog.types):
                    message = f"there is no resource type {pattern!r}"
                    raise config.misfit(message, (*steps, "where", "type"), nearest(pattern, catalog.types))
    return structs.replace(policy, scope=policy.scope.plus(config.scope))


def _of_config(config: Config, ids: dict[str, str], library: Library) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return the parameters that a configuration sets: control to the name it uses, and the values."""
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    for name, values in config.parameters.items():
        if name not in ids:
            raise config.misfit(f"there is no control {name!r}", ("parameters", name), nearest(name, ids))
        known = library.controls[ids[name]].parameters
        for each in values:
            if each not in known:
                message = f"control {ids[name]!r} has no parameter {each!r}"
                raise config.misfit(message, ("parameters", name, each), nearest(each, known))
        found[ids[name]] = (name, values)
    return found


def outside_of(policy: Policy, types: Iterable[str]) -> Outside:
    """Return what counts the resources of these types that a policy's scope takes out."""
    scope = policy.scope.condition()
    if scope is None:
        return Outside()
    left = (policy.scope.left_by(statement) for statement in policy.scope.without)
    return Outside(types=tuple(sorted(types)), conditions=(scope, *left))


def needs(rules: Rules) -> Need:
    """Return what collectors must ask for: of each type the paths that the selected controls read."""
    found: dict[str, set[str]] = {}
    for rule in rules.rules:
        where = rule.control.applies_to.where
        read = paths(rule.control.condition) | (paths(where) if where else set())
        for name in rule.types:
            found.setdefault(name, set()).update(read)
        for related, names in zip(relations(rule.control), rule.answered_by, strict=True):
            for name in names:
                found.setdefault(name, set()).update(paths(related.condition))
    return {name: frozenset(read) for name, read in sorted(found.items())}


def _bound(control: Control, given: dict[str, Any], catalog: Catalog) -> Control:
    """Return a control with a policy's parameters. Raises `ContentError`, without a place, where they do not fit."""
    from phiward.engine.control_file import bind
    from phiward.engine.fit import problems_of

    bound = bind(control, given)
    for problem in problems_of(bound, "", catalog):
        raise ContentError(f"does not fit control {control.id!r}: {problem.message}")
    return bound


class _Policy:
    """What a policy says of the library's controls; what does not fit is collected and told together."""

    def __init__(self, library: Library, policy: Policy, ids: dict[str, str]) -> None:
        self.names: dict[str, str] = {}
        """Control to the name, its id or an alias, under which the policy sets its parameters."""
        self._library = library
        self._policy = policy
        self._ids = ids
        self._problems: list[ContentError] = []

    def misfit(self, message: str, steps: tuple[str, ...], near: str | None = None) -> ContentError:
        """Return the error for a place in the policy's file."""
        from phiward.engine.policy_place import misfit

        return misfit(self._library, self._policy, message, steps, near)

    def ids(self, field: str, patterns: tuple[str, ...]) -> set[str]:
        """Return the ids that the policy includes or excludes."""
        found: set[str] = set()
        for pattern in patterns:
            matching = _matching(self._ids, pattern)
            if not matching:
                self._missing(pattern, ("controls", field, pattern))
            found |= matching
        return found

    def parameters(self) -> dict[str, dict[str, Any]]:
        """Return the parameters that the policy sets, by control."""
        found: dict[str, dict[str, Any]] = {}
        for name, values in self._policy.parameters.items():
            if name not in self._ids:
                self._missing(name, ("parameters", name))
                continue
            identity = self._ids[name]
            known = self._library.controls[identity].parameters
            for each in values:
                if each not in known:
                    message = f"control {identity!r} has no parameter {each!r}"
                    self._problems.append(self.misfit(message, ("parameters", name, each), nearest(each, known)))
            self.names[identity] = name
            found.setdefault(identity, {}).update(values)
        return found

    def answers(self) -> dict[str, tuple[str, ...]]:
        """Return, for each control, the requirements that it answers."""
        found: dict[str, list[str]] = {}
        for requirement in self._policy.requirements:
            for name in requirement.controls:
                if name not in self._ids:
                    self._missing(name, ("requirements", requirement.id, "controls", name))
            named = {self._ids[name] for name in requirement.controls if name in self._ids}
            for control in self._library.controls.values():
                if requirement.id in control.citations.get(self._policy.framework, {}) or control.id in named:
                    found.setdefault(control.id, []).append(requirement.id)
        return {control: tuple(each) for control, each in found.items()}

    def types_of_scope(self, catalog: Catalog) -> None:
        """Refuse a resource type that a statement of the scope names and that there is none of."""
        for side, statements in (("in", self._policy.scope.within), ("out", self._policy.scope.without)):
            for statement in statements:
                for pattern in statement.types:
                    if not any(fnmatchcase(name, pattern) for name in catalog.types):
                        steps = ("scope", side, statement.id, "where", "type", pattern)
                        message = f"there is no resource type {pattern!r}"
                        self._problems.append(self.misfit(message, steps, nearest(pattern, catalog.types)))

    def done(self) -> None:
        """Raise what was collected."""
        if self._problems:
            raise ContentProblems(self._problems)

    def _missing(self, name: str, steps: tuple[str, ...]) -> None:
        self._problems.append(self.misfit(f"there is no control {name!r}", steps, nearest(name, self._ids)))


def _ids(ids: dict[str, str], patterns: Iterable[str]) -> set[str]:
    """Return the ids that a caller's patterns choose. A pattern that chooses none is an error."""
    found: set[str] = set()
    for pattern in patterns:
        matching = _matching(ids, pattern)
        if not matching:
            raise UsageError(_no_control(pattern, ids))
        found |= matching
    return found


def _matching(ids: dict[str, str], pattern: str) -> set[str]:
    return set(ids.values()) if pattern == "*" else {each for name, each in ids.items() if fnmatchcase(name, pattern)}


def _no_control(name: str, ids: Iterable[str]) -> str:
    near = nearest(name, ids)
    return f"there is no control {name!r}" + (f" (did you mean {near!r}?)" if near else "")
