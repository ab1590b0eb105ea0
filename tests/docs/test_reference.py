"""The documents tell the truth: pages made from the code are renewed, commands parse, links lead somewhere."""

import importlib.util
import re
import shlex
from pathlib import Path

import pytest

from phiward.cli.arguments import parser

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
_LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)(?:#[^)]*)?\)")
_COMMAND = re.compile(r"^\$ (phiward .*)$", re.MULTILINE)


def test_the_reference_is_that_of_the_code() -> None:
    """Renew it with `make docs`."""
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    made: dict[str, str] = generate.pages()

    stale = [name for name, text in made.items() if (ROOT / "docs/reference" / name).read_text() != text]

    assert stale == [], "run: make docs"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link of a page names a file that is there."""
    assert [link for link in _LINK.findall(page.read_text()) if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_commands_parse(page: Path) -> None:
    """Every phiward command that a page shows is one."""
    for line in _COMMAND.findall(page.read_text()):
        words = shlex.split(line, comments=True)[1:]
        parser().parse_args(words[: words.index("|")] if "|" in words else words)
