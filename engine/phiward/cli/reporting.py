"""Printing a report in the format asked for."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from phiward.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Sequence

    from phiward.evidence.report import Report
    from phiward.evidence.trust import TrustedKey

MODULES = {
    "json": "json_report",
    "sarif": "sarif",
    "markdown": "markdown",
    "junit": "junit",
    "github": "github",
    "gitlab": "gitlab",
}
"""Each format's module in `phiward.evidence`."""


def put(options: argparse.Namespace, report: Report, form: str | None, file: str | None) -> None:
    """Print a report in a format, or write it to a file, whole or not at all."""
    if file is None:
        _print(options, report, form)
        return
    _save(options, rendered(options, report, form, colour=False), file)


def put_pieces(options: argparse.Namespace, pieces: Callable[..., Iterable[str]]) -> None:
    """Print text for people, or write it to a file; `pieces` is told whether there is `colour`."""
    if options.output is None:
        write(pieces(colour=in_colour()), utf_8=False)
    else:
        _save(options, pieces(colour=False), options.output)


def in_colour() -> bool:
    """Say whether standard output is a terminal whose user has nothing against colours."""
    return sys.stdout is not None and sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def _save(options: argparse.Namespace, pieces: Iterable[str], file: str) -> None:
    from phiward.inventory.whole import whole

    target = Path(file)
    try:
        with whole(target, "w", encoding="utf-8") as stream:
            stream.writelines(pieces)
    except OSError as error:
        option = "--output" if file == options.output else "--report"
        raise UsageError(f"{option} {target}: cannot be written: {error.strerror}") from error


def _print(options: argparse.Namespace, report: Report, form: str | None) -> None:
    """Print a report. A reader who leaves (`| head`) changes no verdict: the rest is rendered for nobody."""
    if sys.stdout is None:
        raise UsageError("standard output is closed: name a file for the report with --output")
    pieces = rendered(options, report, form, colour=in_colour())
    write(pieces, utf_8=form in MODULES and form != "markdown")


def write(rendering: Iterable[str], *, utf_8: bool) -> None:
    """Write to standard output, to the end even where nobody reads any more. `utf_8`: a format for machines."""
    if sys.stdout is None:
        raise UsageError("standard output is closed: name a file for the report with --output")
    if utf_8:
        _in_utf_8()
    pieces = iter(rendering)
    try:
        for piece in pieces:
            sys.stdout.write(piece)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        for _ in pieces:
            pass


def _in_utf_8() -> None:
    """Give standard output the one encoding of a format for machines, whatever the terminal's is."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")


def rendered(options: argparse.Namespace, report: Report, form: str | None, *, colour: bool) -> Iterable[str]:
    """Return the pieces of a report in a format. None: the one that suits whoever reads it."""
    from importlib import import_module

    form = form or ("text" if _at_the_code(options) else "table")
    if form in MODULES:
        pieces: Iterable[str] = import_module(f"phiward.evidence.{MODULES[form]}").render(report)
        return pieces
    from phiward.evidence.table import painted, plain
    from phiward.evidence.table import render as as_table

    if form == "text":
        from phiward.evidence.text import render as as_text

        return as_text(report, paint=painted if colour else plain, lines=source_lines(options), everything=options.all)
    return as_table(report, paint=painted if colour else plain, everything=options.all)


def _at_the_code(options: argparse.Namespace) -> bool:
    """Say whether somebody sits at a terminal who scanned code: then the code is what he wants to see."""
    return (
        options.output is None
        and sys.stdout is not None
        and sys.stdout.isatty()
        and any(Path(target).exists() for target in getattr(options, "targets", ()))
    )


def source_lines(options: argparse.Namespace) -> Callable[[str], Sequence[str] | None]:
    """Return what shows lines of the code that was read: below the targets, and as it was when it was read.

    Of an inventory, that is what lies below the current folder and is older. Of a bundle there is no code.
    """
    from phiward.evidence.source_lines import SourceLines
    from phiward.evidence.text import nothing

    if (since := getattr(options, "read_before", None)) is not None:
        return SourceLines([target for target in options.targets if Path(target).exists()], since).of
    if inventory := getattr(options, "inventory", None):
        return SourceLines([Path.cwd()], Path(inventory).stat().st_mtime).of
    return nothing


def trusted(options: argparse.Namespace) -> tuple[TrustedKey, ...]:
    """Return whom to trust: the keys named, or else this user's own."""
    from phiward.evidence.trust import config_folder, load_trust, local_trust, trust_key

    named = tuple(key for path in options.key for key in trust_key(Path(path)))
    if options.trust:
        named += load_trust(Path(options.trust))
    return named or local_trust(config_folder(os.environ))
