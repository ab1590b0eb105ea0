"""`format` and `formatlist`: https://developer.hashicorp.com/terraform/language/functions/format."""

import re
from decimal import Decimal
from typing import Any

from phiward.collectors.terraform.evaluate.functions.encoding import json_text
from phiward.collectors.terraform.evaluate.functions.registry import as_whole, function
from phiward.collectors.terraform.evaluate.values import (
    COLLECTION_SIZE,
    Exhausted,
    Failure,
    ListOf,
    PartlyKnownText,
    as_bool,
    as_number,
    as_text,
    both,
    concat,
)
from phiward.inventory.unknown import Unknown

_VERB = re.compile(r"%(?:%|([-+ 0#]*)(\d{1,9})?(?:\.(\d{1,9}))?(?:\[(\d{1,9})\])?([a-zA-Z]))")
_WIDTH = 10_000
_BASES = {"b": ("0b", "b"), "o": ("0", "o"), "x": ("0x", "x"), "X": ("0X", "X"), "d": ("", "d")}


@function("format", "s u*", deep=False)
def _format(form: str, *values: Any) -> Any:
    parts: list[Any] = []
    at = last = used = 0
    while (found := form.find("%", last)) >= 0:
        match = _VERB.match(form, found)
        if match is None:
            raise Failure(f"format(): {form[found : found + 10]!r} is no verb")
        parts.append(form[last:found])
        last = match.end()
        flags, width, precision, explicit, verb = match.groups()
        if verb is None:
            parts.append("%")
            continue
        if explicit:
            at = int(explicit) - 1
        if not 0 <= at < len(values):
            raise Failure("format(): there are more verbs than values")
        parts.append(_formatted(values[at], verb, flags or "", int(width or 0), precision))
        at += 1
        used = max(used, at)
    parts.append(form[last:])
    if used < len(values):
        raise Failure("format(): there are more values than verbs")
    return concat(part for part in parts if not isinstance(part, str) or part)


def _formatted(value: Any, verb: str, flags: str, width: int, precision: str | None) -> Any:
    if width > _WIDTH or int(precision or 0) > _WIDTH:
        raise Exhausted("format(): the width is too large")
    if value is None:
        return Unknown("format() does not say what null becomes")
    text = _converted(value, verb, flags, precision)
    if isinstance(text, Unknown):
        return text if isinstance(text, PartlyKnownText) and not width else both(text)
    if len(text) >= width:
        return text
    if "-" in flags:
        return text.ljust(width)
    if "0" in flags:
        return text.zfill(width)
    return text.rjust(width)


def _converted(value: Any, verb: str, flags: str, precision: str | None) -> Any:
    if verb == "v":
        if "#" in flags or isinstance(value, list | dict):
            return json_text(value)
        verb = "g" if isinstance(value, int | float) and not isinstance(value, bool) else "s"
    if verb in ("s", "q"):
        text = as_text(value)
        if isinstance(text, Unknown):
            return text
        if precision:
            text = text[: int(precision)]
        return json_text(text) if verb == "q" else text
    if verb == "t":
        truth = as_bool(value)
        return truth if isinstance(truth, Unknown) else as_text(truth)
    if verb in _BASES:
        number = as_whole(value)
        return number if isinstance(number, Unknown) else _whole(number, verb, flags, precision)
    if verb not in "eEfgG":
        raise Failure(f"format(): there is no verb %{verb}")
    number = as_number(value)
    return number if isinstance(number, Unknown) else _signed(_real(number, verb, precision), flags)


def _whole(number: int, verb: str, flags: str, precision: str | None) -> str:
    prefix, spec = _BASES[verb]
    digits = format(abs(number), spec).rjust(int(precision or 0), "0")
    return _signed(("-" if number < 0 else "") + (prefix if "#" in flags else "") + digits, flags)


def _real(number: float, verb: str, precision: str | None) -> str:
    exact = Decimal(repr(number))
    if verb in "eEf":
        text = format(exact, f".{int(precision or 0) if precision else 6}{verb}")
    elif precision:
        text = format(exact, f".{max(1, int(precision))}{verb}")
        text = re.sub(r"(\.\d*?)0+(?=[eE]|$)", r"\1", text).replace(".e", "e").replace(".E", "E").removesuffix(".")
    else:
        digits = exact.normalize()
        exponent = digits.adjusted() if digits else 0
        if -4 <= exponent < 6:
            return format(digits, "f")
        text = format(digits, f".{len(digits.as_tuple().digits) - 1}{chr(ord(verb) - 2)}")  # e for g, E for G
    return re.sub(r"([eE][+-])(\d)$", r"\g<1>0\2", text)


def _signed(text: str, flags: str) -> str:
    if text.startswith("-"):
        return text
    return f"+{text}" if "+" in flags else f" {text}" if " " in flags else text


@function("formatlist", "s u*", deep=False)
def _formatlist(form: str, *values: Any) -> Any:
    if any(isinstance(value, Unknown) for value in values):
        return both(*values)
    if any(value is None for value in values):
        return Unknown("formatlist() does not say what null becomes")
    lists = [value for value in values if isinstance(value, list)]
    size = len(lists[0]) if lists else 1
    if any(len(one) != size for one in lists):
        raise Failure("formatlist(): the lists differ in length")
    if size > COLLECTION_SIZE:
        raise Exhausted("formatlist(): too many elements")
    return ListOf(_format(form, *(v[at] if isinstance(v, list) else v for v in values)) for at in range(size))
