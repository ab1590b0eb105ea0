"""Text: https://developer.hashicorp.com/terraform/language/functions (String)."""

import re
from typing import Any

from phiward.collectors.terraform.evaluate.functions.registry import function
from phiward.collectors.terraform.evaluate.values import (
    COLLECTION_SIZE,
    TEXT_SIZE,
    Exhausted,
    Failure,
    PartlyKnownText,
    as_number,
    as_text,
    both,
    concat,
    kind,
)
from phiward.inventory.unknown import Unknown

_VERB = re.compile(r"%(?:%|([-+ 0#]*)(\d+)?(?:\.(\d+))?(?:\[(\d+)\])?([a-zA-Z]))")
_SUBJECT = 100_000


@function("chomp", "s")
def _chomp(text: str) -> str:
    return text.rstrip("\r\n")


@function("endswith", "s s")
def _endswith(text: str, end: str) -> bool:
    return text.endswith(end)


@function("startswith", "s s")
def _startswith(text: str, start: str) -> bool:
    return text.startswith(start)


@function("strcontains", "s s")
def _strcontains(text: str, part: str) -> bool:
    return part in text


@function("indent", "n s")
def _indent(spaces: int, text: str) -> str:
    if spaces * text.count("\n") > TEXT_SIZE:
        raise Exhausted("indent() makes a text that is too long")
    return text.replace("\n", "\n" + " " * spaces)


@function("join", "s l*", deep=False)
def _join(separator: str, *lists: list[Any]) -> Any:
    parts: list[Any] = []
    for item in (item for one in lists for item in one):
        if parts:
            parts.append(separator)
        parts.append(as_text(item))
    return concat(parts)


@function("lower", "s")
def _lower(text: str) -> str:
    return text.lower()


@function("upper", "s")
def _upper(text: str) -> str:
    return text.upper()


@function("title", "s")
def _title(text: str) -> str:
    return re.sub(r"(?<!\w)\w", lambda match: match[0].upper(), text)


@function("replace", "s s s")
def _replace(text: str, old: str, new: str) -> str:
    if len(old) > 1 and old.startswith("/") and old.endswith("/"):
        return _pattern(old[1:-1]).sub(lambda match: _expanded(new, match), text[:_SUBJECT])
    if text.count(old) * len(new) > TEXT_SIZE:
        raise Exhausted("replace() makes a text that is too long")
    return text.replace(old, new)


def _expanded(new: str, match: re.Match[str]) -> str:
    def group(found: re.Match[str]) -> str:
        name = found[1] or found[2]
        if name is None:
            return "$"
        try:
            return match[int(name) if name.isdigit() else name] or ""
        except IndexError:
            return ""

    return re.sub(r"\$(?:\$|\{(\w+)\}|(\w+))", group, new)


def _pattern(text: str) -> re.Pattern[str]:
    """Compile one of Go's patterns. Those that could take for ever in Python are refused."""
    if len(text) > 1000 or re.search(r"[*+}][^()]*\)\s*(?:[*+]|\{\d)|\|[^()]*\)\s*[*+]", text):
        raise Exhausted("this pattern is not tried: it could take too long")
    for go, python in (("[:alnum:]", "a-zA-Z0-9"), ("[:alpha:]", "a-zA-Z"), ("[:digit:]", "0-9"), ("[:space:]", r"\s"),
                       ("[:lower:]", "a-z"), ("[:upper:]", "A-Z"), (r"\z", r"\Z"), ("[:word:]", r"\w")):  # fmt: skip
        text = text.replace(go, python)
    try:
        return re.compile(text, re.ASCII)
    except (re.error, RecursionError) as error:
        raise Failure(f"this is not a pattern: {error}") from None


def _captured(match: re.Match[str]) -> Any:
    if match.re.groupindex and len(match.re.groupindex) == match.re.groups:
        return dict(match.groupdict())
    return list(match.groups()) if match.re.groups else match[0]


@function("regex", "s s")
def _regex(pattern: str, text: str) -> Any:
    match = _pattern(pattern).search(text[:_SUBJECT])
    if match is None:
        raise Failure("regex(): the pattern is not found")
    return _captured(match)


@function("regexall", "s s")
def _regexall(pattern: str, text: str) -> Any:
    return [_captured(match) for match in _pattern(pattern).finditer(text[:_SUBJECT])]


@function("split", "s s", deep=False)
def _split(separator: str, text: str) -> Any:
    if not separator:
        return list(text)
    return text.split(separator)


@function("strrev", "s")
def _strrev(text: str) -> str:
    return text[::-1]


@function("substr", "s n n")
def _substr(text: str, offset: int, length: int) -> str:
    start = max(0, len(text) + offset) if offset < 0 else offset
    return text[start:] if length < 0 else text[start : start + length]


@function("trim", "s s")
def _trim(text: str, chars: str) -> str:
    return text.strip(chars) if chars else text


@function("trimprefix", "s s")
def _trimprefix(text: str, prefix: str) -> str:
    return text.removeprefix(prefix)


@function("trimsuffix", "s s")
def _trimsuffix(text: str, suffix: str) -> str:
    return text.removesuffix(suffix)


@function("trimspace", "s")
def _trimspace(text: str) -> str:
    return text.strip()


@function("format", "s u*", deep=False)
def _format(form: str, *values: Any) -> Any:
    parts: list[Any] = []
    at, last = 0, 0
    for match in _VERB.finditer(form):
        parts.append(form[last : match.start()])
        last = match.end()
        flags, width, precision, explicit, verb = match.groups()
        if verb is None:
            parts.append("%")
            continue
        if explicit:
            at = int(explicit) - 1
        if at >= len(values):
            raise Failure("format(): there are more verbs than values")
        parts.append(_formatted(values[at], verb, flags or "", int(width or 0), precision))
        at += 1
    parts.append(form[last:])
    if at < len(values) and "[" not in form:
        raise Failure("format(): there are more values than verbs")
    return concat(part for part in parts if not isinstance(part, str) or part)


def _formatted(value: Any, verb: str, flags: str, width: int, precision: str | None) -> Any:
    from phiward.collectors.terraform.evaluate.functions.encoding import json_text

    if width > 10_000:
        raise Exhausted("format(): the width is too large")
    if verb == "v":
        text = json_text(value) if isinstance(value, list | dict | None) else as_text(value)
        if value is None:
            text = "null"
    elif verb in "sq":
        text = as_text(value)
        if verb == "q" and not isinstance(text, Unknown):
            text = json_text(text)
    elif verb == "t":
        text = as_text(value)
    elif verb in "dboxXeEfgG":
        number = as_number(value)
        text = number if isinstance(number, Unknown) else _number(number, verb, flags, precision)
    else:
        raise Failure(f"format(): there is no verb %{verb}")
    if isinstance(text, Unknown):
        return text if isinstance(text, PartlyKnownText) and not width else both(text)
    if precision and verb == "s":
        text = text[: int(precision)]
    if "-" in flags:
        return text.ljust(width)
    return text.zfill(width) if "0" in flags and verb in "dboxXeEfgGv" else text.rjust(width)


def _number(number: float, verb: str, flags: str, precision: str | None) -> str:
    sign = "+" if "+" in flags else ""
    if verb in "dboxX":
        return format(int(number), f"{sign}{verb}")
    if verb in "gG" and precision is None:
        return repr(number)
    return format(number, f"{sign}.{min(int(precision or 6), 100)}{verb}")


@function("formatlist", "s u*", deep=False)
def _formatlist(form: str, *values: Any) -> Any:
    lists = [value for value in values if isinstance(value, list)]
    if any(isinstance(value, Unknown) for value in values):
        return both(*values)
    size = len(lists[0]) if lists else 1
    if any(len(one) != size for one in lists):
        raise Failure("formatlist(): the lists differ in length")
    if size > COLLECTION_SIZE:
        raise Exhausted("formatlist(): too many elements")
    return [_format(form, *(v[at] if isinstance(v, list) else v for v in values)) for at in range(size)]


@function("tostring", "a", deep=False)
def _tostring(value: Any) -> Any:
    if isinstance(value, list | dict):
        raise Failure(f"tostring(): cannot convert a {kind(value)}")
    return None if value is None else as_text(value)
