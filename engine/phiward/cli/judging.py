"""From an inventory to the report, the evidence and the exit code."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from phiward.cli import reporting, waiving
from phiward.cli.collecting import moment
from phiward.cli.rulebook import folders
from phiward.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator

    from phiward.engine.compiled import Compiled
    from phiward.engine.config_file import Config
    from phiward.engine.evaluate import Evaluation
    from phiward.engine.findings import Finding
    from phiward.engine.in_place import InPlaceReading
    from phiward.engine.known import Before, Compared, Known
    from phiward.engine.library import ContentFile
    from phiward.engine.rules import Rules
    from phiward.engine.summary import Summary
    from phiward.engine.waivers import Waiver
    from phiward.evidence.keys import Signer
    from phiward.evidence.run import Content, Run
    from phiward.inventory.model import Need
    from phiward.inventory.reach import Reach

_OUTPUTS = ("--bundle", "-o", "--output", "--inventory", "--key", "--report")


class Ruleset(Struct, frozen=True):
    """What a run asks, ready to run, and the files it came from."""

    compiled: Compiled
    needs: Need
    files: tuple[ContentFile, ...]

    @property
    def rules(self) -> Rules:
        """The rules themselves."""
        return self.compiled.rules


class Waiving(Struct, frozen=True):
    """The waivers of a run, and the files they came from, each with the prefix of its resource ids."""

    waivers: tuple[Waiver, ...] = ()
    files: tuple[tuple[Path, str], ...] = ()


class Asked(Struct, frozen=True, kw_only=True):
    """An inventory to be judged, and how it came about."""

    rules: Ruleset
    inventory: Path
    now: str
    started: str
    waivers: Waiving
    targets: tuple[str, ...]
    reached: tuple[str, ...]
    principals: tuple[str, ...] = ()
    complete: bool = True
    signer: Signer | None = None
    """Who signs the evidence, where it is to be kept."""
    unread: dict[str, int] = {}
    """What was met and no resource type reads, by the source's own name."""
    config: Config | None = None
    """The `phiward.yaml` of the run."""
    in_place: InPlaceReading
    """How waivers in code are read."""
    reach: tuple[Reach, ...] = ()
    """The scope asked for and reached, of the targets that can be read in part."""
    before: Before | None = None
    """What to compare with, so that only what is new counts."""


def rules_of(options: argparse.Namespace) -> Ruleset:
    """Compile what the options ask, or take it from the cache. Raises `ContentError` with all that is wrong."""
    from phiward import kept
    from phiward.collectors import registry
    from phiward.engine import cache
    from phiward.engine.library import files_of
    from phiward.engine.rules import needs

    if getattr(options, "explain", None):
        from phiward.cli import explaining

        explaining.narrow(options)
    where, policy = folders(options.controls, options.policy)
    files = tuple(files_of(where))
    compiled = cache.prepare(
        where,
        files,
        registry.catalog,
        registry.fingerprint(),
        kept.folder(),
        policy=policy,
        include=options.select,
        config=config_of(options),
    )
    return Ruleset(compiled, needs(compiled.rules), files)


def waivers_of(options: argparse.Namespace, rules: Ruleset) -> Waiving:
    """Find and load the waivers beside the targets and in the folders named."""
    files = waiving.find(getattr(options, "targets", ()), options.waivers)
    if not files:
        return Waiving()
    from phiward.engine.waivers import names_of

    names = names_of(rule.control for rule in rules.rules.rules)
    return Waiving(waiving.load(files, names, strict=not options.select), tuple(files))


def config_of(options: argparse.Namespace) -> Config | None:
    """Return the `phiward.yaml` of a run."""
    return getattr(options, "config_file", None)


def in_place_of(options: argparse.Namespace) -> InPlaceReading:
    """Say how this run reads waivers in code."""
    from phiward.engine.in_place import InPlaceReading

    return InPlaceReading(strict=not options.select, imported=options.import_waivers)


def outputs_of(options: argparse.Namespace) -> Signer | None:
    """Make sure that what will be found can be kept, before hours are spent on finding it; return who signs it.

    Raises `UsageError` for a file that cannot be written, `EvidenceError` for a key that cannot be used.
    """
    from phiward.inventory.whole import unwritable

    collected = options.command == "scan"  # `evaluate` reads its inventory
    names = ("output", "bundle", "inventory") if collected else ("output", "bundle")
    taken = dict.fromkeys(map(os.path.realpath, _inputs(options, collected=collected)), "is read by this run")
    reports = [("report", file) for _, file in options.report]
    for name, given in (*((name, getattr(options, name)) for name in names), *reports):
        if given is None:
            continue
        nearest = Path(given)
        while name == "bundle" and not nearest.parent.exists():  # its folder is made
            nearest = nearest.parent
        same = os.path.realpath(given)
        device = Path(same).exists() and not Path(same).is_file()
        why = (None if device else taken.get(same)) or unwritable(nearest)
        if device and name not in {"output", "report"}:
            why = why or "it is a pipe or device: what is written must be a file, to be read again"
        if why:
            raise UsageError(f"--{name} {given}: cannot be written: {why}")
        taken[same] = f"is what --{name} writes"
    return _signer(options) if options.bundle else None


def _inputs(options: argparse.Namespace, *, collected: bool) -> Iterator[str]:
    """Yield the files that a run must not write over."""
    yield from options.targets if collected else [options.inventory]
    yield from filter(None, (options.key, options.policy, options.baseline))


def conclude(options: argparse.Namespace, asked: Asked) -> int:
    """Judge, write the evidence, print the report, and return the exit code of the gate."""
    if options.explain:
        from phiward.cli import explaining

        return explaining.put(options, asked)
    from phiward.engine.control import Unseen
    from phiward.engine.requirements import gate
    from phiward.evidence.report import Report

    _evaluation(asked, passes=False).check()
    run = _run(asked)
    evidence = _bundle(options, asked, run) if asked.signer else None
    known = _known(asked)
    forms = ((options.format, options.output), *options.report)
    judged: dict[bool, _Judged] = {}
    code = 0
    for form, file in forms:
        passes = form == "json"  # only there they are told
        if passes not in judged:
            several = sum((each == "json") is passes for each, _ in forms) > 1
            judged[passes] = _Judged(asked, known, passes=passes, several=several)
        found = judged[passes]
        report = Report(
            findings=found.findings,
            totals=found.totals,
            controls={rule.control.id: rule.control for rule in asked.rules.rules.rules},
            run=run,
            bundle=evidence,
            comparison=None if found.compared is None else found.comparison,
        )
        reporting.put(options, report, form, file)
        code = gate(asked.rules.rules, found.counting(), Unseen(options.unknown) if options.unknown else None)
    return code


class _Judged:
    """An inventory that is judged as its report is made; once, also where several reports are made of it."""

    def __init__(self, asked: Asked, known: Known | None, *, passes: bool, several: bool) -> None:
        self._asked = asked
        self._evaluation = _evaluation(asked, passes=passes)
        self.compared: Compared | None = None
        if known is not None:
            from phiward.engine.known import Compared

            self.compared = Compared(self._evaluation, known)
        self.findings: Iterable[Finding] = self.compared or self._evaluation
        if several:
            self.findings = list(self.findings)

    def totals(self) -> tuple[Summary, Any]:
        """Sum the run up, when all findings have been read."""
        return self._evaluation.summary, _standings(self._asked, self._evaluation)

    def comparison(self) -> Any:
        """Say what is new."""
        return None if self.compared is None else self.compared.comparison

    def counting(self) -> Summary:
        """Return what the gate is asked with."""
        found = self._evaluation.summary
        return found if self.compared is None else self.compared.remaining(found)


def _known(asked: Asked) -> Known | None:
    """Read what was found before, where the run is compared."""
    if asked.before is None:
        return None
    from phiward.engine.known import known
    from phiward.engine.waivers import names_of

    return known(asked.before, _lines(asked), names_of(rule.control for rule in asked.rules.rules.rules))


def _evaluation(asked: Asked, *, passes: bool) -> Evaluation:
    from phiward.engine.evaluate import evaluate

    return evaluate(
        _lines(asked),
        asked.rules.compiled,
        asked.now,
        passes=passes,
        waivers=asked.waivers.waivers,
        in_place=asked.in_place,
    )


def _standings(asked: Asked, evaluation: Evaluation) -> Any:
    from phiward.engine.requirements import standings

    return standings(asked.rules.rules, evaluation.summary)


def _lines(asked: Asked) -> Any:
    from phiward.inventory.files import read_lines

    return lambda: read_lines(asked.inventory)


def _signer(options: argparse.Namespace) -> Signer:
    """Return who signs: the key that is named, or this user's own."""
    from phiward.evidence.trust import config_folder, local_key

    if options.key:
        from phiward.cli.signing import signer_of

        return signer_of(options.key)
    local = local_key(config_folder(os.environ))
    if local.created and not options.quiet:
        print(f"phiward: made a signing key for you: {local.path}", file=sys.stderr)
    return local.signer


def _bundle(options: argparse.Namespace, asked: Asked, run: Run) -> str:
    """Write the evidence and return where it lies."""
    from phiward.evidence.bundle import Evidence, write

    assert asked.signer is not None  # noqa: S101 - `outputs_of` found one, since a bundle is asked for
    evaluation = _evaluation(asked, passes=True)
    evidence = Evidence(
        facts=_lines(asked)(),
        findings=evaluation,
        standings=lambda: _standings(asked, evaluation),
        scope=lambda: evaluation.summary.scope,
        controls=tuple(_content(asked, "controls")),
        policies=tuple(_content(asked, "policies")),
        catalog=asked.rules.rules.catalog.to_json(),
        run=run,
        waivers=tuple(_waiver_files(asked)),
        **_recorded(options),
        config=_bytes(asked.config.path) if asked.config else None,
    )
    options.evidence = write(Path(options.bundle), evidence, asked.signer)
    return str(options.bundle)


def _recorded(options: argparse.Namespace) -> dict[str, Any]:
    """Return what the evidence tells of the ledger: its end, and the bundle before this one."""
    if options.ledger is None:
        return {}
    from phiward.evidence import ledger

    path = Path(options.ledger)
    bundles = [line.entry.bundle.manifest for line in ledger.lines(path) if line.entry.bundle]
    return {"ledger": ledger.tail(path), "previous": bundles[-1] if bundles else None}


def _content(asked: Asked, kind: str) -> Iterator[Content]:
    """Yield the exact bytes of the content files that were evaluated."""
    from phiward.evidence.run import Content

    for file in asked.rules.files:
        if file.name.startswith(f"{kind}/"):
            yield Content(file.name.removeprefix(f"{kind}/"), _bytes(file.path))


def _waiver_files(asked: Asked) -> Iterator[Content]:
    """Yield the waiver files, in the folder that their resource ids begin with."""
    from phiward.evidence.run import Content

    for path, prefix in asked.waivers.files:
        yield Content(f"{prefix.removesuffix(':')}/{path.name}".lstrip("/"), _bytes(path))


def _bytes(path: Path) -> bytes:
    from phiward.inventory.regular import regular

    with regular(path) as stream:
        return stream.read()


def _run(asked: Asked) -> Run:
    """Return the record of this run. Where its time was given, no other clock enters it."""
    import platform

    from phiward.evidence.run import Run
    from phiward.version import __version__

    policy = asked.rules.rules.policy
    return Run(
        version=__version__,
        started=asked.started,
        finished=asked.now if asked.started == asked.now else moment(None),
        now=asked.now,
        asked=tuple(map(_written, asked.targets)),
        reached=tuple(map(_written, asked.reached)),
        complete=asked.complete,
        unread=asked.unread,
        reach=asked.reach,
        argv=tuple(map(_written, _told(sys.argv[1:]))),
        principals=asked.principals,
        where={"python": platform.python_version(), "system": platform.system()},
        versions=_packs(asked.rules.files),
        policy=policy.id,
        policy_version=policy.version,
        selected=tuple(rule.control.id for rule in asked.rules.rules.rules),
        imported_waivers=asked.in_place.imported,
        config=asked.config.file if asked.config else None,
    )


def _packs(files: tuple[ContentFile, ...]) -> dict[str, str]:
    """Return the packs of controls that were asked: name to distribution and version."""
    labels = sorted({file.pack for file in files if file.pack})
    return {f"pack {name}": rest.rstrip(")") for name, _, rest in (label.partition(" (") for label in labels)}


def _written(name: str) -> str:
    """Return a name as text: a byte that is none (a file name may hold any) becomes an escape."""
    return name.encode("utf-8", "backslashreplace").decode()


def _told(words: list[str]) -> Iterator[str]:
    """Yield the command line without where its output went: the same question must make the same evidence."""
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word in _OUTPUTS:
            skip = True
        elif not word.startswith(tuple(f"{name}=" for name in _OUTPUTS if name.startswith("--"))):
            yield word
