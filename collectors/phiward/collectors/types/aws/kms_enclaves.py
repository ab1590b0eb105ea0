"""Keys that only a Nitro Enclave is to use: who reaches what they protect without proving to be that enclave.

An enclave proves itself with a signed measurement of its image (*attestation*); a key policy demands it with
`kms:RecipientAttestation:*` conditions (*How AWS Nitro Enclaves uses KMS*, KMS Developer Guide). A key counts as an
enclave's where its policy speaks of attestation, or its tags, aliases or description of enclaves. Grants cannot demand
attestation. A Deny that holds while none is given takes back what an Allow or a grant gives.
"""

from collections.abc import Iterable

from msgspec import Struct

from phiward.inventory.iam import Condition, PolicyDocument, Statement
from phiward.inventory.iam_conditions import operator
from phiward.inventory.iam_match import covers_action
from phiward.inventory.kleene import each, every, some
from phiward.inventory.model import Maybe, Unknown

ATTESTATION = "kms:recipientattestation:"
SENSITIVE = (
    "kms:decrypt",
    "kms:derivesharedsecret",
    "kms:generatedatakey",
    "kms:generatedatakeypair",
    "kms:generaterandom",
)
"""What gives out plain text, and takes attestation."""
_GRANTED = {
    "Decrypt": "kms:decrypt",
    "DeriveSharedSecret": "kms:derivesharedsecret",
    "GenerateDataKey": "kms:generatedatakey",
    "GenerateDataKeyPair": "kms:generatedatakeypair",
}
_WORD = "enclave"


ACCOUNT_ALONE = PolicyDocument(
    statements=(Statement(effect="Allow", sid="Default key policy", principals=("account",), actions=("kms:*",)),)
)
"""The policy that AWS writes where none is given."""


class Grant(Struct, frozen=True):
    """One grant on a key."""

    id: str
    operations: Maybe[tuple[str, ...]]
    """As the API names them: `Decrypt`."""


class EnclaveUse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only keys of enclaves have."""

    unattested: Maybe[tuple[str, ...]]
    """The Allow statements of its policy that give out plain text without attestation: by `Sid`, else by number."""
    bypasses: Maybe[tuple[str, ...]]
    """Those of them, and the grants, that no Deny takes back while attestation is missing."""
    measurements: Maybe[tuple[str, ...]]
    """The image measurements that its policy accepts, lower case."""


def enclave_use(
    document: Maybe[PolicyDocument | None], words: Iterable[Maybe[str]], grants: Maybe[tuple[Maybe[Grant], ...]]
) -> Maybe[EnclaveUse | None]:
    """Return how a key is bound to enclaves; None where nothing says that it is an enclave's.

    `words` are its tags, aliases and description.
    """
    if document is None:
        return None
    speaks = _speaks_of_attestation(document)
    found = some((speaks, *(word if isinstance(word, Unknown) else _WORD in word.lower() for word in words)))
    if isinstance(found, Unknown) or not found:
        return found or None
    unattested = _unattested(document)
    return EnclaveUse(
        unattested=unattested
        if isinstance(unattested, Unknown)
        else tuple(_label(document, statement) for statement in unattested),
        bypasses=_bypasses(document, unattested, grants),
        measurements=_measurements(document),
    )


def _statements(document: Maybe[PolicyDocument]) -> tuple[Maybe[Statement], ...]:
    if isinstance(document, Unknown):
        return (document,)
    return (document.statements,) if isinstance(document.statements, Unknown) else document.statements


def _conditions(statement: Statement) -> tuple[Condition, ...]:
    return () if isinstance(statement.conditions, Unknown) else statement.conditions


def _speaks_of_attestation(document: Maybe[PolicyDocument]) -> Maybe[bool]:
    return some(
        statement
        if isinstance(statement, Unknown)
        else statement.conditions
        if isinstance(statement.conditions, Unknown)
        else any(condition.key.startswith(ATTESTATION) for condition in statement.conditions)
        for statement in _statements(document)
    )


def _unattested(document: Maybe[PolicyDocument]) -> Maybe[list[Statement]]:
    """Return the Allow statements of sensitive actions that demand no fixed measurement."""
    found: list[Statement] = []
    for statement in _statements(document):
        if isinstance(statement, Unknown):
            return statement
        open_ = every((_has(statement, "Allow"), _sensitive(statement), _demands_nothing(statement)))
        if isinstance(open_, Unknown):
            return open_
        if open_:
            found.append(statement)
    return found


def _has(statement: Statement, effect: str) -> Maybe[bool]:
    return statement.effect if isinstance(statement.effect, Unknown) else statement.effect == effect


def _sensitive(statement: Statement) -> Maybe[bool]:
    return some(covers_action(statement, action) for action in SENSITIVE)


def _demands_nothing(statement: Statement) -> Maybe[bool]:
    if isinstance(statement.conditions, Unknown):
        return statement.conditions
    return every(not _demands(condition) for condition in statement.conditions)


def _demands(condition: Condition) -> bool:
    """Say whether a condition admits only images with fixed measurements."""
    prefix, name, if_exists = operator(condition)
    if not condition.key.startswith(ATTESTATION) or if_exists or prefix == "forallvalues":
        return False
    if name in {"stringequals", "stringequalsignorecase"}:
        return True
    fixed = each(condition.values, lambda value: "*" not in value and "?" not in value)
    return name == "stringlike" and every(fixed) is True


def _bypasses(
    document: Maybe[PolicyDocument], unattested: Maybe[list[Statement]], grants: Maybe[tuple[Maybe[Grant], ...]]
) -> Maybe[tuple[str, ...]]:
    if isinstance(unattested, Unknown):
        return unattested
    found: list[str] = []
    for statement in unattested:
        given = [action for action in SENSITIVE if covers_action(statement, action) is not False]
        if _taken_back(document, given) is not True:
            found.append(_label(document, statement))
    for grant in (grants,) if isinstance(grants, Unknown) else grants:
        operations = grant if isinstance(grant, Unknown) else grant.operations
        if isinstance(operations, Unknown):
            return operations
        given = [_GRANTED[each] for each in operations if each in _GRANTED]
        if given and not isinstance(grant, Unknown) and _taken_back(document, given) is not True:
            found.append(f"grant {grant.id}")
    return tuple(found)


def _taken_back(document: Maybe[PolicyDocument], actions: Iterable[str]) -> Maybe[bool]:
    """Say whether each of some actions is denied to everybody while attestation is missing."""
    return every(
        some(
            statement
            if isinstance(statement, Unknown)
            else every(
                (
                    _has(statement, "Deny"),
                    some(each(statement.principals or (), lambda principal: principal == "*")),
                    covers_action(statement, action),
                    _holds_without(statement),
                )
            )
            for statement in _statements(document)
        )
        for action in actions
    )


def _holds_without(statement: Statement) -> Maybe[bool]:
    """Say whether a Deny holds for every request without attestation."""
    if isinstance(statement.conditions, Unknown):
        return statement.conditions
    return every(
        condition.key.startswith(ATTESTATION) and _true_of_nothing(condition) for condition in statement.conditions
    )


def _true_of_nothing(condition: Condition) -> bool:
    """Say whether a condition on a key holds where the request does not have that key."""
    _, name, if_exists = operator(condition)
    if name == "null":
        return not isinstance(condition.values, Unknown) and condition.values == ("true",)
    return name.startswith("stringnot") or if_exists


def _measurements(document: Maybe[PolicyDocument]) -> Maybe[tuple[str, ...]]:
    found: set[str] = set()
    for statement in _statements(document):
        if isinstance(statement, Unknown):
            return statement
        if statement.effect == "Deny":
            continue
        for condition in _conditions(statement):
            if not condition.key.startswith(ATTESTATION):
                continue
            values = condition.values
            for value in (values,) if isinstance(values, Unknown) else values:
                if isinstance(value, Unknown):
                    return value
                found.add(value.lower())
    return tuple(sorted(found))


def _label(document: Maybe[PolicyDocument], statement: Statement) -> str:
    if isinstance(statement.sid, str):
        return statement.sid
    return f"statement {_statements(document).index(statement) + 1}"
