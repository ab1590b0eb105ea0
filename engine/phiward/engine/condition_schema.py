"""The condition language as JSON Schema: what an editor offers, explains and refuses while a control is written.

The paths of the aspects come from the model, the operators from `phiward.engine.operators`, each with words for the
person who writes the file. What a schema cannot know (which paths a type has) is left to `phiward controls lint`.
"""

from typing import Any, TypeAlias

from phiward.engine.condition import Quantifier
from phiward.engine.grammar import MATCHER_WORDS
from phiward.engine.operators import OPERATORS
from phiward.inventory.catalog import Catalog
from phiward.inventory.describe import describe

Schema: TypeAlias = dict[str, Any]

PARAMETER: Schema = {
    "type": "string",
    "pattern": r"\$\{[^}]+\}",
    "description": "A parameter of this control: `${name}`. Its default stands under `parameters`.",
}
_SCALAR: Schema = {"type": ["boolean", "number", "string"]}
_TEXT: Schema = {"type": "string", "minLength": 1}
_TEXTS: Schema = {"type": "array", "items": _TEXT, "minItems": 1}
_MOMENT = r"^(now([+-][0-9]{1,6}[mhdw])?|[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?)$"

CONSTANTS: dict[str, Schema] = {
    "scalar": _SCALAR,
    "scalars": {"anyOf": [{"type": "array", "items": _SCALAR, "minItems": 1}, PARAMETER]},
    "bool": {"anyOf": [{"type": "boolean"}, PARAMETER]},
    "number": {"anyOf": [{"type": "number"}, PARAMETER]},
    "text": _TEXT,
    "pattern": {"type": "string", "maxLength": 500},
    "duration": {"anyOf": [{"type": "string", "pattern": "^[0-9]{1,6}[mhdw]$"}, PARAMETER]},
    "moment": {"anyOf": [{"type": "string", "pattern": _MOMENT}, PARAMETER]},
    "version": {"anyOf": [{"type": "string", "pattern": r"^[0-9]{1,9}(\.[0-9]{1,9}){0,9}$"}, PARAMETER]},
    "networks": {"anyOf": [_TEXT, _TEXTS]},
    "allowance": {
        "type": "object",
        "properties": {"actions": _TEXTS, "resources": _TEXTS},
        "additionalProperties": False,
        "minProperties": 1,
    },
}
"""What each kind of constant (`Operator.constant`) may be."""

MEANINGS: dict[str, str] = {
    "equals": "The value is this one. A bare scalar after the path means the same.",
    "in": "The value is one of these.",
    "exists": "true: the source stated a value. false: the source said that there is none.",
    "gt": "The number is more than this.",
    "gte": "The number is at least this.",
    "lt": "The number is less than this.",
    "lte": "The number is at most this.",
    "contains": "The list has this element, or the text has this in it.",
    "starts_with": "The text starts with this.",
    "ends_with": "The text ends with this.",
    "matches": "Some place of the text matches this regular expression. Look-around, back-references, a repeat"
    " inside a repeat and more than two unbounded repeats are refused, so that no text can make it run for ever.",
    "older_than": "The time lies further back than this: `90d`, `12h`, `30m`, `2w`.",
    "newer_than": "The time lies no further back than this: `90d`, `12h`, `30m`, `2w`.",
    "before": "The time or date lies before this: `2027-01-31`, `now`, `now+30d`.",
    "after": "The time or date lies after this: `2027-01-31`, `now`, `now+30d`.",
    "version_gte": 'The dotted version is this one or later. Quote it: "1.2".',
    "version_lt": 'The dotted version is before this one. Quote it: "1.2".',
    "cidr_within": "The network or address lies wholly inside this network, or inside one of these.",
    "cidr_overlaps": "The network shares an address with this network, or with one of these.",
    "policy_public": "true: the policy document lets everybody in: an Allow to everybody (all but some, any tenant of a"
    " shared identity provider) that no condition ties to a fixed place or identity, and that no Deny takes back"
    " from all outsiders. A network wider than /8 (IPv6: /32) is no fixed place. No document lets nobody in.",
    "policy_enforces_tls": "true: the policy document refuses connections without TLS: it denies everybody all of the"
    " service where `aws:SecureTransport` is false. No document refuses none.",
    "policy_cross_account": "true: the policy document lets accounts in other than the resource's own: by name, by"
    " organization, or everybody; what conditions and Deny statements leave of them.",
    "policy_unguarded_service": "true: the policy document lets an AWS service in for whomever it acts, since no"
    " condition on `aws:SourceAccount`, `aws:SourceArn` or their like ties it to one customer.",
    "policy_whole_service": "true: the policy document allows every action of some service on all its resources.",
    "policy_allows": "The policy document allows any of these actions on any of these resources, each as a whole: `*`"
    " asks for the wildcard itself, everything; an ARN that leaves region or account open (`arn:aws:kms:*:*:key/*`) is"
    " met in one of them. Statements add up; a Deny under conditions takes nothing back.",
    "count": "A matcher on the number of elements of the list.",
    "each": "Every element meets this; true of an empty list. A matcher for plain elements; a condition, its paths"
    " relative to the element, for groups.",
    "some": "At least one element meets this; false of an empty list. A matcher for plain elements; a condition, its"
    " paths relative to the element, for groups.",
    "none": "No element meets this; true of an empty list. A matcher for plain elements; a condition, its paths"
    " relative to the element, for groups.",
    "not": "The matcher does not hold. What is unknown stays unknown.",
}
"""What each word of a matcher means, for the person who writes it."""


def definitions() -> dict[str, Schema]:
    """Return the definitions `condition`, `element` and `matcher`."""
    matcher = {"$ref": "#/$defs/matcher"}
    words: dict[str, Schema] = {name: {**CONSTANTS[each.constant]} for name, each in OPERATORS.items()}
    words |= {name.value: {"$ref": "#/$defs/element"} for name in Quantifier}
    words |= {"count": matcher, "not": matcher}
    return {
        "condition": _condition(matcher),
        "element": {"anyOf": [matcher, {"$ref": "#/$defs/condition"}]},
        "matcher": {
            "description": "What a value is matched with: the value itself, or operators that all must hold.",
            "anyOf": [
                _SCALAR,
                {
                    "type": "object",
                    "properties": {
                        name: {"description": MEANINGS[name], **words[name]} for name in sorted(MATCHER_WORDS)
                    },
                    "additionalProperties": False,
                    "minProperties": 1,
                },
            ],
        },
    }


def _condition(matcher: Schema) -> Schema:
    conditions = {"type": "array", "items": {"$ref": "#/$defs/condition"}, "minItems": 1}
    related: Schema = {
        "description": "Follows a relation to other resources of the inventory and asks them. One that was not"
        " collected is unknown.",
        "type": "object",
        "properties": {
            "relation": {**_TEXT, "description": "The relation's name: `phiward schema TYPE` lists them."},
            "each": {"$ref": "#/$defs/condition", "description": "Every related resource meets this; true of none."},
            "some": {"$ref": "#/$defs/condition", "description": "At least one related resource meets this."},
            "none": {"$ref": "#/$defs/condition", "description": "No related resource meets this."},
        },
        "required": ["relation"],
        "oneOf": [{"required": [name.value]} for name in Quantifier],
        "additionalProperties": False,
    }
    words: dict[str, Schema] = {
        "all": {**conditions, "description": "Every one of these conditions holds."},
        "any": {**conditions, "description": "At least one of these conditions holds."},
        "not": {"$ref": "#/$defs/condition", "description": "The condition does not hold. Unknown stays unknown."},
        "related": related,
    }
    return {
        "description": "A condition: `path: value`, `path: {operator: ...}`, `all`, `any`, `not`, `related`. All that"
        " stands in one mapping must hold. What is unknown is neither true nor false.",
        "type": "object",
        "minProperties": 1,
        "properties": words | {path: {**matcher, "description": doc} for path, doc in _paths().items()},
        "propertyNames": {"not": {"enum": sorted(MATCHER_WORDS - words.keys())}},
        "patternProperties": {
            f"^(?!({'|'.join(words)})$)[a-z][a-z0-9_]*" + r"(\.[A-Za-z0-9_-]+|\[\"[^\"]+\"\])*$": matcher,
        },
        "additionalProperties": False,
    }


def _paths() -> dict[str, str]:
    """Return the paths of the aspects that a resource's condition may name, with what they mean."""
    catalog = Catalog.of((), docs=True)
    rows = [row for name in sorted(catalog.aspects) for row in describe(catalog, name)]
    return {
        row.path: f"{row.doc} ({row.type}{', or none' if row.absent else ''})".strip()
        for row in rows
        if row.type != "group" and "[" not in row.path
    }
