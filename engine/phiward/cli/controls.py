"""`phiward controls`: list, show, lint and test."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from phiward.cli.rulebook import folders, load
from phiward.cli.show import put, table, text
from phiward.errors import UsageError

if TYPE_CHECKING:
    import argparse

    from phiward.engine.control import Control


def run(options: argparse.Namespace) -> int:
    """Run one action."""
    actions = {"new": _new, "list": _list, "show": _show, "lint": _lint, "test": _test}
    return actions[options.action](options)


def _list(options: argparse.Namespace) -> int:
    from phiward.engine.rules import select

    library, catalog, policy = load(options.controls, options.policy)
    rules = select(library, catalog, policy).rules
    packs = {file.name.removeprefix("controls/"): file.pack for file in library.files if file.pack}
    if options.format == "json":
        from phiward.evidence.json_report import controls_document

        sys.stdout.write(controls_document([rule.control for rule in rules], packs))
        return 0
    rows = [
        (
            rule.control.id,
            rule.control.severity,
            rule.control.domain,
            len(rule.types),
            rule.control.title,
            *([packs.get(rule.control.file, "")] if packs else []),
        )
        for rule in rules
    ]
    print(table(("control", "severity", "domain", "types", "title", *(["pack"] if packs else [])), rows))
    return 0


def _new(options: argparse.Namespace) -> int:
    """Write the skeleton of a control, and say what comes next."""
    from pathlib import Path

    from phiward.collectors.registry import catalog
    from phiward.engine.control import Domain
    from phiward.engine.skeleton import skeleton

    text = skeleton(
        catalog(docs=True),
        options.id,
        type_name=options.type,
        aspect=options.aspect,
        path=options.path,
        domain=Domain(options.domain),
        title=options.title,
    )
    folder = options.controls[-1] if options.controls else "controls"
    target = Path(folder, options.domain, f"{options.id}.yaml")
    if target.exists():
        raise UsageError(f"{target}: is already there; nothing was written")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    put(
        str(target),
        f"Fill in what says so, then: phiward controls lint --controls {folder}",
        f"                           phiward controls test --controls {folder} {options.id}",
    )
    return 0


def _show(options: argparse.Namespace) -> int:
    from phiward.engine.content import nearest
    from phiward.engine.fit import types_of

    library, catalog, _ = load(options.controls, "hipaa-security-rule")
    aliases = {alias: control for control in library.controls.values() for alias in control.aliases}
    control = library.controls.get(options.id) or aliases.get(options.id)
    if control is None:
        near = nearest(options.id, library.controls)
        raise UsageError(f"there is no control {options.id!r}" + (f"; did you mean {near!r}?" if near else ""))
    put(*_described(control, types_of(control.applies_to, catalog)))
    return 0


_CONCERNS = {
    "ephi": "patient data: it is not asked of what a policy's scope takes out",
    "organisation": "the organisation as a whole: it is asked of everything",
}


def _described(control: Control, types: tuple[str, ...]) -> list[str]:
    """Tell a control to somebody who has never seen it."""
    import json

    lines = [
        f"{control.id}   {control.severity}, {control.domain}",
        control.title,
        "",
        *text(control.rationale),
        "",
        f"It concerns {_CONCERNS[control.concerns]}.",
        "",
        f"It asks of {', '.join(types) or 'no installed type'}:",
        *_indented(json.dumps(control.source, indent=2, ensure_ascii=False)),
        "",
        "It answers:",
    ]
    for framework, cited in control.citations.items():
        lines += [f"  {framework} §{requirement}: {why}" for requirement, why in cited.items()]
    if control.parameters:
        lines += ["", "Parameters a policy may set:"]
        lines += [f"  {name} = {given.value!r}: {given.why}" for name, given in control.parameters.items()]
    lines += ["", "How to fix it:", *text(control.remediation.text, indent=2)]
    for name, ways in control.remediation.by_type.items():
        lines += [f"  {name}:", *(f"    {source}: {way}" for source, way in ways.items())]
    if control.remediation.fixes:
        lines += ["", "phiward fix sets:"]
    for fix in (fix for fixes in control.remediation.fixes.values() for fix in fixes):
        told = ", ".join(f"{path} = {json.dumps(value)}" for path, value in fix.settings.items())
        lines.append(f"  {told} in {fix.kind}{', which makes it anew' if fix.replaces else ''}")
    if control.equivalents:
        lines += ["", "Other tools call it:"]
        lines += [f"  {name}: {', '.join(each)}" for name, each in control.equivalents.items()]
    return lines


def _lint(options: argparse.Namespace) -> int:
    from phiward.collectors.registry import catalog
    from phiward.engine.library import files_of, lint

    where, _ = folders(options.controls, options.policy)
    problems = lint(where, catalog())
    put(*map(str, problems))
    print(f"{len(files_of(where))} files, {len(problems)} {'problem' if len(problems) == 1 else 'problems'}")
    return 1 if problems else 0


def _test(options: argparse.Namespace) -> int:
    from phiward.cli import fix_examples
    from phiward.engine import testing

    library, catalog, policy = load(options.controls, options.policy)
    chosen = _chosen(library.controls, options.ids)
    wrong = ran = fixes = 0
    for control in chosen:
        for verdict in testing.lacking(control):
            wrong += 1
            print(f"{control.id}: no example shows the verdict {verdict!r}; add one")
        for outcome in testing.run(control, catalog):
            ran += 1
            if not outcome.right:
                wrong += 1
                where = f"controls/{control.file}:{outcome.line}: {control.id}: example {outcome.index + 1}"
                put(f"{where}: expected {outcome.expected}, got {outcome.given}")
                for why in outcome.why:
                    put(f"    {why.path}: {why.unknown or f'{why.observed!r}, expected {why.expected}'}")
        for problem in fix_examples.wrong(control, catalog, library.policies[policy]):
            wrong += 1
            put(f"controls/{control.file}: {control.id}: fix of {problem}")
        fixes += sum(map(len, control.remediation.fixes.values()))
    print(f"{len(chosen)} controls, {ran} examples, {fixes} fixes, {wrong} wrong")
    return 1 if wrong else 0


def _chosen(controls: dict[str, Control], ids: Any) -> list[Control]:
    missing = [identity for identity in ids if identity not in controls]
    if missing:
        raise UsageError(f"there is no control {missing[0]!r}")
    return [controls[identity] for identity in ids] if ids else list(controls.values())


def _indented(block: str) -> list[str]:
    return [f"  {line}" for line in block.splitlines()]
