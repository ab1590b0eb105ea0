"""The collector of Terraform: folders of HCL, single files of it, and plans (`terraform show -json PLAN`)."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from phiward.collectors.port import Options, Progress
from phiward.collectors.terraform.file_names import SUFFIXES
from phiward.errors import CollectError, UsageError
from phiward.inventory.model import CollectionGap, Found, Need, OriginKind, Resource, WaiverComment

if TYPE_CHECKING:
    from phiward.collectors.terraform.block import Block, Parts, Tree
    from phiward.collectors.terraform.fold import Main
    from phiward.collectors.terraform.form import Source
    from phiward.collectors.terraform.forms import Forms
    from phiward.collectors.terraform.source import Surroundings
    from phiward.collectors.terraform.waived import Waived
    from phiward.inventory.catalog import ResourceType

_SKIPPED = {"node_modules", "__pycache__"}
MALFORMED = (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError)
"""What normalizing a value of a shape that no provider accepts raises."""


class Read(NamedTuple):
    """What a target holds."""

    trees: tuple["Tree", ...]
    kind: OriginKind
    problems: tuple[CollectionGap, ...]
    digest: Callable[[str], str | None]
    shown: Callable[[str], str]
    """Turns the path of a file, as the blocks name it, into the one that people are told."""
    waived: "Waived"
    """The comments that ask for waivers."""
    only: str | None = None
    """The one file whose blocks are wanted. None: all."""


class TerraformCollector:
    """Reads what Terraform code, or a plan, will make."""

    name = "terraform"

    def __init__(self) -> None:
        self.unread: dict[str, int] = {}
        """Terraform types that the last run met and no form reads, with the number of blocks, by name.

        They are no gap (nothing failed), and no pass either: the last `Progress` of a run names them.
        """

    def claims(self, target: str) -> bool:
        """Say whether the target is a folder with Terraform files below, such a file, or a plan."""
        path = Path(target)
        if path.is_dir():
            return not os.access(path, os.R_OK | os.X_OK) or any(_files(path))
        if target.endswith(SUFFIXES):
            return path.is_file()
        if target.endswith(".json") and path.is_file():
            from phiward.collectors.terraform.plan import looks_like_plan

            return looks_like_plan(path)
        return False

    def types(self) -> "Iterable[ResourceType]":
        """Declare the types of every module with a Terraform form."""
        from phiward.collectors.terraform import forms

        return forms.discover().types

    def collect(self, target: str, options: Options, progress: Callable[[Progress], None]) -> Iterator[Found]:
        """Yield the resources of each root module, then what could not be read.

        A file that is no HCL is a gap with its line; `CollectError` where there is nothing to read at all.
        """
        from phiward.collectors.terraform import forms
        from phiward.collectors.terraform.fold import fold
        from phiward.collectors.terraform.source import Surroundings

        self.unread = {}
        progress(Progress(f"Terraform: {target}", 0))
        read = _plan(target, options) if _is_plan(target) else _folder(target, options)
        every = forms.needed(set().union(*(tree.types() for tree in read.trees)))
        unread: Counter[str] = Counter()
        for number, tree in enumerate(read.trees):
            progress(Progress(f"Terraform: {tree.root or target}", number, len(read.trees)))
            folded = fold(tree, every)
            unread.update(folded.unread)
            around = Surroundings(tree, folded, read.kind, read.digest, read.shown, within=options.within)
            for main in folded.mains:
                if read.only in {None, main.block.where.file}:
                    built = tuple(made(main, around, every, self.name, options.need))
                    yield from built
                    yield from read.waived.of(main, built)
        yield from read.problems
        yield from _stray(read)
        self.unread = dict(sorted(unread.items()))
        told = ", ".join(f"{name} ({count})" for name, count in self.unread.items())
        done = f"Terraform: no form reads {told}" if told else "Terraform"
        progress(Progress(done, len(read.trees), len(read.trees)))


def made(
    main: "Main", around: "Surroundings", forms: "Forms", source: str, need: Need | None
) -> Iterator[Resource | CollectionGap]:
    """Yield what a block makes, and what it declares within it, as far as it is needed; `source` is the collector."""
    name = main.block.type
    if need is None or forms.names[name] in need:
        yield from _built(lambda *block: (main.form.build(*block),), main, around, forms.names[name], source)
    for inner, within in forms.within.get(name, ()):
        if need is None or inner in need:
            yield from _built(within.build, main, around, inner, source)


def _stray(read: Read) -> "Iterator[WaiverComment]":
    """Yield the comments of code that stand at nothing. Beside a plan, the code is only looked up."""
    from phiward.collectors.terraform.evaluate.load import RootTree

    trees = [tree for tree in read.trees if isinstance(tree, RootTree)]
    return read.waived.stray(trees, read.only)


def _built(
    build: "Callable[[Block, Parts, Source], Iterable[Resource]]",
    main: "Main",
    around: "Surroundings",
    type_name: str,
    source: str,
) -> tuple[Resource | CollectionGap, ...]:
    try:
        return tuple(build(main.block, main.parts, around.of(main.block)))
    except MALFORMED as error:
        where = main.block.where
        gap = CollectionGap(
            source=source,
            where=around.shown(where.file),
            line=where.line,
            reason=f"{main.block.address} is not written as its provider asks: {type(error).__name__}: {error}",
            types=(type_name,),
        )
        return (gap,)


def _is_plan(target: str) -> bool:
    return target.endswith(".json") and not target.endswith(SUFFIXES)


def _plan(target: str, options: Options) -> Read:
    from phiward.collectors.terraform import plan, plan_folders
    from phiward.collectors.terraform.waived import Waived

    path = Path(target)
    name = shown(path)
    tree, digest = plan.read(path, name)
    tree.code = plan_folders.find(path, tree.configuration, tree.references, options.targets, shown)
    problems: tuple[CollectionGap, ...] = ()
    if tree.incomplete is not None:
        problems = (CollectionGap(source="terraform", where=name, reason=tree.incomplete),)
    code = tree.code
    waived = Waived(lambda block: code.spans(block.address) if code else (), code.shown if code else str)
    return Read((tree,), OriginKind.TERRAFORM_PLAN, problems, lambda _: digest, lambda file: file, waived)


def _folder(target: str, options: Options) -> Read:
    from phiward.collectors.terraform.evaluate.load import load
    from phiward.collectors.terraform.waived import Waived, spans_of_code

    path = Path(target)
    one_file = None if path.is_dir() else path.name
    top = path if one_file is None else path.parent
    if not path.exists():
        raise CollectError(f"{target}: there is no such file or folder")
    if not os.access(top, os.R_OK | os.X_OK):
        raise CollectError(f"{target}: cannot be read: permission denied")
    if not any(_files(top)):
        raise CollectError(f"{target}: nothing to scan: there is no .tf, .tofu, .tf.json or .tofu.json file below it")
    loaded = load(top, options.variables, _variable_files(options))
    if loaded.undeclared is not None and len(options.targets) < 2 and not options.shared:
        # of several targets, or kinds of code in one, another may declare it
        raise UsageError(loaded.undeclared)
    prefix = shown(top)
    problems = tuple(
        CollectionGap(source="terraform", where=below(prefix, problem.file), line=problem.line, reason=problem.message)
        for problem in loaded.problems
        if one_file in {None, problem.file}
    )

    def digest(file: str) -> str | None:
        found = loaded.digest(file)
        return f"sha256:{found}" if found else None

    def told(file: str) -> str:
        return below(prefix, file)

    waived = Waived(spans_of_code, told)
    return Read(loaded.trees, OriginKind.TERRAFORM, problems, digest, told, waived, only=one_file)


def _variable_files(options: Options) -> tuple[str, ...]:
    """Return the variable files without those that give parameters of CloudFormation."""
    if not options.variable_files:
        return ()
    from phiward.collectors.cloudformation.parameters import names_parameters

    return tuple(file for file in options.variable_files if not names_parameters(file))


def shown(path: Path) -> str:
    """Return a path as people are told it: below the current folder where it is, else as given, POSIX."""
    try:
        return path.resolve().relative_to(Path.cwd().resolve()).as_posix()
    except ValueError:
        return path.as_posix()


def below(prefix: str, file: str) -> str:
    """Return the path, as people are told it, of a file below a folder."""
    return file if prefix == "." else f"{prefix}/{file}" if file else prefix


def _files(top: Path) -> Iterator[str]:
    """Yield the Terraform files below a folder, as far as they are asked for."""
    for _, folders, names in os.walk(top):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in _SKIPPED]
        yield from (name for name in names if name.endswith(SUFFIXES))
