"""How deeply a text of YAML or JSON is nested, told before it is read.

The C reader of YAML composes nodes by calling itself: a text of some hundred thousand levels ends the whole process,
which no `except` can hold. So every reader of files that are not phiward's own asks here first.
"""

import re

DEPTH = 200
"""The most levels of one file."""

_INDENT = re.compile(rf"(?m)^[ \t?:-]{{{4 * DEPTH},}}")
_BRACKET = re.compile(r"[\[\]{}]")


def too_deep(text: str) -> int | None:
    """Return the line from which a text is nested too deeply: by brackets, or by lines of nothing but indentation."""
    found = _INDENT.search(text)
    if found is not None:
        return text.count("\n", 0, found.start()) + 1
    if text.count("[") + text.count("{") <= DEPTH:
        return None
    depth = 0
    for bracket in _BRACKET.finditer(text):
        depth = depth + 1 if bracket[0] in "[{" else max(0, depth - 1)
        if depth > 4 * DEPTH:
            return text.count("\n", 0, bracket.start()) + 1
    return None
