"""Asking policy documents: from the wire form of a document to the inventory's questions."""

from collections.abc import Mapping
from typing import Any

from phiward.engine.facts import Absent, Answer, Facts, Seen, read
from phiward.errors import ContentError
from phiward.inventory.unknown import Maybe, Unknown

NO_POLICY: Mapping[str, Any] = {"statements": []}
"""What an absent policy is: a document without statements."""


def ask(operator: str, constant: Any, document: Mapping[str, Any], facts: Facts, path: str) -> Answer:
    """Answer a `policy_*` test of a document. What it hides makes the answer unknown unless the rest decides."""
    answer = _asked(operator, constant, document, facts, path)
    return answer if isinstance(answer, bool) else None


def reason_of(operator: str, constant: Any, document: Mapping[str, Any], facts: Facts, path: str) -> str:
    """Say why a `policy_*` test of a document cannot be answered."""
    answer = _asked(operator, constant, document, facts, path)
    return answer.reason if isinstance(answer, Unknown) else "the policy does not decide this"


def _asked(operator: str, constant: Any, document: Mapping[str, Any], facts: Facts, path: str) -> Maybe[bool]:
    return answer_of(operator, constant, document, facts.unknown if path in facts.parents else {}, path, _owner(facts))


def answer_of(  # noqa: PLR0913, PLR0917 - what a question consists of
    operator: str,
    constant: Any,
    document: Mapping[str, Any],
    unknown: Mapping[str, str],
    path: str,
    owner: Maybe[str | None],
) -> Maybe[bool]:
    """Answer a test of a document in its wire form. `owner` is the account of the resource it is on."""
    from phiward.inventory import iam_questions
    from phiward.inventory.rebuild import document as document_of

    try:
        made = document_of(document, unknown, path)
    except ContentError as error:
        return Unknown(str(error))
    answer: Maybe[bool]
    match operator:
        case "policy_public":
            answer = iam_questions.is_public(made)
        case "policy_enforces_tls":
            answer = iam_questions.enforces_tls(made)
        case "policy_cross_account":
            answer = iam_questions.is_cross_account(made, owner)
        case "policy_unguarded_service":
            services = iam_questions.unguarded_services(made)
            answer = services if isinstance(services, Unknown) else bool(services)
        case "policy_whole_service":
            answer = iam_questions.gives_whole_service(made)
        case _:
            actions, resources = constant.get("actions", ("*",)), constant.get("resources", ("*",))
            return iam_questions.allows(made, actions, resources)
    return answer == constant if isinstance(answer, bool) else answer


def _owner(facts: Facts) -> Maybe[str | None]:
    """Return the account that a resource belongs to."""
    found = read(facts, facts.whole, "account") if facts.whole.value else Absent("account")
    if isinstance(found, Seen):
        return str(found.value)
    return None if isinstance(found, Absent) else Unknown(found.reason)
