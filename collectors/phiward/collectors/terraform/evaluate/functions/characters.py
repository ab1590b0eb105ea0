"""What a person calls a character: Terraform counts, cuts and reverses text by grapheme clusters.

An approximation of Unicode's rules (https://www.unicode.org/reports/tr29/): marks, joiners, modifiers and variation
selectors belong to what they follow, flags are pairs, a line feed belongs to its carriage return.
"""

import unicodedata

_JOINER = "\u200d"
_FLAGS = range(0x1F1E6, 0x1F200)
_TONES = range(0x1F3FB, 0x1F400)


def characters(text: str) -> list[str]:
    """Return the characters of a text."""
    if text.isascii() and "\r\n" not in text:
        return list(text)
    out: list[str] = []
    for char in text:
        if out and _continues(out[-1], char):
            out[-1] += char
        else:
            out.append(char)
    return out


def _continues(before: str, char: str) -> bool:
    if char == "\n":
        return before == "\r"
    if char.isascii() or before in "\r\n":
        return False
    if ord(char) in _FLAGS:
        return len(before) == 1 and ord(before) in _FLAGS
    return (
        char == _JOINER
        or ord(char) in _TONES
        or unicodedata.category(char)[0] == "M"
        or (before[-1] == _JOINER and unicodedata.category(char) == "So")
    )
