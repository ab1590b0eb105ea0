"""Plain text for people: tables and wrapped paragraphs."""

import shutil
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any


def width() -> int:
    """Return how wide the terminal is; 120 where there is none."""
    return shutil.get_terminal_size((120, 24)).columns


def table(headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return a plain table. What a terminal would obey is shown as an escape."""
    from tabulate import tabulate

    from phiward.evidence.escape import visible

    cells = [[visible(str(cell)) for cell in row] for row in rows]
    return tabulate(cells, headers, tablefmt="simple", disable_numparse=True)


def put(*lines: str) -> None:
    """Print lines. What a terminal would obey, in a name or text that somebody else wrote, is shown as an escape."""
    from phiward.evidence.escape import visible

    for line in lines:
        print(visible(line))


def text(paragraph: str, indent: int = 0) -> list[str]:
    """Return a paragraph wrapped to the terminal, at most 100 columns wide."""
    room = max(20, min(width(), 100) - indent)
    return [" " * indent + line for line in textwrap.wrap(paragraph.strip(), room)]
