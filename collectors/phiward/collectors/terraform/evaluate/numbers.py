"""Numbers the way Terraform counts: exact where a decimal fraction is exact.

Terraform holds a number as a binary fraction of 512 bits and writes it as the shortest decimal that means it, so that
`0.1 + 0.2` is 0.3. Here a number is an int, or the float nearest to it.
"""

from collections.abc import Callable
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Any

from phiward.collectors.terraform.evaluate.values import Exhausted, Failure

_CONTEXT = Context(prec=155, traps=[InvalidOperation, DivisionByZero, Overflow])
_BITS = 1024


def calculate(operator: str, left: float, right: float) -> Any:
    """Return the result of an arithmetic operator or a comparison. Raises `Failure` and `Exhausted`."""
    if operator in _COMPARE:
        return _COMPARE[operator](left, right)
    if right == 0 and operator in "/%":
        raise Failure("division by zero")
    if isinstance(left, int) and isinstance(right, int) and (operator in "+-*" or left % right == 0):
        result = _WHOLE[operator](left, right)
        if result.bit_length() > _BITS:
            raise Exhausted("a number grows too large")
        return result
    return _nearest(operator, left, right)


def _nearest(operator: str, left: float, right: float) -> Any:
    """Calculate in decimals, and where floats find a whole number, take that: 2 / 3 * 3 is 2."""
    try:
        exact = _DECIMAL[operator](Decimal(repr(left)), Decimal(repr(right)))
        number = whole(exact)
        if isinstance(number, int) or operator == "%":
            return number
        binary = _BINARY[operator](float(left), float(right))
    except (InvalidOperation, DivisionByZero, Overflow, OverflowError, ZeroDivisionError):
        raise Exhausted("a number grows too large") from None
    return int(binary) if binary.is_integer() else number


def whole(number: Any) -> Any:
    """Return an int where a number (int, float, Decimal) is one, else the nearest float."""
    if isinstance(number, Decimal):
        if number == number.to_integral_value() and number.adjusted() < _BITS:
            return int(number)
        return float(number)
    return int(number) if isinstance(number, float) and number.is_integer() else number


def total(numbers: list[Any]) -> Any:
    """Return the sum of numbers."""
    result: Any = 0
    for number in numbers:
        result = calculate("+", result, number)
    return result


_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
}
_WHOLE: dict[str, Callable[[int, int], int]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a // b,
    "%": lambda _a, _b: 0,
}
_DECIMAL: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": _CONTEXT.add,
    "-": _CONTEXT.subtract,
    "*": _CONTEXT.multiply,
    "/": _CONTEXT.divide,
    "%": _CONTEXT.remainder,
}
_BINARY: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
}
