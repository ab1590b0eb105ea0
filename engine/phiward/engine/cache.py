"""Compiled rules, kept on disk, so that a run starts without reading YAML or generating code.

An entry is named by the digest of everything that decides its content: the bytes of the content files, the catalog,
phiward's and Python's code version, and what the run selects. The time is not part of it. An entry is code that will be
run, so it is trusted only as far as `phiward.kept` says. Why marshal, and what guards it: `docs/adr`.
"""

import hashlib
import marshal
import sys
from collections.abc import Callable
from pathlib import Path
from types import CodeType
from typing import Any

import msgspec

from phiward import kept
from phiward.engine.compiled import Compiled, compile_rules
from phiward.engine.library import Folders, files_of
from phiward.engine.rules import Rules, select
from phiward.inventory.catalog import Catalog


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
    data = kept.read(path)
    if data is None:
        return None
    try:
        end = 8 + int.from_bytes(data[:8], "big")
        rules = msgspec.msgpack.decode(data[8:end], type=Rules)
        codes = marshal.loads(data[end:])  # noqa: S302 - the user's own, unaltered file
    except (msgspec.DecodeError, ValueError, EOFError, TypeError):
        return None
    if not isinstance(codes, dict) or not all(isinstance(code, CodeType) for code in codes.values()):
        return None
    return compile_rules(rules, codes)


def write(path: Path, compiled: Compiled) -> None:
    """Write an entry."""
    rules = msgspec.msgpack.encode(compiled.rules)
    kept.write(path, len(rules).to_bytes(8, "big") + rules + marshal.dumps(compiled.codes))
