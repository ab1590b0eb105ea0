"""Write the reference pages that follow from the code: `make docs`. A test fails where they drift.

python docs/generate.py [FOLDER]     default: docs/reference
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import aws_coverage
import iac_coverage

from phiward.cli.arguments import parser
from phiward.collectors.aws import calls, permissions, questions
from phiward.collectors.registry import catalog
from phiward.engine import file_schemas
from phiward.engine.condition_schema import MEANINGS
from phiward.engine.control import Concern, Control
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
        "aws-permissions.md": _permissions(known),
        "coverage-aws.md": _coverage(list(library.controls.values()), known),
        "coverage-iac.md": _coverage_of_code(list(library.controls.values()), known),
        "command-line.md": _command_line(),
        "operators.md": _operators(),
        "policy-file.md": _policy_file(),
        "waiver-file.md": _waiver_file(),
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
    narrowed = " Narrowed by the [scope](../how-to/scope-ephi.md)." if control.concerns is Concern.EPHI else ""
    yield f"**{control.title}.** Severity: {control.severity}.{narrowed} [File](../../controls/{control.file})"
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


_PERMISSIONS = """\
# What reading an AWS account asks

Every resource type, its calls, and the IAM action that each needs. Nothing here is written by hand: the type modules
are run over made-up accounts, for each of their paths alone, and what they ask is noted. A call is made only where a
selected control reads one of its paths; one without paths is made whenever the type is read at all.

`phiward aws permissions` prints the policy for a selection, as JSON, Terraform or CloudFormation. All calls only read,
and read configuration: never objects, records, secrets or log entries. `sts:GetCallerIdentity`, asked once, needs no
permission. Besides the role's policies, a KMS key's own policy must let the account's IAM policies decide about
`kms:DescribeKey`, `kms:GetKeyPolicy` and `kms:GetKeyRotationStatus`, as the default one does; what is refused there, or
by a service control policy, is reported as unknown.
"""


def _permissions(known: Catalog) -> Iterator[str]:
    yield from _PERMISSIONS.splitlines()
    yield ""
    granted = permissions.actions(None)
    yield f"{len(questions.by_type())} types, {len(permissions.asked(None))} calls, {len(granted)} actions."
    yield ""
    for name, asked in questions.by_type().items():
        yield f"## {name}"
        yield ""
        yield f"{known.types[name].title}."
        yield ""
        rows = (
            (
                f"`{calls.call(each.service, each.operation)}`",
                ", ".join(f"`{action}`" for action in calls.grants(each.service, each.operation)),
                ", ".join(f"`{path}`" for path in each.paths) or "always",
            )
            for each in asked
        )
        yield from _table(("call", "IAM actions", "needed for"), rows)
    region = questions.REGIONS
    yield "## Every type of a region"
    yield ""
    yield f"`{calls.call(region.service, region.operation)}`, once, unless `--regions` names them."


_COVERAGE = """\
# AWS: what others check, and what answers it

The checks of Prowler (`hipaa_aws`), Powerpipe's AWS compliance mod, AWS Config's conformance pack for HIPAA and the
rules registry of CloudFormation Guard, one row for each thing that is asserted. A control answers a row where its
`equivalents` name the row's ids for a type that is read live; it may ask more than they do.

[Which calls that takes](aws-permissions.md).
"""


def _coverage(controls: list[Control], known: Catalog) -> Iterator[str]:
    yield from _COVERAGE.splitlines()
    yield ""
    yield from _table(
        ("service", "what is asserted", "others call it", "answered by"), aws_coverage.rows(iter(controls), known)
    )


_COVERAGE_OF_CODE = """\
# What other tools check of infrastructure code

The checks of Checkov, Trivy and CloudFormation Guard over AWS and Kubernetes, one row for each thing that is asserted.
A control answers an id where its `equivalents` name it for a type that code can fill; it may ask more than they do.
These names are also how their [ignore comments and configurations](../how-to/move-from-another-tool.md) are read.
"""


def _coverage_of_code(controls: list[Control], known: Catalog) -> Iterator[str]:
    yield from _COVERAGE_OF_CODE.splitlines()
    yield ""
    yield from _table(
        ("section", "what is asserted", "others call it", "answered by", "of CloudFormation"),
        iac_coverage.rows(iter(controls), known),
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


_POLICY = """\
# Policy file

One YAML file: the requirements of a law or of your house, which controls are asked, with which parameters, and what
stops a pipeline. `--policy FILE` names it, in `scan`, `evaluate`, `controls` and `waivers`; the file is called after
its `id`. The shipped policy is [hipaa-security-rule](../../policies/hipaa-security-rule.yaml). How to begin one:
[write a policy of your own](../how-to/own-policy.md).
"""
_POLICY_RULES = """\
## What it means

- A requirement is answered by every control that cites its `id` under the policy's `framework`, and by those that it
  names itself. One that nothing answers is *not assessed*, never met.
- `controls` chooses what is asked, by id, by a former name of a control, or by a pattern. A pattern or name that
  chooses nothing is refused, and so are an empty choice, a parameter that the control does not have, and a value that
  does not fit what the control does with it. Each is told with file, line, column, field and the nearest valid word
  (exit code 2), by `phiward controls lint --policy FILE` too (exit code 1).
- `scope` says what holds no patient data, so that the controls of patient data are not asked of it: see
  [how to](../how-to/scope-ephi.md). Nothing leaves it by being unknown, and every report says what did, and why.
- `gate` decides the [exit code](exit-codes.md), not the report: everything is reported.

The file is read as all content files are: UTF-8, one document, at most 1,000,000 bytes, 40 levels and 50,000 values;
no tags, no merge keys; a field written twice is refused. `true` and `false` are the only booleans; write versions and
ids in quotes.

## A complete example
"""
_WAIVER = """\
# Waiver file

A waiver accepts that named resources fail named controls, for a reason, with something done instead, until a day (45
CFR 164.306(d)(3)). How to use them: [waive a finding](../how-to/waive-a-finding.md).

`scan` finds waiver files by itself: every `waivers/*.yaml` in a folder that it scans, up to 8 folders down.
`--waivers DIR` names a folder of such files elsewhere. `phiward waivers check` reads them as `scan` does.
"""
_WAIVER_RULES = """\
## What it means

- It turns a `fail` into `waived`, and nothing else: what is unknown stays unknown. The report and the evidence keep
  the finding and name the waiver; the file itself goes into the evidence, so write nothing secret into it.
- It counts from `approved_at` to `expires_at`, both days included, in UTC. Outside of that the finding fails again,
  and the report names the waiver.
- `resources` are ids as a finding shows them when the folder that holds `waivers/` is scanned. When the scan begins
  above, ids begin with the folder's path (`clinic:aws_db_instance.a`), and the waiver is taken to mean those.
- `controls` are ids, or former names, of controls that the policy asks. With `--select`, waivers of other controls
  are left alone.
- What is wrong is told with file, line, column, field and the nearest valid word: exit code 2 of `scan`, 1 of
  `waivers check`, which also ends with 1 where a waiver has lapsed or does not count yet. An id that two waivers use
  is refused, and so are patterns, links and files that end in `.yml`.

The file is read as a [policy file](policy-file.md) is.

## A complete example
"""


def _policy_file() -> Iterator[str]:
    yield from _POLICY.splitlines()
    yield ""
    yield from _file_fields(file_schemas.documents()["policy.schema.json"])
    yield from _POLICY_RULES.splitlines()
    yield from _example("hospital.yaml")


def _waiver_file() -> Iterator[str]:
    yield from _WAIVER.splitlines()
    yield ""
    yield from _file_fields(file_schemas.documents()["waivers.schema.json"])
    yield from _WAIVER_RULES.splitlines()
    yield from _example("waivers/archive.yaml")


def _example(name: str) -> Iterator[str]:
    """Show a file that the tests load."""
    yield ""
    yield f"[{name}](examples/{name}):"
    yield ""
    yield "```yaml"
    yield from (Path(__file__).parent / "reference" / "examples" / name).read_text(encoding="utf-8").splitlines()
    yield "```"


def _file_fields(schema: dict[str, Any]) -> Iterator[str]:
    """Show every field of a content file, from its schema."""
    yield "## Fields"
    yield ""
    rows = (
        (f"`{field}`", holds, "yes" if required else "", default, meaning)
        for field, holds, required, default, meaning in _members(schema, "")
    )
    yield from _table(("field", "holds", "required", "default", "meaning"), rows)


def _members(schema: dict[str, Any], above: str) -> Iterator[tuple[str, str, bool, str, str]]:
    for name, member in schema["properties"].items():
        field = f"{above}{name}"
        default = f"`{json.dumps(member['default'], ensure_ascii=False)}`" if "default" in member else ""
        yield field, _holds(member), name in schema["required"], default, member["description"]
        inner = member.get("items", member)
        if "properties" in inner:
            yield from _members(inner, f"{field}[]." if inner is not member else f"{field}.")


def _holds(schema: dict[str, Any]) -> str:
    """Say in words what a field holds."""
    if "enum" in schema:
        return "one of " + ", ".join(f"`{word}`" for word in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(_holds(each) for each in schema["anyOf"])
    if schema.get("type") == "array":
        inner = _holds(schema["items"])
        least = f", at least {schema['minItems']}" if schema.get("minItems") else ""
        return f"list: {inner}{least}"
    if schema.get("type") == "object":
        return "mapping"
    return "date" if "[0-9]{4}-" in schema.get("pattern", "") else "text"


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
