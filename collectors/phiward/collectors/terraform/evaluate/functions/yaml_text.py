"""`yamlencode` and `yamldecode`: YAML as Terraform writes and reads it (github.com/zclconf/go-cty-yaml)."""

import re
from datetime import datetime
from typing import Any

from phiward.collectors.nesting import too_deep
from phiward.collectors.terraform.evaluate.functions.registry import Spend, function
from phiward.collectors.terraform.evaluate.numbers import whole
from phiward.collectors.terraform.evaluate.values import (
    TEXT_SIZE,
    Exhausted,
    Failure,
    as_number,
    as_text,
    number_text,
)

_PARTS = 200_000
_DEPTH = 100
_WIDTH = 40
"""Terraform breaks lines after 80 characters, indentation and keys included."""
_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
}
_FLOAT = re.compile(r"[-+]?(?:\.\d{1,300}|\d{1,300}(?:\.\d{0,300})?)(?:[eE][-+]?\d{1,3})?", re.ASCII)
_WHOLE = re.compile(r"(\+?)0(?:x([0-9a-fA-F]{1,300})|o([0-7]{1,300}))", re.ASCII)
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_MOMENT = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})[Tt ](\d{1,2}):(\d{1,2}):(\d{1,2})(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)?", re.ASCII
)
_INFINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_STYLES = ("'", '"', "|", ">")
_ESCAPES = {
    "\0": "\\0", "\a": "\\a", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\v": "\\v", "\f": "\\f", "\r": "\\r",
    "\x1b": "\\e", '"': '\\"', "\\": "\\\\", "\x85": "\\N", "\u2028": "\\L", "\u2029": "\\P",
}  # fmt: skip


class Folded(Exception):  # noqa: N818 - the value is fine, and only its text is not told
    """A string is so long that it is broken into lines, where is not followed here."""


def yaml_text(value: Any) -> str:
    """Write a value as YAML: blocks, quoted strings, keys sorted. Raises `Folded`."""
    if isinstance(value, dict | list) and value:
        return _block(value, 0)
    text = _scalar(value, 0)
    return (
        text
        if isinstance(value, str) and "\n" in text
        else text + ("\n" if isinstance(value, str | dict | list) else "\n...\n")
    )


def _block(value: Any, level: int) -> str:
    pad = "  " * level
    if isinstance(value, dict):
        return "".join(f"{pad}{_quoted(str(key))}:{_after_key(value[key], level)}" for key in sorted(value))
    return "".join(_element(item, level) for item in value)


def _after_key(value: Any, level: int) -> str:
    if isinstance(value, dict) and value:
        return "\n" + _block(value, level + 1)
    if isinstance(value, list) and value:
        return "\n" + _block(value, level)
    return f" {_line(value, level)}"


def _element(value: Any, level: int) -> str:
    if isinstance(value, dict | list) and value:
        return f"{'  ' * level}- {_block(value, level + 1).lstrip(' ')}"
    return f"{'  ' * level}- {_line(value, level)}"


def _line(value: Any, level: int) -> str:
    text = _scalar(value, level)
    return text if text.endswith("\n") else text + "\n"


def _scalar(value: Any, level: int) -> str:
    if isinstance(value, str):
        return _literal(value, level) if "\n" in value and _may_be_literal(value) else _quoted(value)
    if value is None:
        return "null"
    if isinstance(value, dict | list):
        return "{}" if isinstance(value, dict) else "[]"
    text = as_text(value)
    return number_text(value) if isinstance(value, float) else str(text)


def _may_be_literal(text: str) -> bool:
    return not text.endswith(" ") and " \n" not in text and all(char == "\n" or _printable(char) for char in text)


def _printable(char: str) -> bool:
    return " " <= char <= "~" or ("\xa0" <= char <= "\U0010ffff" and char not in "\ufeff\u2028\u2029")


def _literal(text: str, level: int) -> str:
    pad = "  " * (level + 1)
    indented = "2" if text[0] in " \n" else ""
    ends = "-" if not text.endswith("\n") else "+" if text.endswith("\n\n") or text == "\n" else ""
    body = "".join(f"{pad}{line}\n" if line else "\n" for line in text.removesuffix("\n").split("\n"))
    return f"|{indented}{ends}\n{body}"


def _quoted(text: str) -> str:
    if " " in text and len(text) > _WIDTH:
        raise Folded
    return '"' + "".join(_escaped(char) for char in text) + '"'


def _escaped(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if _printable(char):
        return char
    code = ord(char)
    return f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"


@function("yamldecode", "s", costly=True)
def _yamldecode(spend: Spend, text: str) -> Any:
    import yaml

    if len(text) > TEXT_SIZE:
        raise Exhausted("yamldecode(): the document is too long")
    if too_deep(text) is not None:
        raise Exhausted("yamldecode(): the document is nested too deeply")
    try:
        node = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise Failure(f"yamldecode(): {str(error).splitlines()[0]}") from None
    if node is None:
        raise Failure("yamldecode(): the document is empty")
    return _Decoder(yaml, spend).value(node)


class _Decoder:
    """One document, whose aliases may not unfold to more than can be held."""

    def __init__(self, yaml: Any, spend: Spend) -> None:
        self.yaml = yaml
        self.spend = spend
        self.left = _PARTS
        self.depth = 0

    def value(self, node: Any) -> Any:
        """Return the value of a node."""
        self.spend(4)
        self.left -= 1
        self.depth += 1
        if self.left < 0 or self.depth > _DEPTH:
            raise Exhausted("yamldecode(): the document unfolds to too many values")
        if isinstance(node, self.yaml.ScalarNode):
            result = _resolved(node)
        elif node.tag not in ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"):
            raise Failure(f"yamldecode(): the tag {node.tag} is not supported")
        elif isinstance(node, self.yaml.SequenceNode):
            result = [self.value(item) for item in node.value]
        else:
            result = self.mapping(node)
        self.depth -= 1
        return result

    def mapping(self, node: Any) -> dict[str, Any]:
        """Return a mapping; what `<<` merges in gives way to what is written."""
        own: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        for key_node, value_node in node.value:
            value = self.value(value_node)
            if not isinstance(key_node, self.yaml.ScalarNode):
                raise Failure("yamldecode(): a key is no plain value")
            if key_node.value == "<<" and key_node.style not in _STYLES:
                if not isinstance(value, dict):
                    raise Failure("yamldecode(): only a mapping can be merged")
                merged = {**value, **merged}
                continue
            own[str(as_text(_resolved(key_node)))] = value
        return {**merged, **own}


def _resolved(node: Any) -> Any:
    text = str(node.value)
    core = node.tag.removeprefix("tag:yaml.org,2002:")
    if "!" in core or core.startswith("tag:"):
        raise Failure(f"yamldecode(): the tag {node.tag} is not supported")
    if node.style in _STYLES or core in ("binary", "set", "omap"):
        return text
    # Which of the plain tags is written, and which one is PyYAML's own guess, cannot be told apart: only `!!str` can,
    # where the text would be something else.
    if core == "null":
        return None
    value = _plain(text)
    return text if core == "str" and not isinstance(value, str) and _guess(text) != core else value


def _guess(text: str) -> str:
    import yaml

    resolver: Any = yaml.resolver.Resolver()
    return str(resolver.resolve(yaml.ScalarNode, text, (True, False))).removeprefix("tag:yaml.org,2002:")


def _plain(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if _INFINITE.fullmatch(text):
        raise Failure("yamldecode(): a number must be finite")
    if found := _WHOLE.fullmatch(text):
        return int(found[2], 16) if found[2] else int(found[3], 8)
    if _FLOAT.fullmatch(text):
        return whole(as_number(text.removesuffix(".")))
    return _time(text)


def _time(text: str) -> str:
    """Write a date or time as RFC 3339 does; any other text is itself."""
    try:
        if found := _DAY.fullmatch(text):
            return f"{datetime(*map(int, found.groups())):%Y-%m-%dT00:00:00Z}"  # type: ignore[arg-type]  # noqa: DTZ001 - a day has no zone
        if found := _MOMENT.fullmatch(text):
            moment = datetime(*map(int, found.groups()[:6]))  # type: ignore[arg-type]  # noqa: DTZ001 - the zone follows
            fraction = (found[7] or "").rstrip("0").rstrip(".")
            return f"{moment.isoformat()}{fraction}{(found[8] or 'Z').upper()}"
    except ValueError:
        pass
    return text
