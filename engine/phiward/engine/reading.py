"""Reading typed fields out of the nodes of a content file, collecting what is wrong instead of stopping at it."""

from collections.abc import Iterable
from typing import Any

from phiward.engine.content import Node, nearest
from phiward.errors import ContentError

UNFILLED = "FILL IN"
"""How a text begins that a skeleton leaves to be written: `phiward controls new`."""


class Reading:
    """One content file being read: its name, and the problems found so far."""

    def __init__(self, file: str, problems: list[ContentError]) -> None:
        self.file = file
        self.problems = problems

    def refuse(self, node: Node, field: str, message: str, near: str | None = None) -> None:
        """Collect a problem at a node."""
        self.at((node.line, node.column), field, message, near)

    def at(self, place: tuple[int, int], field: str, message: str, near: str | None = None) -> None:
        """Collect a problem at a line and column."""
        self.problems.append(
            ContentError(
                message,
                file=self.file,
                line=place[0] or None,
                column=place[1] or None,
                field=field or None,
                nearest=near,
            )
        )

    def members(
        self, node: Node, field: str, required: Iterable[str], optional: Iterable[str] = ()
    ) -> dict[str, Node] | None:
        """Return the members of a mapping: no other fields than these, and none of the required ones missing."""
        required = list(required)
        allowed = [*required, *optional]
        found = self.mapping(node, field)
        if found is None:
            return None
        for key in found:
            if key not in allowed:
                message = f"there is no field {key!r} here (fields: {', '.join(allowed)})"
                self.at(node.keys[key], join(field, key), message, nearest(key, allowed))
        missing = [key for key in required if key not in found]
        for key in missing:
            self.refuse(node, join(field, key), "is missing")
        return {key: child for key, child in found.items() if key in allowed} if not missing else None

    def mapping(self, node: Node, field: str) -> dict[str, Node] | None:
        """Return a mapping."""
        if isinstance(node.value, dict):
            return node.value
        self.refuse(node, field, "must be a mapping of fields")
        return None

    def text(self, node: Node | None, field: str, default: str = "") -> str:
        """Return text that says something."""
        if node is None:
            return default
        if isinstance(node.value, str) and node.value.strip():
            if node.value.startswith(UNFILLED):
                self.refuse(node, field, f"is still to be written: {node.value.removeprefix(UNFILLED).strip(': ')}")
            return node.value.strip()
        hint = "; quote it" if isinstance(node.value, int | float) else ""
        self.refuse(node, field, f"must be text{hint}")
        return default

    def word(self, node: Node | None, field: str, words: Any, default: Any) -> Any:
        """Return one of the given words (an enum's)."""
        if node is None:
            return default
        valid = [str(each) for each in words]
        if node.value in valid:
            return words(node.value)
        if isinstance(node.value, str):
            message, near = f"{node.value!r} is not one of {', '.join(valid)}", nearest(node.value, valid)
        else:
            message, near = f"must be one of {', '.join(valid)}", None
        self.refuse(node, field, message, near)
        return default

    def texts(self, node: Node | None, field: str) -> tuple[str, ...]:
        """Return a list of texts."""
        if node is None:
            return ()
        if isinstance(node.value, list):
            return tuple(self.text(each, f"{field}[{index}]") for index, each in enumerate(node.value))
        self.refuse(node, field, "must be a list of texts")
        return ()

    def boolean(self, node: Node | None, field: str, default: bool | None = None) -> bool | None:
        """Return true or false."""
        if node is None:
            return default
        if isinstance(node.value, bool):
            return node.value
        self.refuse(node, field, "must be true or false")
        return default


def join(field: str, key: str) -> str:
    """Return the name of a field within a field."""
    return f"{field}.{key}" if field else key
