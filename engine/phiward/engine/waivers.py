"""Waivers: fails that somebody accepted, for a reason, with an alternative measure, until a day.

§164.306(d)(3) lets an addressable specification be met in another way where it is not reasonable, if that is
documented. So a waiver says why, what is done instead, who asked, who else approved, and when it ends.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from phiward.engine import content
from phiward.engine.content import ContentProblems, Node
from phiward.engine.reading import Reading

if TYPE_CHECKING:
    from phiward.engine.control import Control
    from phiward.errors import ContentError

LONGEST = timedelta(days=366)
"""A waiver ends at most twelve months after it was approved."""

_REQUIRED = (
    "id", "controls", "resources", "reason", "why_not_reasonable", "alternative", "risk", "requested_by",
    "approved_by", "approved_at", "expires_at",
)  # fmt: skip
_PATTERN = re.compile(r"(?<=[^:/])\*|\*(?!\.)|^\?+$")
"""A `*` that is no host name's first label (`*.example.org`), which an id may hold."""
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


class Alternative(Struct, frozen=True):
    """What is done instead, and where that can be seen."""

    measure: str
    evidence: str


class Waiver(Struct, frozen=True, kw_only=True):
    """One accepted fail of some controls on some resources."""

    id: str
    controls: tuple[str, ...]
    resources: tuple[str, ...]
    """Exact ids."""
    reason: str
    why_not_reasonable: str
    alternative: Alternative
    risk: str
    requested_by: str
    approved_by: str
    approved_at: str
    """A date."""
    expires_at: str
    """The last day it counts (a date)."""
    requirements: tuple[str, ...] = ()
    file: str = ""
    line: int = 0


class Waivers:
    """The waivers of a run, by control and resource, and which of them were used."""

    def __init__(self, waivers: Iterable[Waiver], now: str) -> None:
        self._all = tuple(waivers)
        self._ended = {
            waiver.id for waiver in self._all if waiver.expires_at < now[:10] or waiver.approved_at > now[:10]
        }
        self._used: set[str] = set()
        self._by_place: dict[tuple[str, str], str] = {}
        for waiver in self._all:
            if waiver.id not in self._ended:
                for control in waiver.controls:
                    for resource in waiver.resources:
                        self._by_place.setdefault((control, resource), waiver.id)

    def of(self, control: str, resource: str) -> str | None:
        """Return the waiver in force for a control on a resource, and remember that it was used."""
        found = self._by_place.get((control, resource)) if self._by_place else None
        if found is not None:
            self._used.add(found)
        return found

    def expired(self) -> tuple[str, ...]:
        """Return the ids of waivers not in force: ended, or approved only later."""
        return tuple(sorted(self._ended))

    def unused(self) -> tuple[str, ...]:
        """Return the ids of waivers in force that nothing needed."""
        return tuple(sorted({waiver.id for waiver in self._all} - self._ended - self._used))


def names_of(controls: "Iterable[Control]") -> dict[str, str]:
    """Return the names that controls go by, to their ids: a waiver may still use the name from before a renaming."""
    controls = tuple(controls)
    names = {alias: control.id for control in controls for alias in control.aliases}
    return names | {control.id: control.id for control in controls}


def load(path: Path, names: Mapping[str, str], *, prefix: str = "", strict: bool = True) -> tuple[Waiver, ...]:
    """Load a waiver file. Raises `ContentProblems` with everything that is wrong.

    `names` are those of the controls asked (`names_of`); a waiver of another control is refused, unless not `strict`:
    a run that asks only some controls needs no other waivers. `prefix` is put before each resource id, since ids from
    code depend on where the scan began.
    """
    problems: list[ContentError] = []
    shown = str(path)
    node = content.read(path, shown)
    reading = Reading(shown, problems)
    fields = reading.members(node, "", ("waivers",)) or {}
    listed = fields["waivers"].value if fields else []
    if not isinstance(listed, list):
        reading.refuse(node, "waivers", "must be a list of waivers")
        listed = []
    found: dict[str, Waiver] = {}
    for index, child in enumerate(listed):
        waiver = _waiver(reading, child, f"waivers[{index}]", prefix, names, strict=strict)
        if waiver is None:
            continue
        if waiver.id in found:
            reading.refuse(child, f"waivers[{index}].id", f"{waiver.id!r} is written twice")
        found[waiver.id] = waiver
    if problems:
        raise ContentProblems(problems)
    return tuple(found.values())


def _waiver(  # noqa: PLR0913 - what a waiver depends on
    reading: Reading, node: Node, field: str, prefix: str, names: Mapping[str, str], *, strict: bool
) -> Waiver | None:
    fields = reading.members(node, field, _REQUIRED, ("requirements",))
    if fields is None:
        return None
    texts = {name: reading.text(fields[name], f"{field}.{name}") for name in _REQUIRED if name not in _OTHERS}
    if texts["id"] and not _ID.fullmatch(texts["id"]):
        reading.refuse(fields["id"], f"{field}.id", "takes letters, digits, dots, dashes and underscores")
    controls = _several(reading, fields["controls"], f"{field}.controls")
    for index, control in enumerate(controls):
        if strict and control and control not in names:
            near = content.nearest(control, names)
            item = fields["controls"].value[index]
            reading.refuse(item, f"{field}.controls[{index}]", f"there is no control {control!r}", near)
    resources = _several(reading, fields["resources"], f"{field}.resources")
    for index, resource in enumerate(resources):
        if _PATTERN.search(resource):
            message = f"{resource!r} is a pattern; a waiver names exact resources"
            reading.refuse(fields["resources"].value[index], f"{field}.resources[{index}]", message)
    if texts["approved_by"] and texts["approved_by"].casefold() == texts["requested_by"].casefold():
        reading.refuse(fields["approved_by"], f"{field}.approved_by", "must be somebody else than who asked for it")
    _dates(reading, fields, texts, field)
    alternative = reading.members(fields["alternative"], f"{field}.alternative", ("measure", "evidence")) or {}
    return Waiver(
        id=texts["id"],
        controls=tuple(dict.fromkeys(names.get(control, control) for control in controls)),
        resources=tuple(_below(prefix, resource) for resource in resources),
        reason=texts["reason"],
        why_not_reasonable=texts["why_not_reasonable"],
        alternative=Alternative(
            reading.text(alternative.get("measure"), f"{field}.alternative.measure"),
            reading.text(alternative.get("evidence"), f"{field}.alternative.evidence"),
        ),
        risk=texts["risk"],
        requested_by=texts["requested_by"],
        approved_by=texts["approved_by"],
        approved_at=texts["approved_at"],
        expires_at=texts["expires_at"],
        requirements=reading.texts(fields.get("requirements"), f"{field}.requirements"),
        file=reading.file,
        line=node.line,
    )


def _below(prefix: str, resource: str) -> str:
    """Return a resource's id as it is from further up: `sub:aws_kms_key.a`, but `sub/template.yaml:Key`.

    The id of what a file declares begins with the file's path; that of a folder's code with the folder's.
    """
    if prefix.endswith(":") and resource.partition(":")[0].endswith(_FILES):
        return f"{prefix[:-1]}/{resource}"
    return prefix + resource


_FILES = (".yaml", ".yml", ".json", ".template")
_OTHERS = frozenset({"controls", "resources", "alternative"})


def _several(reading: Reading, node: Node, field: str) -> tuple[str, ...]:
    found = reading.texts(node, field)
    if isinstance(node.value, list) and not node.value:
        reading.refuse(node, field, "must not be empty")
    return found


def _dates(reading: Reading, fields: dict[str, Node], texts: dict[str, str], field: str) -> None:
    dates: dict[str, date] = {}
    for name in ("approved_at", "expires_at"):
        try:
            dates[name] = date.fromisoformat(texts[name])
            if len(texts[name]) != 10:
                raise ValueError  # noqa: TRY301 - dates without dashes are refused the same way
        except ValueError:
            if texts[name]:
                reading.refuse(fields[name], f"{field}.{name}", "must be a date like 2026-11-23")
            return
    if dates["expires_at"] <= dates["approved_at"]:
        reading.refuse(fields["expires_at"], f"{field}.expires_at", "must lie after the approval")
    elif dates["expires_at"] - dates["approved_at"] > LONGEST:
        reading.refuse(fields["expires_at"], f"{field}.expires_at", "must lie at most 12 months after the approval")
