"""Numbers: https://developer.hashicorp.com/terraform/language/functions (Numeric)."""

import math
from typing import Any

from phiward.collectors.terraform.evaluate.functions.registry import function
from phiward.collectors.terraform.evaluate.numbers import total, whole
from phiward.collectors.terraform.evaluate.values import Failure, as_number


@function("abs", "n")
def _abs(value: float) -> float:
    return abs(value)


@function("ceil", "n")
def _ceil(value: float) -> int:
    return math.ceil(value)


@function("floor", "n")
def _floor(value: float) -> int:
    return math.floor(value)


@function("log", "n n")
def _log(value: float, base: float) -> Any:
    return whole(math.log(value) / math.log(base))


@function("max", "n n*")
def _max(*values: float) -> float:
    return max(values)


@function("min", "n n*")
def _min(*values: float) -> float:
    return min(values)


@function("pow", "n n")
def _pow(value: float, power: float) -> Any:
    return whole(math.pow(value, power))


@function("signum", "i")
def _signum(value: int) -> int:
    return (value > 0) - (value < 0)


@function("parseint", "a i")
def _parseint(text: Any, base: int) -> int:
    if not isinstance(text, str):
        raise Failure("parseint(): a string is required")
    if not 2 <= base <= 62 or len(text) > 300:
        raise Failure("parseint(): the base must be between 2 and 62")
    if base <= 36:
        if not text.lstrip("-+").isalnum():
            raise Failure(f"parseint(): {text!r} is not a number")
        return int(text, base)
    digits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    total = 0
    for char in text.lstrip("-"):
        at = digits.index(char)
        if at >= base:
            raise Failure(f"parseint(): {text!r} is not a number of base {base}")
        total = total * base + at
    return -total if text.startswith("-") else total


@function("sum", "l")
def _sum(values: list[Any]) -> Any:
    if not values:
        raise Failure("sum() needs at least one element")
    return total([as_number(value) for value in values])
