"""Compiled rules, kept on disk, so that a run starts without reading YAML or generating code.

An entry is named by the digest of everything that decides its content: the bytes of the content files, the state of
the code that declares the catalog and reads and compiles them, Python's version, and what the run selects. The time is
not part of it. An entry is code that will be run, so it is trusted only as far as `phiward.kept` says. Why marshal, and
what guards it: `docs/adr`.
"""

import hashlib
import marshal
from collections.abc import Callable, Sequence
from pathlib import Path
from types import CodeType
from typing import Any

import msgspec

from phiward import kept
from phiward.engine.compiled import Compiled, compile_rules
from phiward.engine.config_file import Config
from phiward.engine.library import ContentFile, Folders
from phiward.engine.rules import Rules, select
from phiward.inventory.catalog import Catalog


def prepare(  # noqa: PLR0913 - what decides the rules
    folders: Folders,
    files: Sequence[ContentFile],
    catalog: Callable[[], Catalog],
    catalog_digest: str,
    folder: Path | None,
    *,
    policy: str = "hipaa-security-rule",
    include: tuple[str, ...] = (),
    exclude: tuple[str, ...] = (),
    parameters: dict[str, dict[str, Any]] | None = None,
    config: Config | None = None,
) -> Compiled:
    """Return the compiled rules of a selection, from the cache where they are there.

    `files` are those of the folders. `catalog` is called only where it must be; `catalog_digest` stands for what it
    would return. `folder` None: no cache. Raises what `library.load` and `rules.select` raise.
    """
    from phiward.engine.library import load as load_library

    selection = [policy, sorted(include), sorted(exclude), parameters or {}]
    if config is not None and (config.parameters or config.scope.within or config.scope.without):
        selection += [config.file, config.digest]
    path = None
    if folder is not None:
        path = folder / f"{_key(files, catalog_digest, selection)}.rules"
        found = read(path)
        if found is not None:
            return found
    known = catalog()
    library = load_library(folders, known)
    rules = select(library, known, policy, include=include, exclude=exclude, parameters=parameters, config=config)
    compiled = compile_rules(rules)
    if path is not None:
        write(path, compiled)
    return compiled


def _key(files: Sequence[ContentFile], catalog_digest: str, selection: list[Any]) -> str:
    here = Path(__file__).parent
    code = [kept.state_of(folder) for folder in (here, here.parent / "inventory")]
    parts = [catalog_digest, code, [[file.name, file.digest] for file in files], selection]
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
