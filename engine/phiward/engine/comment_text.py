"""What the comments that ask for a waiver say: phiward's own, and those of other tools."""

import re
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec import Struct

from phiward.engine.content import nearest

if TYPE_CHECKING:
    from collections.abc import Callable

    from phiward.errors import ContentError


class Other(Struct, frozen=True):
    """What a comment of another tool says."""

    ids: tuple[str, ...]
    until: str | None = None
    reason: str = ""
    one_line: bool = False


_CHECKOV_IDS = re.compile(r"([A-Za-z0-9_]+(?:\s*,\s*[A-Za-z0-9_]+)*)\s*(?::\s*(.*))?", re.DOTALL)
_WORD = re.compile(r"""([A-Za-z_-]+)=("(?:[^"\\]|\\.)*"|'[^']*'|[^\s"']\S*|)|("|')|(\S+)""")


def other(tool: str, text: str) -> Other:
    """Read a comment of another tool. Of what cannot be carried over, the ids are words that no control answers."""
    if tool == "checkov":
        match = _CHECKOV_IDS.match(text)
        if match is None:
            return Other((text[:80] or "nothing",))
        return Other(tuple(re.split(r"\s*,\s*", match[1])), reason=(match[2] or "").strip())
    if tool == "trivy":
        name, *options = text.split(":")
        until = next((value for key, value in pairwise(options) if key == "exp"), None)
        if any(key == "ws" for key in options):
            return Other((f"{name} of one workspace",))
        return Other(() if name == "*" else (name.partition("[")[0],), until if until and is_date(until) else None)
    if tool == "kics":
        if text.startswith("ignore-line"):
            return Other((), one_line=True)
        if re.match(r"ignore(-block)?\b", text):
            return Other(())
        return Other((text[:80],))
    match = _CHECKOV_IDS.match(text)  # cfn_nag and guard: written as `ID:reason`
    return Other((match[1],), reason=(match[2] or "").strip()) if match else Other((text[:80],))


def fields_of(rest: str, refused: "Callable[..., ContentError]") -> tuple[list[str], dict[str, str]]:
    """Return the controls and the fields of what follows `phiward:waive`."""
    named: list[str] = []
    fields: dict[str, str] = {}
    for match in _WORD.finditer(rest):
        name, value, quote, word = match.groups()
        if quote:
            raise refused("a quotation mark is never closed, or stands where none belongs")
        if name is None:
            if fields:
                raise refused(f"{word!r} stands behind the fields: put what holds spaces in quotes")
            named += [each for each in word.split(",") if each]
            continue
        if name not in ("until", "reason"):
            raise refused(f"there is no field {name!r} (fields: until, reason)", nearest(name, ["until", "reason"]))
        if name in fields:
            raise refused(f"{name} is written twice")
        fields[name] = re.sub(r"\\(.)", r"\1", value[1:-1]) if value[:1] in {'"', "'"} and value else value
    return named, fields


def is_date(text: str) -> bool:
    """Say whether a text is a day, as `2027-03-01`."""
    try:
        return len(text) == 10 and date.fromisoformat(text) is not None
    except ValueError:
        return False
