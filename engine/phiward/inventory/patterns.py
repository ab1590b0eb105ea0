"""Patterns of paths, as `.gitignore` has them, without negation and ranges."""

import re
from functools import lru_cache


@lru_cache(maxsize=4096)
def path_pattern(pattern: str) -> re.Pattern[str]:
    """Return what matches the paths (POSIX, from the root) that a pattern is about.

    `/a` is at the root, `a` anywhere, `a/b` at the root; `a/` everything below, `a` the file or everything below;
    `*` and `?` stay within one folder, `**` crosses them; `a/*` is only what lies directly in it.
    """
    text = re.sub(r"\\(.)", r"\1", pattern)
    folder = text.endswith("/")
    body = text.strip("/")
    anchored = text.startswith("/") or "/" in body
    parts: list[str] = []
    names = re.sub(r"(?:\*\*/)+", "**/", body).split("/") if body else ["**"]
    for index, name in enumerate(names):
        last = index == len(names) - 1
        if name == "**":
            parts.append(".*" if last else "(?:[^/]+/)*")
            continue
        word = re.sub(r"\*+", "*", name)
        word = "".join("[^/]*" if sign == "*" else "[^/]" if sign == "?" else re.escape(sign) for sign in word)
        parts.append(word if last else word + "/")
    inside = "" if names[-1] in {"*", "**"} and len(names) > 1 else "/.*" if folder else "(?:/.*)?"
    return re.compile(("" if anchored else "(?:.*/)?") + "".join(parts) + inside, re.DOTALL)
