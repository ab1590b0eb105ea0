"""Plain text for people: tables and wrapped paragraphs."""

import shutil
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any


def width() -> int:
    """Return how wide the terminal is; 120 where there is none."""
    return shutil.get_terminal_size((120, 24)).columns


def table(headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return a plain table. Whatever a target named must be escaped before."""
    from tabulate import tabulate

    return tabulate([[str(cell) for cell in row] for row in rows], headers, tablefmt="simple", disable_numparse=True)


def text(paragraph: str, indent: int = 0) -> list[str]:
    """Return a paragraph wrapped to the terminal, at most 100 columns wide."""
    room = max(20, min(width(), 100) - indent)
    return [" " * indent + line for line in textwrap.wrap(paragraph.strip(), room)]
