"""The `phiward` command: read the arguments, run the command, turn what went wrong into one clear message.

Exit codes are a contract:

    0    the gate is met
    1    a control of a gated severity fails; for `verify`, the content of a bundle was changed
    2    an abnormal end: wrong usage or configuration, nothing to scan, or a bug
    3    not enough could be seen to say; for `verify`, see `phiward verify --help`
    130  ended by Ctrl-C before anything could be said; 143 and 129 by SIGTERM and SIGHUP
"""

import argparse
import gc
import io
import os
import sys
from collections.abc import Sequence

from phiward.cli.arguments import CONFIGURED, parser
from phiward.cli.signals import code_of, end, handled, interruption
from phiward.errors import PhiwardError

ABNORMAL = 2


def script() -> int:
    """Run this process's command line, as the installed program, and return its exit code."""
    code = main()
    gc.freeze()  # nothing is looked through for cycles once more as the process ends: a tenth of a short scan
    return code


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    command_line = parser(words)
    try:
        if words and words[0] in CONFIGURED:
            from phiward.cli.configuring import apply, asked_of

            config = asked_of(words)
            if config is not None:
                apply(command_line, config, words[0])
    except PhiwardError as error:
        _say(str(error))
        return ABNORMAL
    options = command_line.parse_args(words)
    _never_refuse()
    gc.set_threshold(200_000, 50, 100)  # one short run that makes much and drops little: looking for cycles costs 5 %
    try:
        with handled(end):
            return run(options.command, options)
    except PhiwardError as error:
        _say(str(error))
        return ABNORMAL
    except KeyboardInterrupt as error:
        _say("interrupted")
        return code_of(error)
    except BrokenPipeError:
        # The reader (`| head`) left: what remains has nobody to go to, and that is not this command's failure.
        _discard()
        return 0
    except OSError as error:
        _discard()
        _say(f"{error.filename or 'standard output, or a temporary file'}: {error.strerror or error}")
        return ABNORMAL
    except Exception as error:  # noqa: BLE001 - reason: exit codes are a contract, and Python's own for a defect means "failed"
        if (ended := interruption(error)) is not None:
            _say("interrupted")
            return code_of(ended)
        import traceback

        traceback.print_exc()
        _say("this is a defect of phiward, not of what it looked at; please report it with the lines above")
        return ABNORMAL


def run(command: str, options: argparse.Namespace) -> int:
    """Import the command's module, which imports no other command's, and run it."""
    from importlib import import_module

    asked = import_module(f"phiward.cli.{command}").run
    if getattr(options, "ledger", None) is not None:
        from phiward.cli.recording import recorded

        code: int = recorded(options, asked)
    else:
        code = asked(options)
    if sys.stdout is not None:
        sys.stdout.flush()  # a full disk shows now, not when the interpreter ends
    return code


def _never_refuse() -> None:
    """Let a terminal that cannot show a character show its escape instead."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _discard() -> None:
    """Send what is still to be printed nowhere: it could not be printed, and would fail again at the end."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say(message: str) -> None:
    """Tell the user on stderr; control characters of names that a target chose must not reach the terminal."""
    for line in message.splitlines():
        shown = "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in line)
        print(f"phiward: {shown}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(script())
