"""Finding `phiward.yaml`, and letting it say what the command line does not."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from phiward.cli.arguments import CONFIGURED
from phiward.errors import ContentError, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from phiward.engine.config_file import Config

NAME = "phiward.yaml"


def asked_of(words: Sequence[str]) -> Config | None:
    """Return the configuration of a command line, before its options are read. Raises `ContentError`.

    `--config FILE` names it, `--config none` means none; else it is looked for.
    """
    if not words or words[0] not in CONFIGURED or {"-h", "--help"} & set(words):
        return None
    named = _named(words)
    if named == "none":
        return None
    try:
        path = named or find(os.getcwd())  # noqa: PTH109 - pathlib costs a warm start
    except FileNotFoundError:
        return None  # the current folder is gone; what is read says so
    if path is None:
        return None
    from phiward.engine.config_file import load

    if named is not None and not Path(named).exists():
        raise UsageError(f"--config {named}: there is no such file")
    if named is None and Path(path).is_symlink():
        message = "is a link, which is not followed here: name the file itself with --config"
        raise ContentError(message, file=told(path))
    return load(Path(path), told(path))


def find(folder: str) -> str | None:
    """Return the nearest file from a folder upward to the root of its repository; outside of one, only its own.

    What lies above a repository was put there by somebody else.
    """
    here, found = folder, None
    while True:
        path = os.path.join(here, NAME)  # noqa: PTH118 - pathlib costs a warm start
        if found is None and os.path.lexists(path):
            found = path
        if os.path.exists(os.path.join(here, ".git")):  # noqa: PTH110, PTH118 - the same
            return found
        above = os.path.dirname(here)  # noqa: PTH120 - the same
        if above == here:
            own = os.path.join(folder, NAME)  # noqa: PTH118 - the same
            return own if os.path.lexists(own) else None
        here = above


def told(path: str) -> str:
    """Return a path as people are told it: from the current folder, where that is shorter."""
    below = os.path.relpath(path)
    return Path(below if below.count("..") < 4 else path).as_posix()


def defaults_of(config: Config) -> dict[str, Any]:
    """Return what a configuration says in the words of the command line. Its paths are from its own folder.

    Raises `ContentError` for a path that leaves it: whoever writes a repository must not choose what is read elsewhere.
    """
    top = config.path.parent
    real = os.path.realpath(top)

    def placed(path: str, field: str) -> str:
        below = os.path.relpath(os.path.realpath(top / path), real)
        if os.path.isabs(path) or below == ".." or below.startswith(".." + os.sep):  # noqa: PTH117 - as above
            message = f"{path!r} leaves the folder of {NAME}: name it on the command line"
            raise config.misfit(message, (field,))
        return os.path.relpath(top / path)

    def target(name: str) -> str:
        return placed(name, "targets") if os.path.isabs(name) or (top / name).exists() else name  # noqa: PTH117 - as above

    policy = config.policy
    values: dict[str, Any] = {
        "policy": placed(policy, "policy") if policy and policy.endswith((".yaml", ".yml")) else policy,
        "controls": [placed(each, "controls") for each in config.controls],
        "waivers": [placed(each, "waivers") for each in config.waivers],
        "targets": [target(each) for each in config.targets],
        "format": config.format,
        "unknown": config.unknown.value if config.unknown else None,
        "baseline": placed(config.baseline, "baseline") if config.baseline else None,
    }
    return {"config_file": config} | {name: value for name, value in values.items() if value}


def apply(parser: argparse.ArgumentParser, config: Config, command: str) -> None:
    """Make what a configuration says the defaults of a command's options. Raises `ContentError` for a wrong word."""
    import argparse

    commands = next(each for each in parser._actions if isinstance(each, argparse._SubParsersAction))  # noqa: SLF001 - argparse has no other way to reach them
    chosen = commands.choices[command]
    values = defaults_of(config)
    if command not in {"scan", "evaluate"}:
        values.pop("format", None)  # elsewhere it has other words
    _defaults(chosen, values, config)


def _defaults(parser: argparse.ArgumentParser, values: dict[str, Any], config: Config) -> None:
    import argparse

    parser.set_defaults(config_file=config)
    for action in parser._actions:  # noqa: SLF001 - argparse has no other way to reach them
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - the same
            for inner in action.choices.values():
                _defaults(inner, values, config)
        elif action.dest in values:
            value = values[action.dest]
            if action.choices is not None and value not in action.choices:
                from phiward.engine.content import nearest

                message = f"{value!r} is not one of {', '.join(map(str, action.choices))}"
                raise config.misfit(message, (action.dest,), nearest(str(value), action.choices))
            action.default = value
            if action.dest == "targets" and not action.option_strings:
                action.nargs, action.required = "*", False


def _named(words: Sequence[str]) -> str | None:
    """Return what `--config` names. It is read before the other options, which depend on it."""
    for at, word in enumerate(words):
        if word == "--config" and at + 1 < len(words):
            return words[at + 1]
        if word.startswith("--config="):
            return word.partition("=")[2]
    return None
