"""One way to write a value as JSON, so that the same value always gives the same bytes to hash and to sign.

The profile is RFC 8785 (JSON Canonicalization Scheme) without fractions: keys sorted by UTF-16 code units, no
spaces, UTF-8, and whole numbers that every reader holds exactly. What is outside the profile is refused, never bent.
"""

import json
from typing import Any

from phiward.errors import EvidenceError

LARGEST = 2**53 - 1
"""The largest whole number that a double, and so every JSON reader, holds exactly."""
DEEPEST = 64
"""How deep values may nest. What phiward writes stays below 20."""


def encode(value: Any) -> bytes:
    """Write plain JSON data in its one canonical form. Anything outside the profile is an `EvidenceError`."""
    try:
        return json.dumps(_ordered(value, "$", 0), separators=(",", ":"), ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise EvidenceError("a text holds half of a surrogate pair, which UTF-8 cannot carry") from error


def _ordered(value: Any, where: str, depth: int) -> Any:
    if depth > DEEPEST:
        raise EvidenceError(f"{where[:80]}: nested deeper than {DEEPEST} levels")
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int):
        if abs(value) > LARGEST:
            raise EvidenceError(f"{where}: a whole number beyond 2^53-1 is not the same for every JSON reader")
        return value
    if isinstance(value, list | tuple):
        return [_ordered(item, f"{where}[{index}]", depth + 1) for index, item in enumerate(value)]
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise EvidenceError(f"{where}: a key is not a text")
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return {key: _ordered(value[key], f"{where}.{key}", depth + 1) for key in keys}
    raise EvidenceError(f"{where}: a {type(value).__name__} has no canonical JSON form")


def parse(raw: bytes, what: str) -> Any:
    """Read JSON strictly: UTF-8, no key twice, no fractions, no NaN. `what` names the document in the error."""
    try:
        value = json.loads(
            raw.decode(),
            object_pairs_hook=_unique,
            parse_float=_refused_number,
            parse_constant=_refused_number,
            parse_int=_whole,
        )
        _ordered(value, "$", 0)
    except (ValueError, EvidenceError) as error:  # UnicodeDecodeError and JSONDecodeError are ValueErrors
        raise EvidenceError(f"{what}: not strict JSON: {error}") from error
    except RecursionError as error:
        raise EvidenceError(f"{what}: not strict JSON: nested too deep") from error
    return value


def parse_canonical(raw: bytes, what: str) -> Any:
    """Read JSON that must be in its canonical form, byte for byte."""
    value = parse(raw, what)
    if encode(value) != raw:
        raise EvidenceError(f"{what}: not in canonical form (RFC 8785): somebody rewrote it")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:  # readers disagree on which of the two counts
            raise ValueError(f"the key {key!r} stands twice in one object")
        found[key] = value
    return found


def _whole(text: str) -> int:
    if len(text) > 17:
        raise ValueError(f"a whole number of {len(text)} characters")
    return int(text)


def _refused_number(text: str) -> Any:
    raise ValueError(f"{text[:20]}: only whole numbers are allowed")
