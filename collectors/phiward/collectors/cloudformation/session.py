"""CloudFormation templates that are read again and again: while they are edited, and with edits nobody has made yet.

Templates are read in milliseconds, and nest each other: when one file changes, all of a folder are read again. What
came out the same is not told again.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from phiward.collectors.cloudformation import kinds
from phiward.collectors.cloudformation.load import Loaded, load, roots
from phiward.collectors.cloudformation.parameters import given
from phiward.collectors.cloudformation.tree import TemplateSurroundings, TemplateTree
from phiward.collectors.cloudformation.waived import Waived
from phiward.collectors.port import Options
from phiward.collectors.rereading import Refreshed, Stamp, Unit, stamp_of
from phiward.collectors.terraform import forms
from phiward.collectors.terraform.collector import below, made, shown
from phiward.collectors.terraform.fold import fold
from phiward.inventory.model import CollectionGap, Found, OriginKind

_NAME = "cloudformation"


class Session:
    """One folder of templates (or one template), and what was made of it last."""

    def __init__(self, target: str, options: Options) -> None:
        self._path = Path(target)
        self._folder = self._path.is_dir()
        self._top = self._path if self._folder else self._path.parent
        self._prefix = shown(self._top)
        self._options = options
        self._stamps: dict[str, Stamp] | None = None
        self._instead: dict[str, bytes] = {}
        self._units: dict[str, tuple[Found, ...]] = {}
        self._good: dict[str, bytes] = {}
        """What each template held when it could be read last."""
        self._problems: tuple[CollectionGap, ...] = ()

    def text(self, told: str) -> str | None:
        """Return the text of a file below the folder, None where it cannot be had."""
        own = self._own(told)
        data = None if own is None else kinds.content(self._top / own)
        try:
            return None if data is None or len(data) > kinds.SIZE else data.decode()
        except UnicodeDecodeError:
            return None

    def decides(self, told: str, resource: str, references: Sequence[str]) -> list[str]:  # noqa: ARG002 - one template
        """Say where what a template's resource refers to is decided."""
        from phiward.collectors.cloudformation.edit import decided

        text = self.text(told)
        return [] if text is None else decided(text, told, references)

    def refresh(self, instead: Mapping[str, bytes] | None = None) -> Refreshed:
        """Look at the templates, read them where something changed, and say what that was."""
        taken = {own: data for told, data in (instead or {}).items() if (own := self._own(told)) is not None}
        stamps = self._look()
        before, edited = self._stamps or {}, self._instead
        changed = {file for file in before.keys() | stamps.keys() if before.get(file) != stamps.get(file)}
        changed |= {file for file in edited.keys() | taken.keys() if edited.get(file) != taken.get(file)}
        first, self._stamps, self._instead = self._stamps is None, stamps, taken
        if not changed and not first:
            return Refreshed((), {}, (), self._problems)
        units = self._read(tuple(sorted(set(stamps) - set(self._options.variable_files))))
        gone = tuple(sorted(self._units.keys() - units.keys()))
        fresh = {name: Unit(found) for name, found in units.items() if self._units.get(name) != found}
        self._units = units
        return Refreshed(tuple(sorted(map(self._told, changed))), fresh, gone, self._problems)

    def _read(self, files: Sequence[str]) -> dict[str, tuple[Found, ...]]:
        options = self._options
        loaded = self._loaded(files)
        trees = [TemplateTree(stack) for stack in roots(loaded, given(options.variables, options.variable_files))]
        every = forms.needed(set().union(*(tree.types() for tree in trees)))
        problems = dict.fromkeys(loaded.problems)
        waived = Waived(loaded.templates, self._told, lambda told: self._instead.get(self._own(told) or ""))
        units: dict[str, tuple[Found, ...]] = {}
        for tree in trees:
            folded = fold(tree, every)
            problems.update(dict.fromkeys(tree.problems))
            around = TemplateSurroundings(
                tree,
                folded,
                OriginKind.CLOUDFORMATION,
                loaded.digests.get,
                self._told,
                within=options.within if self._folder else "",
            )
            found: list[Found] = []
            for main in folded.mains:
                built = tuple(made(main, around, every, _NAME, options.need))
                found += (*built, *waived.of(main, built))
            units[tree.root] = tuple(found)
        self._problems = tuple(
            CollectionGap(source=_NAME, where=self._told(file), line=problem.line, reason=problem.message)
            for file, problem in problems
        )
        return units

    def _loaded(self, files: Sequence[str]) -> Loaded:
        """Load the templates. One that is half-written says what it said last, until it can be read again."""
        read: dict[str, bytes] = {}

        def content(path: Path) -> bytes | None:
            data = self._content(path)
            if data is not None:
                read[path.relative_to(self._top).as_posix()] = data
            return data

        loaded = load(self._top, files, content)
        broken = {file for file, _ in loaded.problems if file not in loaded.templates} - self._instead.keys()
        if broken & self._good.keys():
            good = {self._top / file: data for file, data in self._good.items() if file in broken}
            again = load(self._top, files, lambda path: good.get(path) or content(path))
            loaded = again._replace(problems=loaded.problems)
        self._good = {
            file: self._good[file] if file in broken else read[file]
            for file in loaded.templates
            if file in read and (file not in broken or file in self._good) and file not in self._instead
        } | {file: data for file, data in self._good.items() if file in self._instead}
        return loaded

    def _content(self, path: Path) -> bytes | None:
        data = self._instead.get(path.relative_to(self._top).as_posix())
        return kinds.content(path) if data is None else data

    def _look(self) -> dict[str, Stamp]:
        """Return the state of every file that may be a template, and of the files of parameters."""
        files = list(kinds.files(self._top)) if self._folder else [self._path.name]
        found = {file: stamp_of(str(self._top / file)) for file in files}
        found |= {file: stamp_of(file) for file in self._options.variable_files}
        return {file: stamp for file, stamp in found.items() if stamp is not None}

    def _told(self, file: str) -> str:
        return below(self._prefix, file)

    def _own(self, told: str) -> str | None:
        if self._prefix == ".":
            return told
        return told.removeprefix(f"{self._prefix}/") if told.startswith(f"{self._prefix}/") else None
