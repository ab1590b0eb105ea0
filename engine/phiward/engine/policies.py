"""Asking policy documents: from the wire form of a document to the inventory's questions."""

from collections.abc import Mapping
from typing import Any

from phiward.engine.facts import Answer, Facts

NO_POLICY: Mapping[str, Any] = {"statements": []}
"""What an absent policy is: a document without statements."""


def ask(operator: str, constant: Any, document: Mapping[str, Any], facts: Facts, path: str) -> Answer:  # noqa: ARG001 - every question has the same parts
    """Answer a `policy_*` test of a document. What it hides makes the answer unknown unless the rest decides."""
    if not document.get("statements") and path not in facts.parents:
        return (constant is False) if isinstance(constant, bool) else False
    return None
