"""Writing a file whole or not at all."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any


@contextmanager
def whole(path: Path, mode: str = "wb", **options: Any) -> Iterator[IO[Any]]:
    """Open a file for writing that appears under its name only when all of it is there; a failure leaves what stood.

    A link is followed, so that it stays one. What is not a regular file (`/dev/stdout`, a pipe) is written straight to,
    since replacing it would take it from everybody else. Raises `OSError`.
    """
    target = path.resolve()
    if target.exists() and not target.is_file():
        with target.open(mode, **options) as stream:  # a folder is refused here
            yield stream
        return
    beside = target.with_name(f".{target.name[:200]}.{secrets.token_hex(4)}.part")
    try:
        with beside.open(mode.replace("w", "x"), **options) as stream:
            yield stream
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
