"""Text: https://developer.hashicorp.com/terraform/language/functions (String)."""

import re
from typing import Any

from phiward.collectors.terraform.evaluate.functions.characters import characters
from phiward.collectors.terraform.evaluate.functions.matching import Match, find_all
from phiward.collectors.terraform.evaluate.functions.registry import Spend, function
from phiward.collectors.terraform.evaluate.partly import Rest, parts_of
from phiward.collectors.terraform.evaluate.values import (
    TEXT_SIZE,
    Exhausted,
    Failure,
    ListOf,
    as_text,
    concat,
)


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


@function("indent", "i s")
def _indent(spaces: int, text: str) -> str:
    if spaces < 0:
        raise Failure("indent(): the number of spaces is negative")
    if spaces * text.count("\n") > TEXT_SIZE:
        raise Exhausted("indent() makes a text that is too long")
    return text.replace("\n", "\n" + " " * spaces)


@function("join", "s l l*", deep=False, partly=True)
def _join(separator: str, *lists: Any) -> Any:
    parts: list[Any] = []
    for item in (item for one in lists for item in parts_of(one) or ()):
        if parts and not isinstance(item, Rest) and not isinstance(parts[-1], Rest):
            parts.append(separator)
        parts.append(as_text(item))
    return concat(parts)


@function("lower", "s")
def _lower(text: str) -> str:
    return text.lower() if text.isascii() else "".join(char.lower()[0] for char in text)


@function("upper", "s")
def _upper(text: str) -> str:
    if text.isascii():
        return text.upper()
    return "".join(char.upper() if len(char.upper()) == 1 else char for char in text)


@function("title", "s")
def _title(text: str) -> str:
    return re.sub(r"(?<!\w)\w", lambda match: match[0].upper(), text)


@function("replace", "s s s", costly=True)
def _replace(spend: Spend, text: str, old: str, new: str) -> str:
    if len(old) > 1 and old.startswith("/") and old.endswith("/"):
        return _replaced(spend, text, old[1:-1], new)
    if text.count(old) * len(new) > TEXT_SIZE:
        raise Exhausted("replace() makes a text that is too long")
    return text.replace(old, new)


def _replaced(spend: Spend, text: str, pattern: str, new: str) -> str:
    out: list[str] = []
    last = size = 0
    for match in find_all(pattern, text, spend):
        out.extend((text[last : match.start], _expanded(new, match)))
        size += len(out[-1])
        if size > TEXT_SIZE:
            raise Exhausted("replace() makes a text that is too long")
        last = match.end
    return "".join([*out, text[last:]])


def _expanded(new: str, match: Match) -> str:
    def group(found: re.Match[str]) -> str:
        name = found[1] or found[2]
        if name is None:
            return "$"
        return match.group(int(name) if name.isdecimal() else match.program.names.get(name, -1)) or ""

    return re.sub(r"\$(?:\$|\{(\w{1,100})\}|(\w{1,100}))", group, new)


def _captured(match: Match) -> Any:
    names, groups = match.program.names, match.program.groups
    if names and match.program.named != groups:
        raise Failure("a pattern names all of its groups or none")
    if names:
        return {name: match.group(number) for name, number in names.items()}
    return [match.group(number) for number in range(1, groups + 1)] if groups else match.group(0)


@function("regex", "s s", costly=True)
def _regex(spend: Spend, pattern: str, text: str) -> Any:
    match = next(find_all(pattern, text, spend), None)
    if match is None:
        raise Failure("regex(): the pattern is not found")
    return _captured(match)


@function("regexall", "s s", costly=True)
def _regexall(spend: Spend, pattern: str, text: str) -> Any:
    return ListOf(_captured(match) for match in find_all(pattern, text, spend))


@function("split", "s s", deep=False)
def _split(separator: str, text: str) -> Any:
    return ListOf(text.split(separator) if separator else characters(text))


@function("strrev", "s")
def _strrev(text: str) -> str:
    return "".join(reversed(characters(text)))


@function("substr", "s i i")
def _substr(text: str, offset: int, length: int) -> str:
    chars = characters(text)
    start = max(0, len(chars) + offset) if offset < 0 else offset
    return "".join(chars[start:] if length < 0 else chars[start : start + length])


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
