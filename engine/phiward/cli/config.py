"""`phiward config`: print the configuration that commands run here would use, and where it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from phiward.cli.configuring import NAME, defaults_of
from phiward.cli.show import put

if TYPE_CHECKING:
    import argparse

    from phiward.engine.config_file import Config


def run(options: argparse.Namespace) -> int:
    """Print it. It has been checked when it was read."""
    config: Config | None = getattr(options, "config_file", None)
    if config is None:
        put(f"no {NAME} from here up to the root of the repository: only the command line counts")
        return 0
    put(*_lines(config))
    return 0


def _lines(config: Config) -> list[str]:
    import json

    lines = [f"# {config.file}, with paths from here; the command line wins"]
    values = defaults_of(config)
    options = ("policy", "controls", "waivers", "targets", "format", "unknown", "baseline")
    lines += [f"{name}: {json.dumps(values[name], ensure_ascii=False)}" for name in options if name in values]
    if config.leave_out:
        patterns = [each.pattern for each in config.leave_out]
        lines.append(f"leave_out: {json.dumps(patterns, ensure_ascii=False)}")
    for control, parameters in config.parameters.items():
        lines += [
            f"parameters.{control}.{name}: {json.dumps(value, ensure_ascii=False)}"
            for name, value in parameters.items()
        ]
    for side, statements in (("in", config.scope.within), ("out", config.scope.without)):
        lines += [f"scope.{side}: {each.id} ({config.file}:{each.line}): {each.reason}" for each in statements]
    return lines
