"""Whether what policies allow leads to more than they say: the ways of `iam_escalation_paths` that they open."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from phiward.inventory.iam import Condition, PolicyDocument, Statement
from phiward.inventory.iam_conditions import EQUAL, UNEQUAL, operator
from phiward.inventory.iam_escalation_paths import PATHS, Step
from phiward.inventory.iam_match import covers, covers_action, covers_resource
from phiward.inventory.iam_statements import has_effect, is_unconditional, spoken_of, statements
from phiward.inventory.kleene import each, every, negate, some
from phiward.inventory.unknown import Maybe, Unknown

_ACTIONS: Final = frozenset(step.action.lower() for path in PATHS for step in path.steps)
_SERVICES: Final = frozenset(action.partition(":")[0] for action in _ACTIONS)
_MOST: Final = 500
"""Resources of a statement; AWS's limits leave room for half of them."""
_UNNAMED: Final = "one-that-nobody-names"
_ADMINISTRATOR: Final = "arn:aws:iam::aws:policy/AdministratorAccess"
_LIMITS: Final = (
    "iam:permissionsboundary",
    "iam:resourcetag/",
    "aws:resourcetag/",
    "ssm:resourcetag/",
    "ec2:resourcetag/",
)
"""Keys that, compared with a fixed value, leave only chosen things to act on, or only limited ones to make."""


def escalations(
    rights: Iterable[Maybe[PolicyDocument]], limits: Iterable[Maybe[PolicyDocument]] = ()
) -> tuple[Maybe[str], ...]:
    """Return the ways that policies open together, by name (`iam:PassRole + ec2:RunInstances`), sorted.

    `limits` are permissions boundaries: what they do not allow is no way. An `Unknown` at the end stands for any number
    of ways that cannot be told. A way is open where each of its actions is allowed on whichever thing of its kind there
    is (the star of `role/*`, not the one role of `role/deploy`); a Deny without conditions closes it. A condition
    closes it where it leaves only chosen things: a resource tag, a permissions boundary to be set, the policies that
    may be attached (`iam:PolicyARN`), the services that may be given a role (`iam:PassedToService`). Other conditions
    (a second factor, an address) somebody meets.
    """
    return _escalations(tuple(rights), tuple(limits))


@lru_cache(maxsize=1024)
def _escalations(
    rights: tuple[Maybe[PolicyDocument], ...], limits: tuple[Maybe[PolicyDocument], ...]
) -> tuple[Maybe[str], ...]:
    given = tuple(dict.fromkeys(each for document in rights for each in statements(document)))
    if not any(map(_concerned, given)):
        return ()
    groups = (given, *(statements(document) for document in limits))
    open_steps: dict[Step, Maybe[bool]] = {}

    def is_open(step: Step) -> Maybe[bool]:
        if step not in open_steps:
            open_steps[step] = every(_opens(group, step) for group in groups)
        return open_steps[step]

    found: list[str] = []
    unknown: Unknown | None = None
    for path in PATHS:
        answer = every(map(is_open, path.steps))
        if isinstance(answer, Unknown):
            unknown = unknown or answer
        elif answer:
            found.append(path.name)
    return (*sorted(found), *((unknown,) if unknown else ()))


@lru_cache(maxsize=4096)
def _concerned(statement: Maybe[Statement]) -> frozenset[str]:
    """Return the actions of the table that a statement may allow: few statements allow any."""
    if isinstance(statement, Unknown):
        return _ACTIONS
    if statement.effect == "Deny":
        return frozenset()
    actions = statement.actions
    if not isinstance(actions, tuple):  # unknown, or all but some
        return _ACTIONS
    return frozenset().union(*(_ACTIONS if isinstance(each, Unknown) else _matched(each) for each in actions))


@lru_cache(maxsize=4096)
def _matched(pattern: str) -> frozenset[str]:
    """Return the actions of the table that a pattern matches."""
    service = pattern.partition(":")[0]
    if service not in _SERVICES and "*" not in service and "?" not in service:
        return frozenset()
    return frozenset(action for action in _ACTIONS if covers(pattern, action))


def _opens(given: tuple[Maybe[Statement], ...], step: Step) -> Maybe[bool]:
    """Say whether statements together allow a step."""
    action = step.action.lower()
    return some(
        statement if isinstance(statement, Unknown) else _left(given, statement, step)
        for statement in given
        if action in _concerned(statement)
    )


def _left(given: tuple[Maybe[Statement], ...], statement: Statement, step: Step) -> Maybe[bool]:
    """Say whether a statement allows a step, and no Deny takes it back."""
    allowed = _allowed(statement, step)
    return allowed if allowed is False else every((allowed, negate(_denied(given, statement, step))))


def _allowed(statement: Statement, step: Step) -> Maybe[bool]:
    """Say whether one statement allows a step on whichever thing there is."""
    speaks = every((has_effect(statement, "Allow"), covers_action(statement, step.action.lower())))
    if speaks is False:
        return False
    if isinstance(statement.conditions, Unknown):
        chosen: Maybe[bool] = statement.conditions
    else:
        chosen = some(_chooses(condition, step) for condition in statement.conditions)
    return every((speaks, negate(chosen), _reaches(statement, step)))


def _reaches(statement: Statement, step: Step) -> Maybe[bool]:
    """Say whether an Allow is for any thing at all, or for whichever thing there is of the kind that a step needs."""
    named = statement.resources
    if step.on is None:
        return named if isinstance(named, Unknown) else named is None or bool(named)
    if isinstance(named, tuple) and len(named) > _MOST:
        return Unknown("the statement names too many resources to be weighed")
    return some(covers_resource(statement, place) for place in _places(statement, step.on, own=step.own))


def _denied(given: tuple[Maybe[Statement], ...], allowed: Statement, step: Step) -> Maybe[bool]:
    """Say whether a Deny closes a step wherever a statement allows it."""
    return some(
        statement
        if isinstance(statement, Unknown)
        else every(
            (
                has_effect(statement, "Deny"),
                covers_action(statement, step.action.lower()),
                is_unconditional(statement),
                _shuts(statement, allowed, step),
            )
        )
        for statement in given
        if isinstance(statement, Unknown) or statement.effect != "Allow"
    )


def _shuts(denial: Statement, allowed: Statement, step: Step) -> Maybe[bool]:
    """Say whether a Deny is about every place where a statement allows a step."""
    if covers_resource(denial, "*") is True:
        return True
    if isinstance(allowed.resources, tuple) and len(allowed.resources) > _MOST:
        return False
    if step.on is None:
        return every(
            hidden if hidden and covered is False else covered
            for text, hidden in spoken_of(allowed.resources)
            for covered in (covers_resource(denial, text),)
        )
    return every(
        covers_resource(denial, place)
        for place in _places(allowed, step.on, own=step.own)
        if covers_resource(allowed, place) is not False
    )


def _places(statement: Statement, on: tuple[str, str], *, own: bool) -> list[str]:
    """Return the things to ask for: one of the kind that nobody names, in each account and region that is named."""
    service, kind = on
    heads = {f"arn:aws:{service}::000000000000"}
    for named in (statement.resources, statement.not_resources):
        for text in named if isinstance(named, tuple) else ():
            parts = text.split(":", 5) if isinstance(text, str) else []
            if len(parts) == 6 and parts[2] in {service, "*"}:
                heads.add(":".join((*parts[:2], service, *parts[3:5])))
    names = (_UNNAMED, "${aws:username}") if own else (_UNNAMED,)
    return [f"{head}:{kind}{name}" for head in sorted(heads) for name in names]


def _chooses(condition: Condition, step: Step) -> Maybe[bool]:
    """Say whether a condition of an Allow leaves a step only on chosen things."""
    _, name, if_exists = operator(condition)
    key = condition.key
    if key == "iam:passedtoservice" and step.service is not None:
        wanted = step.service
        meant = some(each(condition.values, lambda value: any(covers(value, one) for one in (wanted, f"{wanted}.cn"))))
        return negate(meant) if name in EQUAL else meant if name in UNEQUAL else False
    if key == "iam:policyarn":
        whole = some(
            each(condition.values, lambda value: covers(value, _ADMINISTRATOR) or covers(value, _own_policy(value)))
        )
        return negate(whole) if name in EQUAL else whole if name in UNEQUAL else False
    return key.startswith(_LIMITS) and name in EQUAL and not if_exists


def _own_policy(pattern: str) -> str:
    """Return a policy that nobody names, in the account that a pattern names."""
    parts = pattern.split(":", 5)
    account = parts[4] if len(parts) == 6 else "000000000000"
    return f"arn:aws:iam::{account}:policy/{_UNNAMED}"
