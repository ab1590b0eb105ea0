"""Where in a policy's file something stands: looked up again when it turns out that it does not fit the library."""

from collections.abc import Sequence
from pathlib import Path

from phiward.engine import content
from phiward.engine.content import Node
from phiward.engine.control import Policy
from phiward.engine.library import Library
from phiward.engine.reading import join
from phiward.errors import ContentError


def misfit(
    library: Library, policy: Policy, message: str, steps: Sequence[str], nearest: str | None = None
) -> ContentError:
    """Return the error for a place in a policy, with file, line, column and field.

    A step is a mapping's key; of a list, the item itself or the id of the item.
    """
    name = f"policies/{policy.file}"
    path = next((file.path for file in library.files if file.name == name), Path(name))
    return at_steps(path, str(path), message, steps, nearest)


def at_steps(path: Path, file: str, message: str, steps: Sequence[str], nearest: str | None = None) -> ContentError:
    """Return the error for a place in any content file, which people are told as `file`."""
    try:
        field, (line, column) = _found(content.read(path), steps)
    except ContentError:  # the file has changed since it was loaded
        field, line, column = ".".join(steps), 0, 0
    return ContentError(message, file=file, line=line or None, column=column or None, field=field, nearest=nearest)


def _found(node: Node, steps: Sequence[str]) -> tuple[str, tuple[int, int]]:
    """Follow the steps as far as they lead."""
    field, place = "", (node.line, node.column)
    for step in steps:
        if isinstance(node.value, dict) and step in node.value:
            field, place = join(field, step), node.keys.get(step, place)
            node = node.value[step]
            continue
        for index, item in enumerate(node.value if isinstance(node.value, list) else ()):
            if step == (item.value["id"].value if isinstance(item.value, dict) and "id" in item.value else item.value):
                field, place = f"{field}[{index}]", (item.line, item.column)
                node = item
                break
        else:
            break
    return field, place
