"""The documents tell the truth: pages made from the code are renewed, commands parse, links lead somewhere."""

import importlib.util
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from phiward.cli.arguments import parser
from phiward.cli.main import main
from phiward.engine import content, file_schemas
from phiward.engine.reading import Reading
from phiward.engine.scope_file import scope_of

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "docs" / "reference" / "examples"
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


def fields_of(schema: Any, above: str = "") -> set[str]:
    """Return the names of a schema's fields, those of fields and of list items within."""
    found: set[str] = set()
    for name, member in schema.get("properties", {}).items():
        found |= {above + name} | fields_of(member.get("items", member), f"{above}{name}.")
    return found


def written(content: Any, above: str = "") -> set[str]:
    """Return the names of the fields that a file has."""
    if isinstance(content, list):
        return {name for each in content for name in written(each, above)}
    if not isinstance(content, dict):
        return set()
    return {name for key, value in content.items() for name in {above + key} | written(value, f"{above}{key}.")}


@pytest.mark.parametrize(
    ("schema", "example"),
    [("policy.schema.json", "hospital.yaml"), ("waivers.schema.json", "waivers/archive.yaml")],
)
def test_the_complete_examples_are_complete(schema: str, example: str) -> None:
    """Every field that a file may have is in its example."""
    given = yaml.safe_load((EXAMPLES / example).read_text())

    assert fields_of(file_schemas.documents()[schema]) - written(given) == set()


def test_the_examples_are_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the commands that check such files."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    policy = ["--policy", str(EXAMPLES / "hospital.yaml")]

    assert main(["controls", "lint", *policy]) == 0
    assert main(["waivers", "check", str(EXAMPLES), *policy, "--now", "2026-12-01T00:00:00Z"]) == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link of a page names a file that is there."""
    assert [link for link in _LINK.findall(page.read_text()) if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_commands_parse(page: Path) -> None:
    """Every phiward command that a page shows is one."""
    for line in _COMMAND.findall(page.read_text()):
        words = shlex.split(line, comments=True)[1:]
        if words == ["scan"]:
            words.append(".")  # phiward.yaml, of which the page tells, names the targets
        parser().parse_args(words[: words.index("|")] if "|" in words else words)


def test_the_scope_of_the_how_to_is_read_without_complaint() -> None:
    """It can be copied."""
    text = (ROOT / "docs/how-to/scope-ephi.md").read_text().partition("```yaml\n")[2].partition("```")[0]
    problems: list[Any] = []

    scope = scope_of(Reading("p.yaml", problems), content.parse(text.encode(), "p.yaml").value["scope"])

    assert problems == []
    assert [len(scope.within), len(scope.without)] == [2, 2]


def test_the_scope_that_the_shipped_policy_shows_is_read_without_complaint() -> None:
    """Whoever takes the comment signs away has a scope."""
    lines = (ROOT / "policies/hipaa-security-rule.yaml").read_text().splitlines()
    start = lines.index("#   out:")
    shown = "\n".join(line.removeprefix("# ") for line in lines[start : lines.index("#", start)])
    problems: list[Any] = []

    scope = scope_of(Reading("p.yaml", problems), content.parse(shown.encode(), "p.yaml"))

    assert problems == []
    assert [each.id for each in (*scope.within, *scope.without)] == ["labelled-phi", "public-website", "sandbox"]
