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
    from collections.abc import Iterable

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


def put(options: argparse.Namespace, report: Report, form: str, file: str | None) -> None:
    """Print a report in a format, or write it to a file, whole or not at all."""
    if file is None:
        _print(options, report, form)
        return
    target = Path(file)
    from phiward.inventory.whole import whole

    try:
        with whole(target, "w", encoding="utf-8") as stream:
            stream.writelines(rendered(options, report, form, colour=False))
    except OSError as error:
        option = "--output" if file == options.output else "--report"
        raise UsageError(f"{option} {target}: cannot be written: {error.strerror}") from error


def _print(options: argparse.Namespace, report: Report, form: str) -> None:
    """Print a report. A reader who leaves (`| head`) changes no verdict: the rest is rendered for nobody."""
    if sys.stdout is None:
        raise UsageError("standard output is closed: name a file for the report with --output")
    pieces = rendered(options, report, form, colour=sys.stdout.isatty() and "NO_COLOR" not in os.environ)
    write(pieces, utf_8=form not in {"table", "markdown"})


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


def rendered(options: argparse.Namespace, report: Report, form: str, *, colour: bool) -> Iterable[str]:
    """Return the pieces of a report in a format."""
    from importlib import import_module

    if form != "table":
        pieces: Iterable[str] = import_module(f"phiward.evidence.{MODULES[form]}").render(report)
        return pieces
    from phiward.evidence.table import painted, plain
    from phiward.evidence.table import render as as_table

    return as_table(report, paint=painted if colour else plain, everything=options.all)


def trusted(options: argparse.Namespace) -> tuple[TrustedKey, ...]:
    """Return whom to trust: the keys named, or else this user's own."""
    from phiward.evidence.trust import config_folder, load_trust, local_trust, trust_key

    named = tuple(key for path in options.key for key in trust_key(Path(path)))
    if options.trust:
        named += load_trust(Path(options.trust))
    return named or local_trust(config_folder(os.environ))
