"""Run the probe on this machine: one process, one request, bounded in time and size."""

import hashlib
import os
import secrets
import selectors
import signal
import subprocess
import sys
import time
from pathlib import Path

from phiward.collectors.host.frames import Answer, Malformed, parse
from phiward.errors import CollectError

TIMEOUT = 240.0
"""Seconds for the whole probe. Each command within has its own, shorter limit."""
SIZE = 32 << 20
"""Bytes that are taken from it at most."""


def probe() -> str:
    """Return the probe's source."""
    return Path(__file__).with_name("probe.sh").read_text(encoding="utf-8")


def digest() -> str:
    """Return the SHA-256 of the probe's source, as a sudoers rule or an auditor would pin it."""
    return f"sha256:{hashlib.sha256(probe().encode()).hexdigest()}"


def local(
    sections: tuple[str, ...], *, timeout: float = TIMEOUT, size: int = SIZE, command: tuple[str, ...] | None = None
) -> Answer:
    """Run the probe here and take its answer apart; what it had said when a limit was met counts.

    `command` stands in for `sh -c PROBE`. Raises `CollectError` where this is not Linux, or it said nothing.
    """
    if command is None and not sys.platform.startswith("linux"):
        raise CollectError(f"host: this machine runs {sys.platform}; only Linux hosts can be read")
    nonce = secrets.token_hex(16)
    request = f"{nonce}\n{' '.join(sections)}\n".encode()
    raw = _talk(command or ("/bin/sh", "-c", probe(), "phiward-probe"), request, timeout=timeout, size=size)
    try:
        return parse(raw, nonce=nonce, asked=frozenset(sections))
    except Malformed as error:
        raise CollectError(f"host: the probe gave no answer ({error}); try `sh -n` on it, or run as root") from error


def _talk(command: tuple[str, ...], request: bytes, *, timeout: float, size: int) -> bytes:
    """Start a command in a session of its own, hand it the request, and read until it ends or a limit is met."""
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/"},
            cwd="/",
            start_new_session=True,
        )
    except OSError as error:
        raise CollectError(f"host: {command[0]} could not be started: {error}") from error
    assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018 - both are pipes
    chunks: list[bytes] = []
    received = 0
    deadline = time.monotonic() + timeout
    try:
        try:
            process.stdin.write(request)
            process.stdin.close()
        except BrokenPipeError:
            pass  # it ended at once: what it printed tells
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            while received < size and selector.select(max(0.0, deadline - time.monotonic())):
                chunk = os.read(process.stdout.fileno(), 1 << 16)
                if not chunk:
                    break
                chunks.append(chunk)
                received += len(chunk)
    finally:
        if process.poll() is None:
            _end(process)
        process.stdout.close()
    return b"".join(chunks)[:size]


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End the probe, with what it started in its own process group."""
    try:
        process.wait(timeout=0.2)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
