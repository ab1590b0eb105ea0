"""The operators of matchers: what they compare, which constants they take, and how they read in words."""

from typing import Any

from msgspec import Struct

from phiward.engine import values
from phiward.inventory.catalog import Field

EMPTY_POLICY = frozenset(
    {
        "policy_public",
        "policy_enforces_tls",
        "policy_cross_account",
        "policy_unguarded_service",
        "policy_whole_service",
        "policy_allows",
    }
)
"""Operators that take a policy that is absent for an empty one: it lets nobody in and enforces nothing."""


class Operator(Struct, frozen=True):
    """One operator."""

    kinds: frozenset[str]
    """The kinds of value it can be asked of. A value of kind `any` may be asked everything."""
    constant: str
    """What it compares with: `scalar`, `scalars`, `bool`, `number`, `text`, `pattern`, `duration`, `moment`,
    `version`, `networks`, `allowance`."""
    words: str
    """How it reads, `{}` being the constant."""


def _of(kinds: str, constant: str, words: str) -> Operator:
    return Operator(frozenset(kinds.split()), constant, words)


_EVERY = "bool int str list map struct any policy"

OPERATORS: dict[str, Operator] = {
    "equals": _of("bool int str", "scalar", "{}"),
    "in": _of("bool int str", "scalars", "one of: {}"),
    "exists": _of(_EVERY, "bool", "a value"),
    "gt": _of("int", "number", "more than {}"),
    "gte": _of("int", "number", "at least {}"),
    "lt": _of("int", "number", "less than {}"),
    "lte": _of("int", "number", "at most {}"),
    "contains": _of("str list", "scalar", "something that contains {}"),
    "starts_with": _of("str", "text", "something that starts with {}"),
    "ends_with": _of("str", "text", "something that ends with {}"),
    "matches": _of("str", "pattern", "something that matches {}"),
    "older_than": _of("str", "duration", "older than {}"),
    "newer_than": _of("str", "duration", "not older than {}"),
    "before": _of("str", "moment", "before {}"),
    "after": _of("str", "moment", "after {}"),
    "version_gte": _of("str", "version", "version {} or later"),
    "version_lt": _of("str", "version", "a version before {}"),
    "cidr_within": _of("str", "networks", "inside {}"),
    "cidr_overlaps": _of("str", "networks", "overlapping {}"),
    "policy_public": _of("policy", "bool", "a policy that lets everybody in"),
    "policy_enforces_tls": _of("policy", "bool", "a policy that refuses connections without TLS"),
    "policy_cross_account": _of("policy", "bool", "a policy that lets other accounts in"),
    "policy_unguarded_service": _of("policy", "bool", "a policy that lets a service act for anybody"),
    "policy_whole_service": _of("policy", "bool", "a policy that gives a whole service"),
    "policy_allows": _of("policy", "allowance", "a policy that allows {}"),
}


def fits(operator: str, field: Field) -> bool:
    """Say whether an operator can be asked of such a field."""
    return field.kind == "any" or field.kind in OPERATORS[operator].kinds


def refusal(operator: str, constant: Any, field: Field | None = None) -> str | None:
    """Say what is wrong with an operator's constant, for the field it meets. None: nothing is."""
    kind = OPERATORS[operator].constant
    checker = _CHECKS.get(kind)
    message: str | None = checker(constant) if checker else None
    if message:
        return message
    if field is None:
        return None
    return _misfit(operator, constant, field)


def _misfit(operator: str, constant: Any, field: Field) -> str | None:
    """Say why a scalar constant can never equal such a field's value."""
    if operator == "contains" and field.kind == "list":
        field = field.item or field
    elif operator not in ("equals", "in"):
        return None
    types: dict[str, type] = {"bool": bool, "int": int, "str": str}
    wanted = types.get(field.kind)
    for each in constant if isinstance(constant, list | tuple) else (constant,):
        if wanted is not None and type(each) is not wanted:
            hint = "; quote it" if wanted is str else ""
            return f"{each!r} is not {_ARTICLE[field.kind]}{hint}"
        if operator != "contains" and field.values and each not in field.values:
            return f"{each!r} is never its value; it is one of {', '.join(map(str, field.values))}"
    return None


_ARTICLE = {"bool": "true or false", "int": "a whole number", "str": "text"}


def _scalar(constant: Any) -> str | None:
    if constant is None:
        return "null is not a value to compare with; ask `exists: false`"
    return None if isinstance(constant, bool | int | float | str) else "takes one value"


def _scalars(constant: Any) -> str | None:
    if not isinstance(constant, list | tuple):
        return "takes a list of values"
    return next((message for each in constant if (message := _scalar(each))), None)


def _number(constant: Any) -> str | None:
    return None if isinstance(constant, int | float) and not isinstance(constant, bool) else "takes a number"


def _text(constant: Any) -> str | None:
    return None if isinstance(constant, str) and constant else "takes text"


def _networks(constant: Any) -> str | None:
    texts = [constant] if isinstance(constant, str) else constant
    if not isinstance(texts, list | tuple) or not texts or not all(isinstance(each, str) for each in texts):
        return "takes a network (CIDR) or a list of them"
    return _raises(values.networks, texts)


def _allowance(constant: Any) -> str | None:
    if not isinstance(constant, dict) or not constant or set(constant) - {"actions", "resources"}:
        return "takes {actions: [...], resources: [...]}"
    for texts in constant.values():
        if not isinstance(texts, list | tuple) or not texts or not all(isinstance(each, str) for each in texts):
            return "takes lists of text for actions and resources"
    return None


def _raises(check: Any, *given: Any) -> str | None:
    try:
        check(*given)
    except ValueError as error:
        return str(error)
    return None


def _checked(check: Any, kind: str) -> Any:
    def refusal_of(constant: Any) -> str | None:
        if not isinstance(constant, str):
            return f"takes {kind} as text; quote it"
        return _raises(check, constant)

    return refusal_of


_CHECKS: dict[str, Any] = {
    "scalar": _scalar,
    "scalars": _scalars,
    "bool": lambda constant: None if isinstance(constant, bool) else "takes true or false",
    "number": _number,
    "text": _text,
    "pattern": _checked(values.pattern, "a pattern"),
    "duration": _checked(values.duration, "a duration"),
    "moment": _checked(lambda text: values.moment(text, "2000-01-01T00:00:00Z"), "a time"),
    "version": _checked(values.version, "a version"),
    "networks": _networks,
    "allowance": _allowance,
}


def words(operator: str, constant: Any, *, wanted: bool = True) -> str:
    """Say in plain words what a test asks for; with `wanted` false, what it must not be."""
    told = OPERATORS[operator]
    if told.constant == "bool":
        if operator == "exists":
            return "a value" if constant == wanted else "none"
        return told.words if constant == wanted else "not " + told.words
    text = told.words.format(show(constant))
    if wanted:
        return text
    return "none of: " + show(constant) if operator == "in" else "not " + text


def show(constant: Any) -> str:
    """Write a constant as a reader would."""
    if isinstance(constant, bool):
        return "true" if constant else "false"
    if isinstance(constant, list | tuple):
        return ", ".join(show(each) for each in constant) or "nothing"
    if isinstance(constant, dict):
        actions = show(constant.get("actions", ["any action"]))
        return actions + (" on " + show(constant["resources"]) if constant.get("resources") else "")
    return str(constant)
