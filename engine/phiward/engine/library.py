"""The library: every control and policy of one or more folders, loaded, checked and held against the catalog."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from phiward.engine import content
from phiward.engine.content import ContentProblems, nearest
from phiward.engine.control import Control, Policy
from phiward.errors import ContentError, UsageError
from phiward.inventory.catalog import Catalog
from phiward.inventory.regular import regular


class Folders(Struct, frozen=True):
    """Where controls and policies lie: folders, all of whose YAML files count, or single files."""

    controls: tuple[Path, ...]
    policies: tuple[Path, ...]
    packs: tuple[tuple[Path, str], ...] = ()
    """Folders of controls that other distributions bring along, each with how people are told of it."""

    def plus(self, controls: Iterable[Path] = (), policies: Iterable[Path] = ()) -> "Folders":
        """Return these folders and a user's own. An own control may not take the id of another."""
        return Folders((*self.controls, *controls), (*self.policies, *policies), self.packs)


class ContentFile(Struct, frozen=True):
    """One file of the library: its name (`controls/access/x.yaml`), where it lies, and the digest of its bytes."""

    name: str
    path: Path
    digest: str
    pack: str = ""
    """The pack that brings it along."""

    @property
    def shown(self) -> str:
        """The file as people are told it."""
        return f"{self.pack}: {self.path}" if self.pack else str(self.path)


class Library(Struct, frozen=True):
    """Controls and policies by id, and the files they came from."""

    controls: dict[str, Control]
    policies: dict[str, Policy]
    files: tuple[ContentFile, ...]


def shipped() -> Folders:
    """Return the folders that phiward brings along, in a checkout and in an installed wheel."""
    here = Path(__file__).resolve().parent.parent
    for root in (here, here.parent.parent):
        if (root / "controls").is_dir() and (root / "policies").is_dir():
            return Folders((root / "controls",), (root / "policies",))
    message = "phiward's own controls and policies are missing; install phiward again"
    raise ContentError(message, file=str(here))


def files_of(folders: Folders) -> list[ContentFile]:
    """List the files of the library, sorted by name, with the digest of each. Raises `ContentError`."""
    found: list[ContentFile] = []
    roots = [
        *(("controls", root, "") for root in folders.controls),
        *(("controls", root, label) for root, label in folders.packs),
        *(("policies", root, "") for root in folders.policies),
    ]
    for kind, root, pack in roots:
        if not root.exists():
            raise ContentError(f"there is no such folder of {kind}", file=f"{pack}: {root}" if pack else str(root))
        before = len(found)
        for name, path in _listed(root):
            try:
                with regular(path) as stream:
                    digest = hashlib.file_digest(stream, "sha256").hexdigest()
            except OSError as error:
                raise ContentError(f"cannot be read: {error.strerror}", file=path) from error
            found.append(ContentFile(f"{kind}/{name}", Path(path), f"sha256:{digest}", pack))
        if pack and len(found) == before:
            raise ContentError("holds no control: install it again", file=pack)
    return sorted(found, key=lambda file: (file.name, str(file.path)))


def _listed(root: Path) -> list[tuple[str, str]]:
    """List the YAML files below a folder: the name within it (POSIX), and the path, as text, which costs less.

    One that would silently not count is a `ContentError`.
    """
    if not root.is_dir():
        return [(root.name, str(root))]
    found: list[tuple[str, str]] = []
    for folder, _, names in os.walk(root, onerror=_unreadable):
        below = os.path.relpath(folder, root).replace(os.sep, "/")
        for name in names:
            path = f"{folder}{os.sep}{name}"
            if name.endswith(".yml"):
                message = "is not read: rename it, controls and policies end in .yaml"
                raise ContentError(message, file=path)
            if name.endswith(".yaml"):
                found.append((name if below == "." else f"{below}/{name}", path))
    return found


def _unreadable(error: OSError) -> None:
    raise ContentError(f"cannot be read: {error.strerror}", file=str(error.filename)) from error


def load(folders: Folders, catalog: Catalog) -> Library:
    """Load a library. Raises `ContentProblems` with everything that is wrong."""
    library, problems = read(folders, catalog)
    if problems:
        raise ContentProblems(problems)
    return library


def lint(folders: Folders, catalog: Catalog) -> list[ContentError]:
    """Return everything that is wrong with the files of some folders, sorted by file and line."""
    library, problems = read(folders, catalog)
    # A policy that names a control which could not be loaded is not wrong itself.
    problems = [*problems, *_citations(library), *(() if problems else _selections(library, catalog))]
    return ContentProblems(problems).problems if problems else []


def read(folders: Folders, catalog: Catalog) -> tuple[Library, list[ContentError]]:
    """Load what can be loaded, and say what is wrong with the rest."""
    from phiward.engine.control_file import control_of
    from phiward.engine.fit import problems_of
    from phiward.engine.policy_file import policy_of

    problems: list[ContentError] = []
    controls: dict[str, Control] = {}
    policies: dict[str, Policy] = {}
    origins: dict[str, str] = {}
    files = files_of(folders)
    for file in files:
        shown = file.shown
        kind, _, name = file.name.partition("/")
        try:
            node = content.read(file.path, shown)
        except ContentError as error:
            problems.append(error)
            continue
        loaded = (control_of if kind == "controls" else policy_of)(node, shown, name, problems)
        if loaded is None:
            continue
        if (first := origins.get(f"{kind}/{loaded.id}")) is not None:
            line, column = node.keys.get("id", (node.line, node.column))
            message = f"{loaded.id!r} is already the id of {first}"
            problems.append(ContentError(message, file=shown, line=line, column=column, field="id"))
            continue
        origins[f"{kind}/{loaded.id}"] = shown
        if isinstance(loaded, Control):
            controls[loaded.id] = loaded
            problems += problems_of(loaded, shown, catalog)
        else:
            policies[loaded.id] = loaded
    problems += _aliases(controls, origins)
    return Library(dict(sorted(controls.items())), dict(sorted(policies.items())), tuple(files)), problems


def _aliases(controls: dict[str, Control], origins: dict[str, str]) -> list[ContentError]:
    """Refuse an alias that is another control's id or alias."""
    problems: list[ContentError] = []
    taken = dict.fromkeys(controls, "")
    for control in controls.values():
        for alias in control.aliases:
            if alias in taken:
                message = f"{alias!r} already names another control"
                problems.append(ContentError(message, file=origins[f"controls/{control.id}"], field="aliases"))
            taken[alias] = control.id
    return problems


def _selections(library: Library, catalog: Catalog) -> Iterator[ContentError]:
    """Say what policies name that is not there."""
    from phiward.engine.rules import select

    for policy in library.policies:
        try:
            select(library, catalog, policy)
        except ContentProblems as error:
            yield from error.problems
        except ContentError as error:
            yield error
        except UsageError as error:
            yield ContentError(str(error), file=f"policies/{library.policies[policy].file}")


def _citations(library: Library) -> list[ContentError]:
    """Say which citations no policy of their framework knows."""
    known: dict[str, set[str]] = {}
    for policy in library.policies.values():
        known.setdefault(policy.framework, set()).update(each.id for each in policy.requirements)
    paths = {file.name: str(file.path) for file in library.files}
    problems: list[ContentError] = []
    for control in library.controls.values():
        for framework, cited in control.citations.items():
            if framework not in known:
                continue
            for requirement in cited:
                if requirement not in known[framework]:
                    near = nearest(requirement, known[framework])
                    message = "no policy has this requirement"
                    file, field = paths[f"controls/{control.file}"], f"citations.{framework}.{requirement}"
                    problems.append(ContentError(message, file=file, field=field, nearest=near))
    return problems
