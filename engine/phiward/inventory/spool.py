"""Sorting more lines than memory should hold: sorted runs in temporary files, merged at the end."""

import heapq
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import repeat
from typing import IO


def in_order(keyed: Iterable[tuple[bytes, bytes]], chunk_bytes: int) -> Iterator[bytes]:
    """Yield lines by the order of their keys. Neither holds a newline. Keeps about `chunk_bytes` in memory."""
    with ExitStack() as stack:
        runs: list[IO[bytes]] = []
        chunk: list[tuple[bytes, bytes]] = []
        size = 0
        for pair in keyed:
            chunk.append(pair)
            size += len(pair[0]) + len(pair[1])
            if size >= chunk_bytes:
                runs.append(_run(stack, chunk))
                chunk, size = [], 0
        chunk.sort()
        for _, line in heapq.merge(chunk, *map(_read, runs)) if runs else chunk:
            yield line


def _run(stack: ExitStack, chunk: list[tuple[bytes, bytes]]) -> IO[bytes]:
    """Write a sorted run to a temporary file that goes when the stack closes."""
    file: IO[bytes] = stack.enter_context(tempfile.TemporaryFile(prefix="phiward-"))  # noqa: SIM115 - the stack does
    for key, line in sorted(chunk):
        file.write(key + b"\n" + line + b"\n")
    file.seek(0)
    return file


def _read(file: IO[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Yield a run's keys and lines."""
    for _ in repeat(None):
        key = file.readline()
        if not key:
            return
        yield key[:-1], file.readline()[:-1]
