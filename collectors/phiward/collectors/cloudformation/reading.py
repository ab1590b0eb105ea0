"""Reading templates, in YAML or JSON, as CloudFormation does: dates, `yes` and `010` stay text, `!Sub x` is
`{"Fn::Sub": "x"}`.
"""  # noqa: D205 - the two are one sentence

from typing import Any

from phiward.collectors import documents
from phiward.collectors.documents import Document, Mapping, Sequence, Span
from phiward.inventory.unknown import Unknown

SHORT = frozenset(
    {
        "And",
        "Base64",
        "Cidr",
        "Contains",
        "EachMemberEquals",
        "EachMemberIn",
        "Equals",
        "FindInMap",
        "GetAZs",
        "GetAtt",
        "GetStackOutput",
        "If",
        "ImportValue",
        "Join",
        "Length",
        "Not",
        "Or",
        "RefAll",
        "Select",
        "Split",
        "Sub",
        "ToJsonString",
        "Transform",
        "ValueOf",
        "ValueOfAll",
    }
)
"""The functions that may be written as a tag: `!Sub` for `Fn::Sub`. `!Ref` and `!Condition` lack the `Fn::`."""


def read(data: bytes) -> Document:
    """Read the documents of a template's file. What cannot be read is a problem with its line."""
    return documents.read(data, _scalar, _tagged)


def _scalar(text: str) -> Any:
    """Return what an unquoted scalar means. A plus sign, as of a telephone number, makes a text of it."""
    return text if text.startswith("+") else documents.scalar(text)


def _tagged(tag: str, value: Any, span: Span) -> Any:
    name = tag[1:]
    if name in {"Ref", "Condition"}:
        key = name
    elif name in SHORT:
        key = f"Fn::{name}"
        if name == "GetAtt" and isinstance(value, str):
            value = Sequence(span, value.split(".", 1))
    else:
        return Unknown(f"{tag} is no tag of CloudFormation")
    made = Mapping(span)
    made.put(key, value, span)
    return made
