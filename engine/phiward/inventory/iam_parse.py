"""Policy documents read into their one normal form, from AWS's JSON or from partly unknown Terraform values.

Source: *Grammar of the IAM JSON policy language* (AWS Identity and Access Management User Guide).
"""

from typing import Any, Final

from phiward.inventory.iam import Condition, PolicyDocument, Statement
from phiward.inventory.unknown import Maybe, Unknown

MAX_CHARACTERS: Final = 1_000_000
"""AWS's own limit is 20,480 characters for a bucket policy and 32,768 for a key policy."""

MAX_PARTS: Final = 2_500
"""What a policy may name, all in all: 13 characters for each of them fill 32,768."""

_PREFIXES: Final = {"AWS": "", "Service": "service:", "Federated": "federated:", "CanonicalUser": "canonical:"}
_ELEMENTS: Final = frozenset(
    "Sid Effect Principal NotPrincipal Action NotAction Resource NotResource Condition".split()  # noqa: SIM905
)


class _PolicyError(Exception):
    """Something that is no policy document."""


def parse_policy(document: Any) -> Maybe[PolicyDocument]:
    """Read a policy: JSON text (percent-encoded too, as IAM returns it), its plain data, or `Unknown`.

    Any leaf of the plain data may be `Unknown`. What cannot be understood is `Unknown`, the statement where it can be
    told apart, else the document: a policy that was not understood never looks harmless.
    """
    if isinstance(document, Unknown):
        return document
    try:
        return _document(document)
    except (_PolicyError, ValueError, RecursionError) as error:
        return Unknown(f"not a policy document: {error}")


def _document(given: Any) -> PolicyDocument:
    """Read a whole policy."""
    if isinstance(given, str | bytes):
        given = _json(given if isinstance(given, str) else given.decode())
    if not isinstance(given, dict):
        raise _PolicyError(f"expected an object, found {type(given).__name__}")
    if extra := set(given) - {"Version", "Id", "Statement"}:
        raise _PolicyError(f"it has the element {min(map(str, extra))!r}")
    return PolicyDocument(statements=_statements(given.get("Statement", ())), version=_version(given))


def _json(text: str) -> Any:
    """Read JSON in which no member is written twice."""
    import json

    if len(text) > MAX_CHARACTERS:
        raise _PolicyError(f"it is longer than {MAX_CHARACTERS} characters")
    if text.lstrip()[:3].upper() in ("%7B", "%20", "%0A"):
        from urllib.parse import unquote

        text = unquote(text)
    return json.loads(text, object_pairs_hook=_once)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a member that is written twice: readers differ in which one counts."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _PolicyError("an element is written twice")
    return made


def _version(document: dict[str, Any]) -> Maybe[str | None]:
    """Return the version of the policy language."""
    version = document.get("Version")
    return version if version is None or isinstance(version, str | Unknown) else str(version)


def _statements(given: Any) -> Maybe[tuple[Maybe[Statement], ...]]:
    """Read the statements: a list, or a single one."""
    if isinstance(given, Unknown):
        return given
    listed = given if isinstance(given, list | tuple) else (given,)
    if len(listed) > MAX_PARTS:
        raise _PolicyError(f"it has more than {MAX_PARTS} statements")
    read = tuple(_statement(each) for each in listed)
    if sum(map(_parts, read)) > MAX_PARTS:
        raise _PolicyError(f"it names more than {MAX_PARTS} principals, actions, resources and values")
    return read


def _parts(statement: Maybe[Statement]) -> int:
    """Count what a statement names."""
    if isinstance(statement, Unknown):
        return 1
    named = [statement.principals, statement.not_principals, statement.actions, statement.not_actions]
    named += [statement.resources, statement.not_resources]
    conditions = statement.conditions if isinstance(statement.conditions, tuple) else ()
    values = [condition.values for condition in conditions]
    return sum(len(each) for each in (*named, *values) if isinstance(each, tuple))


def _statement(given: Any) -> Maybe[Statement]:
    """Read one statement; one that cannot be understood is `Unknown`."""
    if isinstance(given, Unknown):
        return given
    try:
        return _known_statement(given)
    except _PolicyError as error:
        return Unknown(f"not a statement of a policy: {error}")


def _known_statement(given: Any) -> Statement:
    """Read a statement that is there, its leaves unknown or not."""
    if not isinstance(given, dict):
        raise _PolicyError(f"expected an object, found {type(given).__name__}")
    if extra := set(given) - _ELEMENTS:
        raise _PolicyError(f"it has the element {min(map(str, extra))!r}")
    effect, sid = given.get("Effect"), given.get("Sid")
    if not isinstance(effect, Unknown) and effect not in ("Allow", "Deny"):
        raise _PolicyError(f"its effect is {str(effect)[:40]!r}")
    return Statement(
        effect=effect,
        sid=sid if isinstance(sid, str | Unknown | None) else str(sid),
        principals=_principals(given.get("Principal")),
        not_principals=_principals(given.get("NotPrincipal")),
        actions=_strings(given.get("Action"), lower=True),
        not_actions=_strings(given.get("NotAction"), lower=True),
        resources=_strings(given.get("Resource")),
        not_resources=_strings(given.get("NotResource")),
        conditions=_conditions(given.get("Condition")),
    )


def _strings(given: Any, *, lower: bool = False, before: str = "") -> Maybe[tuple[Maybe[str], ...] | None]:
    """Read one string or a list of them."""
    if given is None or isinstance(given, Unknown):
        return given
    found: list[Maybe[str]] = []
    for each in given if isinstance(given, list | tuple) else (given,):
        if isinstance(each, Unknown):
            found.append(each)
        elif isinstance(each, str):
            found.append(before + (each.lower() if lower else each))
        else:
            raise _PolicyError(f"expected text, found {type(each).__name__}")
    return tuple(found)


def _principals(given: Any) -> Maybe[tuple[Maybe[str], ...] | None]:
    """Read who is meant: `*`, or principals by kind."""
    if given is None or isinstance(given, Unknown):
        return given
    if given == "*":
        return ("*",)
    if not isinstance(given, dict):
        raise _PolicyError(f"its principal is {str(given)[:40]!r}")
    found: list[Maybe[str]] = []
    for kind, named in given.items():
        if kind not in _PREFIXES:
            raise _PolicyError(f"its principal is of the kind {str(kind)[:40]!r}")
        strings = _strings(named, before=_PREFIXES[kind])
        if isinstance(strings, Unknown):
            found.append(strings)
        else:
            found.extend(strings or ())
    return tuple(found)


def _conditions(given: Any) -> Maybe[tuple[Condition, ...]]:
    """Read the condition block: operator to key to values."""
    if given is None:
        return ()
    if isinstance(given, Unknown):
        return given
    if not isinstance(given, dict):
        raise _PolicyError(f"its condition is {type(given).__name__}")
    found = []
    for operator, tests in given.items():
        if isinstance(tests, Unknown):
            return tests
        if not isinstance(tests, dict):
            raise _PolicyError(f"its condition {str(operator)[:40]!r} is {type(tests).__name__}")
        for key, values in tests.items():
            found.append(Condition(operator=str(operator), key=str(key).lower(), values=_values(values)))
    return tuple(found)


def _values(given: Any) -> Maybe[tuple[Maybe[str], ...]]:
    """Read what a condition compares with; booleans and numbers as IAM writes them."""
    if isinstance(given, Unknown):
        return given
    values = given if isinstance(given, list | tuple) else (given,)
    return tuple(
        each if isinstance(each, str | Unknown) else str(each).lower() if isinstance(each, bool) else str(each)
        for each in values
    )
