"""Policy documents as Terraform gives them: text, data with unknown leaves, or a data source."""

from typing import Any

from phiward.collectors.terraform.block import Block
from phiward.collectors.terraform.form import Source
from phiward.inventory.iam import PolicyDocument
from phiward.inventory.iam_parse import parse_policy
from phiward.inventory.model import Maybe, Unknown

_ELEMENTS = {
    "actions": "Action",
    "not_actions": "NotAction",
    "resources": "Resource",
    "not_resources": "NotResource",
}


def policy_argument(block: Block, argument: str, source: Source) -> Maybe[PolicyDocument | None]:
    """Return the policy that an argument holds; None where it is not set."""
    value = block.get(argument)
    if value is None or value == "":
        return None
    if not isinstance(value, Unknown):
        return parse_policy(value)
    partly = getattr(value, "value", None)  # JSON text of which only leaves are unknown keeps its data
    if isinstance(partly, dict):
        return parse_policy(partly)
    written = [source.find(ref) for ref in block.references(argument) if "data.aws_iam_policy_document." in ref]
    if len(written) == 1 and written[0] is not None and len(block.references(argument)) == 1:
        return parse_policy(_document(written[0]))
    return value


def _document(data: Block) -> dict[str, Any] | Unknown:
    """Return an `aws_iam_policy_document` of a plan that is read only during the apply, as a policy's data."""
    for argument in ("source_policy_documents", "override_policy_documents", "source_json", "override_json"):
        if data.get(argument):
            return Unknown(f"{data.address}: {argument} is only merged during the apply")
    return {
        "Version": data.get("version", "2012-10-17"),
        "Statement": [each if isinstance(each, Unknown) else _statement(each) for each in data.blocks("statement")],
    }


def _statement(block: Block) -> dict[str, Any]:
    written: dict[str, Any] = {"Effect": block.get("effect", "Allow")}
    if block.get("sid"):
        written["Sid"] = block.get("sid")
    for argument, element in _ELEMENTS.items():
        value = block.get(argument)
        if value:
            written[element] = value
    for name, element in (("principals", "Principal"), ("not_principals", "NotPrincipal")):
        blocks = block.blocks(name)
        if blocks:
            written[element] = _principals(blocks)
    conditions: dict[str, Any] = {}
    for condition in block.blocks("condition"):
        if isinstance(condition, Unknown) or isinstance(condition.get("test"), Unknown):
            return {**written, "Condition": condition if isinstance(condition, Unknown) else condition.get("test")}
        conditions.setdefault(str(condition.get("test")), {})[str(condition.get("variable"))] = condition.get("values")
    return {**written, "Condition": conditions} if conditions else written


def _principals(blocks: list[Block | Unknown]) -> Any:
    named: dict[str, list[Any]] = {}
    for block in blocks:
        if isinstance(block, Unknown):
            return block
        kind, identifiers = block.get("type"), block.get("identifiers", [])
        if isinstance(kind, Unknown) or isinstance(identifiers, Unknown):
            return kind if isinstance(kind, Unknown) else identifiers
        named.setdefault("AWS" if kind == "*" else str(kind), []).extend(identifiers)
    return named
