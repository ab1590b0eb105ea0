"""Attributes that follow from arguments: identifiers that are the name, and policy documents put together offline."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from phiward.collectors.terraform.evaluate.functions.encoding import json_text
from phiward.collectors.terraform.evaluate.partly import opened
from phiward.collectors.terraform.evaluate.values import Failure, decode_json
from phiward.inventory.unknown import Unknown

if TYPE_CHECKING:
    from phiward.collectors.terraform.block import Block
    from phiward.collectors.terraform.evaluate.blocks import Evaluated

IDENTIFIERS = {
    ("aws_s3_bucket", "id"): "bucket",
    ("aws_s3_bucket_versioning", "id"): "bucket",
    ("aws_s3_bucket_public_access_block", "id"): "bucket",
    ("aws_s3_bucket_public_access_block", "bucket"): "bucket",
    ("aws_iam_role", "id"): "name",
    ("aws_iam_user", "id"): "name",
    ("aws_iam_group", "id"): "name",
    ("aws_iam_instance_profile", "id"): "name",
    ("aws_cloudwatch_log_group", "id"): "name",
    ("aws_lambda_function", "id"): "function_name",
    ("aws_db_subnet_group", "id"): "name",
    ("aws_db_parameter_group", "id"): "name",
    ("aws_rds_cluster", "id"): "cluster_identifier",
    ("aws_rds_cluster_parameter_group", "id"): "name",
    ("aws_kms_alias", "id"): "name",
    ("aws_cloudtrail", "name"): "name",
    ("aws_dynamodb_table", "id"): "name",
}
"""Computed attributes that equal an argument (AWS provider 5.x, *Attribute Reference* of each resource)."""


def _policy_text(block: "Evaluated", name: str) -> Any:
    return json_text(policy_document(block)) if name in ("json", "minified_json") else None


def policy_document(block: "Block") -> dict[str, Any]:
    """Put together `aws_iam_policy_document`: https://registry.terraform.io/providers/hashicorp/aws (Data Source)."""
    statements: list[Any] = []
    version = block.get("version", "2012-10-17")
    _take(statements, block.get("source_policy_documents"))
    _take(statements, [item for item in (block.get("source_json"),) if item is not None])
    own = [item if isinstance(item, Unknown) else _statement(item) for item in block.blocks("statement")]
    _override(statements, own)
    overriding: list[Any] = []
    for document in _listed(block.get("override_policy_documents")) + _listed(block.get("override_json")):
        overriding = []
        _take(overriding, [document])
        _override(statements, overriding)
    document = {"Version": version, "Statement": statements}
    if (policy_id := block.get("policy_id")) is not None:
        document["Id"] = policy_id
    return document


def _listed(value: Any) -> list[Any]:
    value = opened(value)
    return [] if value is None else value if isinstance(value, list) else [value]


def _take(statements: list[Any], documents: Any) -> None:
    for text in _listed(documents):
        if text == "" or text is None:
            continue
        try:
            document = decode_json(text)
        except Failure as failure:
            document = Unknown(f"a source policy document cannot be read: {failure}")
        if isinstance(document, Unknown):
            statements.append(Unknown(document.reason, document.refs))
        elif isinstance(document, dict):
            statements.extend(_listed(document.get("Statement")))


def _override(statements: list[Any], more: list[Any]) -> None:
    """Add statements; one with the Sid of an earlier one takes its place."""
    for statement in more:
        sid = statement.get("Sid") if isinstance(statement, dict) else None
        at = next(
            (at for at, old in enumerate(statements) if sid and isinstance(old, dict) and old.get("Sid") == sid), None
        )
        if at is None:
            statements.append(statement)
        else:
            statements[at] = statement


def _values(value: Any) -> Any:
    """Write one value as a string, as the provider does."""
    if isinstance(value, list):
        return value[0] if len(value) == 1 and not isinstance(value[0], Unknown) else value
    return value


_LISTS = {"actions": "Action", "not_actions": "NotAction", "resources": "Resource", "not_resources": "NotResource"}


def _statement(block: Any) -> dict[str, Any]:
    out: dict[str, Any] = {}
    if (sid := block.get("sid")) not in (None, ""):
        out["Sid"] = sid
    out["Effect"] = block.get("effect", "Allow")
    for argument, element in _LISTS.items():
        value = opened(block.get(argument))
        if value not in (None, []):
            out[element] = _values([_spelled(item) for item in value] if isinstance(value, list) else value)
    for argument, element in (("principals", "Principal"), ("not_principals", "NotPrincipal")):
        if parties := block.blocks(argument):
            out[element] = _principals(parties)
    if conditions := block.blocks("condition"):
        out["Condition"] = _conditions(conditions)
    return out


def _spelled(item: Any) -> Any:
    """Undo `&{aws:username}`, which stands for `${aws:username}` in a policy document."""
    return item.replace("&{", "${") if isinstance(item, str) else item


def _principals(parties: list[Any]) -> Any:
    table: dict[str, Any] = {}
    for party in parties:
        if isinstance(party, Unknown):
            return party
        kind, who = party.get("type"), opened(party.get("identifiers", []))
        if isinstance(kind, Unknown):
            return kind
        if kind == "*":
            return "*"
        if isinstance(who, Unknown):
            table[kind] = who
        elif not isinstance(table.get(kind), Unknown):
            table.setdefault(kind, []).extend(_spelled(item) for item in who)
    return {kind: _values(who) for kind, who in table.items()}


def _conditions(conditions: list[Any]) -> Any:
    table: dict[str, dict[str, Any]] = {}
    for condition in conditions:
        if isinstance(condition, Unknown):
            return condition
        test, variable, values = (opened(condition.get(name)) for name in ("test", "variable", "values"))
        if isinstance(test, Unknown) or isinstance(variable, Unknown):
            return test if isinstance(test, Unknown) else variable
        keys = table.setdefault(str(test), {})
        old = keys.get(str(variable), [])
        if isinstance(values, Unknown) or isinstance(old, Unknown):
            keys[str(variable)] = values if isinstance(values, Unknown) else old
        else:
            keys[str(variable)] = old + [_spelled(item) for item in _listed(values)]
    return {test: {key: _values(value) for key, value in keys.items()} for test, keys in table.items()}


DATA_SOURCES: dict[str, Callable[["Evaluated", str], Any]] = {"aws_iam_policy_document": _policy_text}
"""Data sources that need no provider: what reads an attribute of each (None: not one it knows)."""
