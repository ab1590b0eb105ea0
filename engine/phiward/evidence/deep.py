"""Evaluating a bundle's facts again with the bundle's own controls, policy, waivers and catalog: `verify --deep`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from phiward.errors import EvidenceError, PhiwardError
from phiward.evidence.run import Content
from phiward.evidence.verify import Contents, Evaluated

if TYPE_CHECKING:
    from phiward.engine.config_file import Config


@contextmanager
def evaluated(contents: Contents) -> Iterator[Evaluated]:
    """Evaluate a bundle's contents with this phiward's engine, its content files unpacked for that long."""
    from phiward.engine import library
    from phiward.engine.evaluate import evaluate
    from phiward.engine.in_place import InPlaceReading
    from phiward.engine.requirements import standings
    from phiward.engine.rules import select
    from phiward.engine.waivers import load, names_of
    from phiward.inventory.catalog import Catalog

    if contents.run.policy is None:
        raise EvidenceError("the bundle does not say which policy was asked, so it cannot be evaluated again")
    with TemporaryDirectory(prefix="phiward-verify-") as folder:
        root = Path(folder)
        _unpack(root / "controls", contents.controls)
        _unpack(root / "policies", contents.policies)
        _unpack(root / "waivers", contents.waivers)
        try:
            catalog = Catalog.from_json(contents.catalog)
            loaded = library.load(library.Folders((root / "controls",), (root / "policies",)), catalog)
            config = _config(contents, root)
            rules = select(loaded, catalog, contents.run.policy, include=contents.run.selected, config=config)
            names = names_of(rule.control for rule in rules.rules)
            waivers = [
                waiver
                for content in contents.waivers
                for waiver in load(root / "waivers" / content.path, names, prefix=prefix_of(content.path), strict=False)
            ]
        except PhiwardError as error:
            raise EvidenceError(f"the bundle's controls, policy or waivers cannot be loaded: {error}") from error
        in_place = InPlaceReading(strict=False, imported=contents.run.imported_waivers)
        found = evaluate(contents.lines, rules, contents.run.now, passes=True, waivers=waivers, in_place=in_place)
        yield Evaluated(
            findings=iter(found),
            standings=lambda: standings(rules, found.summary),
            summary=lambda: found.summary,
            controls={rule.control.id: rule.control for rule in rules.rules},
        )


def _config(contents: Contents, root: Path) -> "Config | None":
    """Return the configuration that the run went by, under the name it had there."""
    if contents.config is None:
        return None
    from phiward.engine import content
    from phiward.engine.config_file import NAME, config_of

    (root / NAME).write_bytes(contents.config)
    name = contents.run.config or NAME
    return config_of(content.parse(contents.config, name), root / NAME, name, "")


def prefix_of(path: str) -> str:
    """Return what the resource ids of a waiver file begin with: the folder it lies in, and a colon."""
    folder = path.rpartition("/")[0]
    return f"{folder}:" if folder else ""


def _unpack(folder: Path, contents: tuple[Content, ...]) -> None:
    folder.mkdir()
    for content in contents:  # paths were checked when the bundle was opened
        target = folder / content.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.raw)
