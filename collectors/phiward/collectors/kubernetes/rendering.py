"""Running the programs that render kustomizations and charts: without network, plug-ins or settings, and not for long.

They are only given what lies in the scanned folder. Neither runs hooks or talks to a cluster when it renders.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

SECONDS = 30
"""The longest that one rendering may take."""
BYTES = 10_000_000
"""The most that one rendering may give."""


class Failed(Exception):  # noqa: N818 - what failed is another program
    """Why nothing was rendered, and what would help."""


def kustomize_program() -> list[str] | None:
    """Return how kustomizations are rendered here; None where no program for it is installed."""
    if (program := _installed("kustomize")) is not None:
        return [program, "build"]
    if (program := _installed("kubectl")) is not None:
        return [program, "kustomize"]
    return None


def helm_program() -> list[str] | None:
    """Return how charts are rendered here; None where Helm is not installed."""
    program = _installed("helm")
    return None if program is None else [program, "template", "--skip-tests", "release"]


def rendered(program: list[str], folder: Path) -> bytes:
    """Return what a program makes of a folder. Raises `Failed`."""
    with (
        tempfile.TemporaryDirectory(prefix="phiward-") as home,
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as errors,
    ):
        try:
            process = subprocess.Popen(
                [*program, str(folder)],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=errors,
                cwd=home,
                env=_environment(home),
                start_new_session=True,
            )
        except OSError as error:
            raise Failed(f"{program[0]} cannot be started: {error.strerror}") from error
        name = Path(program[0]).name
        deadline = time.monotonic() + SECONDS
        while True:
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=0.05)
            if os.fstat(out.fileno()).st_size > BYTES:
                _end(process)
                raise Failed(f"{name} made more than {BYTES // 1_000_000} MB of it")
            if process.poll() is not None:
                break
            if time.monotonic() > deadline:
                _end(process)
                raise Failed(f"{name} took longer than {SECONDS} seconds")
        if process.returncode != 0:
            errors.seek(0)
            told = " ".join(errors.read(2_000).decode(errors="replace").split())
            raise Failed(f"{name} failed: {told[:300] or f'exit code {process.returncode}'}")
        out.seek(0)
        return out.read()


def _installed(name: str) -> str | None:
    """Return a program of the search path; not one that the current folder brings along."""
    found = shutil.which(name)
    return found if found is not None and os.path.isabs(found) else None  # noqa: PTH117 - a plain string


def _environment(home: str) -> dict[str, str]:
    """Return an environment with nothing of the user's, in which every way to the network ends at once."""
    nowhere = "http://127.0.0.1:9"
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": home,
        "TMPDIR": home,
        "HELM_PLUGINS": f"{home}/plugins",
        "KUBECONFIG": f"{home}/none",
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_TERMINAL_PROMPT": "0",
        **{name: nowhere for proxy in ("http_proxy", "https_proxy", "all_proxy") for name in (proxy, proxy.upper())},
    }


def _end(process: "subprocess.Popen[bytes]") -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except OSError:
        process.kill()
    process.wait()
