"""Edits of code: where, and what stands there instead. Whoever reads a language also knows how to edit it.

A language is added by a module with the functions of `Editor`, named in `_EDITORS`.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol, TypeAlias

from msgspec import Struct


class Edit(Struct, frozen=True, order=True):
    """Characters of a file's text (its byte order mark, if any, is one of them) that give way to others."""

    start: int
    end: int
    text: str


class Refused(Struct, frozen=True):
    """Why something is not edited, and what decides it instead."""

    reason: str
    references: tuple[str, ...] = ()
    """What the value comes from: `var.encrypted`, `module.store.name`."""


Edited: TypeAlias = tuple[Edit, ...] | Refused


class Editor(Protocol):
    """A module that edits the code of one language."""

    def begins(self, text: str, file: str, kind: str, line: int) -> int | None:
        """Return the first line of the block of a kind that a line belongs to, None where there is none."""
        ...

    def edits(self, text: str, file: str, kind: str, line: int, settings: Mapping[str, Any]) -> Edited | None:
        """Return the edits that set something in that block, None where there is none."""
        ...


_EDITORS: dict[str, str] = {
    ".tf": "phiward.collectors.terraform.edit",
    ".tf.json": "phiward.collectors.terraform.edit",
    ".yaml": "phiward.collectors.cloudformation.edit",
    ".yml": "phiward.collectors.cloudformation.edit",
    ".json": "phiward.collectors.cloudformation.edit",
    ".template": "phiward.collectors.cloudformation.edit",
}
"""How a file's name ends to the module that edits such files; the longest ending counts."""


def editor_of(file: str) -> Editor | Refused:
    """Return what edits a file."""
    from importlib import import_module

    ending = max((each for each in _EDITORS if file.endswith(each)), key=len, default=None)
    if ending is None:
        return Refused("code of this kind is not edited yet")
    editor: Editor = import_module(_EDITORS[ending])
    return editor


def applied(text: str, found: Iterable[Edit]) -> str:
    """Return a text with edits made. Of two that overlap, `ValueError`: nobody knows what was meant."""
    out: list[str] = []
    at = 0
    for edit in sorted(set(found)):
        if edit.start < at:
            message = f"two edits overlap at {edit.start}"
            raise ValueError(message)
        out += [text[at : edit.start], edit.text]
        at = edit.end
    return "".join([*out, text[at:]])
