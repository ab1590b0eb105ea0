"""Run a command and say what it cost: CPU seconds (user and system, children too) and peak memory of one process."""

import os
import resource
import statistics
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple


class Cost(NamedTuple):
    """What one run cost."""

    cpu: float
    """Seconds of user and system time, the children's included."""
    memory: float
    """Peak resident memory in MB, of the largest process."""
    code: int
    """The exit code."""


def run(command: Sequence[str], *, environment: dict[str, str] | None = None, output: Path | None = None) -> Cost:
    """Run a command once, in a process of its own, and account for it and what it started."""
    target = os.open(output or os.devnull, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    null = os.open(os.devnull, os.O_WRONLY)
    pid = os.posix_spawnp(
        command[0],
        list(command),
        {**os.environ, **(environment or {})},
        file_actions=[(os.POSIX_SPAWN_DUP2, target, 1), (os.POSIX_SPAWN_DUP2, null, 2)],
    )
    _, status, usage = os.wait4(pid, 0)
    os.close(target)
    os.close(null)
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status))


def median(runs: int, once: Callable[[], Cost]) -> Cost:
    """Return the median of several runs, after one that warms caches up."""
    once()
    costs = [once() for _ in range(runs)]
    return Cost(statistics.median(c.cpu for c in costs), statistics.median(c.memory for c in costs), costs[-1].code)


def peak() -> float:
    """Return this process's own peak memory in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "linux" else 1024 * 1024)


def warm_bytecode(folder: Path) -> dict[str, str]:
    """Return an environment in which Python keeps its bytecode, so that no run pays for compiling again."""
    return {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(folder)}
