"""Write the reference pages that follow from the code: `make docs`. A test fails where they drift.

python docs/generate.py [FOLDER]     default: docs/reference
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from phiward.cli.arguments import parser
from phiward.collectors.registry import catalog
from phiward.engine.condition_schema import MEANINGS
from phiward.engine.control import Control
from phiward.engine.fit import types_of
from phiward.engine.library import load, shipped
from phiward.engine.operators import OPERATORS
from phiward.engine.rules import select
from phiward.inventory.catalog import Catalog
from phiward.inventory.describe import describe

_ASKED_OF = {"count": "list, map", "each": "list", "some": "list", "none": "list", "not": "everything"}
MADE = "<!-- Made by docs/generate.py (make docs). Do not edit. -->\n"


def pages() -> dict[str, str]:
    """Return each page by its file name."""
    known = catalog(docs=True)
    library = load(shipped(), known)
    written = {
        "controls.md": _controls(list(library.controls.values()), known),
        "requirements.md": _requirements(library, known),
        "resource-types.md": _types(known),
        "command-line.md": _command_line(),
        "operators.md": _operators(),
    }
    return {name: MADE + "\n" + "\n".join(lines) + "\n" for name, lines in written.items()}


def _cell(text: Any) -> str:
    return " ".join(str(text).split()).replace("|", "\\|").replace("<", "&lt;")


def _table(headers: tuple[str, ...], rows: Iterator[tuple[Any, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(headers)} |"
    yield f"|{'---|' * len(headers)}"
    for row in rows:
        yield f"| {' | '.join(_cell(cell) for cell in row)} |"
    yield ""


def _controls(controls: list[Control], known: Catalog) -> Iterator[str]:
    yield "# Controls"
    yield ""
    yield f"{len(controls)} controls. `phiward controls show ID` prints one; what it asks stands in its file."
    yield ""
    for domain in sorted({control.domain for control in controls}):
        yield f"## {domain.capitalize()}"
        yield ""
        for control in sorted((each for each in controls if each.domain == domain), key=lambda each: each.id):
            yield from _control(control, known)


def _control(control: Control, known: Catalog) -> Iterator[str]:
    yield f"### {control.id}"
    yield ""
    yield f"**{control.title}.** Severity: {control.severity}. [File](../../controls/{control.file})"
    yield ""
    yield " ".join(control.rationale.split()).replace("<", "&lt;")
    yield ""
    yield f"Asked of: {', '.join(f'`{name}`' for name in types_of(control.applies_to, known))}"
    yield ""
    for framework, cited in control.citations.items():
        for requirement, why in cited.items():
            yield f"- {framework.upper()} §{requirement}: {why}"
    yield ""
    if control.parameters:
        rows = ((f"`{name}`", f"`{given.value}`", given.why) for name, given in control.parameters.items())
        yield from _table(("parameter", "default", "why"), rows)
    yield f"How to fix it: {' '.join(control.remediation.text.split())}"
    yield ""
    ways = [(name, way, text) for name, by in control.remediation.by_type.items() for way, text in by.items()]
    if ways:
        yield from _table(("type", "where", "how"), ((f"`{name}`", way, f"`{text}`") for name, way, text in ways))
    if control.equivalents:
        rows = ((f"`{name}`", ", ".join(f"`{each}`" for each in every)) for name, every in control.equivalents.items())
        yield from _table(("type", "others call it"), rows)


def _requirements(library: Any, known: Catalog) -> Iterator[str]:
    rules = select(library, known, "hipaa-security-rule")
    yield "# The HIPAA Security Rule, and what answers it"
    yield ""
    yield f"{rules.policy.source}. A requirement that no control answers is *not assessed*, never met."
    yield ""
    rows = []
    for each in rules.policy.requirements:
        answers = [rule.control.id for rule in rules.rules if each.id in rule.requirements]
        links = ", ".join(f"[{name}](controls.md#{name})" for name in answers) or "*not assessed*"
        rows.append((f"§{each.id}", each.level, each.title, each.asks, links))
    yield from _table(("requirement", "level", "title", "what it asks", "controls"), iter(rows))


def _types(known: Catalog) -> Iterator[str]:
    yield "# Resource types and aspects"
    yield ""
    yield "What a control may ask for; `phiward schema NAME` prints the same. A path that *may be absent* can say that"
    yield "there is none; every other path must be stated by the collector, or is unknown."
    yield ""
    yield "## Aspects"
    yield ""
    for name in known.aspects:
        yield f"### {name}"
        yield ""
        yield known.aspects[name].doc
        yield ""
        yield from _fields(row for row in describe(known, name) if row.path != name)
    yield "## Types"
    yield ""
    for name, info in known.types.items():
        yield f"### {name}"
        yield ""
        yield f"{info.title}. Aspects: {', '.join(info.aspects)}." + (" May hold ePHI." if info.stores_data else "")
        yield ""
        config = [row for row in describe(known, name) if row.path.startswith("config.")]
        if config:
            yield from _fields(iter(config))
        if info.relations:
            yield from _table(
                ("relation", "leads to", "of type"),
                (
                    (f"`{key}`", each.doc, ", ".join(f"`{name}`" for name in each.to) or "any")
                    for key, each in info.relations.items()
                ),
            )


def _fields(rows: Iterator[Any]) -> Iterator[str]:
    shown = ((f"`{row.path}`", row.type, "yes" if row.absent else "", row.doc) for row in rows)
    yield from _table(("path", "holds", "may be absent", "meaning"), shown)


def _operators() -> Iterator[str]:
    yield "# Operators"
    yield ""
    yield "The words of a matcher: `path: {operator: constant}`. Of an absent value every one of them is false, but"
    yield "`exists: false`, `each`, `none` and `not` of a false one; an absent policy is one without statements. Of an"
    yield "unknown value, and of one of another kind than the operator takes, the answer is unknown."
    yield ""
    rows = (
        (f"`{name}`", ", ".join(sorted(OPERATORS[name].kinds)) if name in OPERATORS else _ASKED_OF[name], meaning)
        for name, meaning in MEANINGS.items()
    )
    yield from _table(("operator", "asked of", "meaning"), rows)


def _command_line() -> Iterator[str]:
    top = parser()
    yield "# Command line"
    yield ""
    yield "```"
    yield from (top.epilog or "").strip().splitlines()
    yield "```"
    yield ""
    yield from _command(top, "phiward")


def _command(command: argparse.ArgumentParser, name: str) -> Iterator[str]:
    rows: list[tuple[str, str]] = []
    inner: dict[str, argparse.ArgumentParser] = {}
    for action in command._actions:  # noqa: SLF001 - the public form is text that differs between Python versions
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            inner = dict(action.choices)
        elif action.help is not argparse.SUPPRESS:
            shown = ", ".join(action.option_strings) or str(action.metavar or action.dest)
            if action.option_strings and action.nargs != 0:
                shown += f" {action.metavar or '|'.join(map(str, action.choices or [action.dest.upper()]))}"
            rows.append((f"`{shown}`", (action.help or "").replace("%(default)s", str(action.default))))
    if not inner:
        yield f"## {name}"
        yield ""
        yield command.description or ""
        yield ""
        yield from _table(("argument", "meaning"), iter(rows))
        if command.epilog:
            yield "```"
            yield from command.epilog.strip().splitlines()
            yield "```"
            yield ""
    for word, below in inner.items():
        yield from _command(below, f"{name} {word}")


def main() -> int:
    """Write the pages."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "reference"
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
