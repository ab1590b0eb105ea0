"""The library and catalog that commands work with."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from phiward.errors import UsageError
from phiward.inventory.regular import irregular

if TYPE_CHECKING:
    from phiward.engine.library import Folders, Library
    from phiward.inventory.catalog import Catalog


def folders(controls: Sequence[str], policy: str) -> "tuple[Folders, str]":
    """Return the folders to load, with the user's own, and the id of the policy that an option names.

    A policy is named by its id, or by the path of its file, which is then loaded too.
    """
    for each in controls:
        if not Path(each).is_dir():
            raise UsageError(f"--controls {each}: no such folder")
    if policy.endswith((".yaml", ".yml")):
        file = Path(policy)
        if why := irregular(file):
            raise UsageError(f"--policy {policy}: cannot be read: {why}")
        known = _with_packs()
        if file.resolve().parent not in [folder.resolve() for folder in known.policies]:
            return known.plus([Path(each) for each in controls], [file]), _id_of(file)
        return known.plus([Path(each) for each in controls]), _id_of(file)
    return _with_packs().plus([Path(each) for each in controls]), policy


def _with_packs() -> "Folders":
    """Return what phiward brings along, and the packs of controls that other distributions do."""
    from msgspec.structs import replace

    from phiward.cli.packs import installed
    from phiward.engine.library import shipped

    packs = installed()
    return replace(shipped(), packs=tuple((Path(pack.folder), pack.label) for pack in packs)) if packs else shipped()


def load(controls: Sequence[str], policy: str) -> "tuple[Library, Catalog, str]":
    """Load the library and the catalog of every installed type. Raises `ContentError` with all that is wrong."""
    from phiward.collectors.registry import catalog
    from phiward.engine.library import load as load_library

    types = catalog()
    where, identity = folders(controls, policy)
    return load_library(where, types), types, identity


def _id_of(file: Path) -> str:
    """Return the id that a policy file gives itself; the loader checks the rest."""
    from phiward.engine import content

    node = content.read(file, str(file)).value
    found = node.get("id") if isinstance(node, dict) else None
    identity = getattr(found, "value", None)
    return identity if isinstance(identity, str) else file.stem
