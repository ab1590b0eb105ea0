"""Compiled rules, kept on disk, so that a run starts without reading YAML or generating code.

An entry is named by the digest of everything that decides its content: the bytes of the content files, the catalog,
phiward's and Python's code version, and what the run selects. The time is not part of it. An entry is code that will be
run, so it is trusted only where nobody else could have written it: a regular file of the user's own, that no group or
other may write, in such a folder; its content must match the digest written before it. Anything else is ignored.
Why marshal, and what guards it: `docs/adr`.
"""

import hashlib
import marshal
import os
import stat
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import CodeType
from typing import Any

import msgspec

from phiward.engine.compiled import Compiled, compile_rules
from phiward.engine.library import Folders, files_of
from phiward.engine.rules import Rules, select
from phiward.inventory.catalog import Catalog

_LIMIT = 64_000_000
_KEPT = 20
"""Entries that a cache folder keeps; older ones are removed."""


def default_folder(environment: dict[str, str]) -> Path:
    """Return the user's cache folder for phiward (XDG Base Directory Specification)."""
    given = environment.get("XDG_CACHE_HOME", "")
    base = Path(given) if given.startswith("/") else Path(environment.get("HOME") or Path.home()) / ".cache"
    return base / "phiward"


def prepare(  # noqa: PLR0913 - what decides the rules
    folders: Folders,
    catalog: Callable[[], Catalog],
    catalog_digest: str,
    folder: Path | None,
    policy: str = "hipaa-security-rule",
    *,
    include: tuple[str, ...] = (),
    exclude: tuple[str, ...] = (),
    parameters: dict[str, dict[str, Any]] | None = None,
) -> Compiled:
    """Return the compiled rules of a selection, from the cache where they are there.

    `catalog` is called only where they are not; `catalog_digest` stands for what it would return. `folder` None: no
    cache. Raises what `library.load` and `rules.select` raise.
    """
    from phiward.engine.library import load as load_library

    selection = [policy, sorted(include), sorted(exclude), parameters or {}]
    path = None
    if folder is not None:
        path = folder / f"{_key(folders, catalog_digest, selection)}.rules"
        found = read(path)
        if found is not None:
            return found
    known = catalog()
    library = load_library(folders, known)
    rules = select(library, known, policy, include=include, exclude=exclude, parameters=parameters)
    compiled = compile_rules(rules)
    if path is not None:
        write(path, compiled)
    return compiled


def digest_of(paths: list[Path]) -> str:
    """Return a digest of files of code: what they declare may change with any byte of them."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        data = path.read_bytes()
        digest.update(f"{path.name}:{len(data)}:".encode())
        digest.update(data)
    return digest.hexdigest()


def _key(folders: Folders, catalog_digest: str, selection: list[Any]) -> str:
    here = Path(__file__).parent
    own = digest_of([*here.glob("*.py"), *(here.parent / "inventory").glob("*.py")])
    files = [[file.name, file.digest] for file in files_of(folders)]
    parts = [catalog_digest, own, sys.implementation.cache_tag, sys.version, files, selection]
    return hashlib.sha256(msgspec.json.encode(parts, order="sorted")).hexdigest()


def read(path: Path) -> Compiled | None:
    """Return an entry, or None where there is none that can be trusted and read."""
    data = _trusted(path)
    if data is None or hashlib.sha256(data[32:]).digest() != data[:32]:
        return None
    try:
        length = int.from_bytes(data[32:40], "big")
        rules = msgspec.msgpack.decode(data[40 : 40 + length], type=Rules)
        codes = marshal.loads(data[40 + length :])  # noqa: S302 - checked above: the user's own, unaltered file
    except (msgspec.DecodeError, ValueError, EOFError, TypeError):
        return None
    if not isinstance(codes, dict) or not all(isinstance(code, CodeType) for code in codes.values()):
        return None
    return compile_rules(rules, codes)


def write(path: Path, compiled: Compiled) -> None:
    """Write an entry, whole or not at all. A folder that cannot be written is no error: the next start is slower."""
    rules = msgspec.msgpack.encode(compiled.rules)
    body = len(rules).to_bytes(8, "big") + rules + marshal.dumps(compiled.codes)
    with suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _own(path.parent.lstat(), stat.S_ISDIR):
            return
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(hashlib.sha256(body).digest() + body)
            Path(name).replace(path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            return
        entries = sorted(path.parent.glob("*.rules"), key=lambda entry: entry.stat().st_mtime)
        for entry in entries[:-_KEPT]:
            entry.unlink(missing_ok=True)


def _trusted(path: Path) -> bytes | None:
    """Return the bytes of a file that only this user could have written."""
    try:
        if not _own(path.parent.lstat(), stat.S_ISDIR):
            return None
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as stream:
            state = os.fstat(stream.fileno())
            if not _own(state, stat.S_ISREG) or not 40 < state.st_size <= _LIMIT:
                return None
            return stream.read(_LIMIT)
    except OSError:
        return None


def _own(state: os.stat_result, kind: Callable[[int], bool]) -> bool:
    """Say whether a file or folder is this user's, and nobody else may write to it."""
    return kind(state.st_mode) and state.st_uid == os.getuid() and not state.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
