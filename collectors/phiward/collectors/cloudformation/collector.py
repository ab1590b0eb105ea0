"""The collector of CloudFormation: folders with templates (SAM's and CDK's among them), and single ones."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from phiward.collectors.cloudformation import kinds
from phiward.collectors.port import Options, Progress
from phiward.errors import CollectError
from phiward.inventory.model import CollectionGap, Found, OriginKind
from phiward.inventory.reach import Reach

if TYPE_CHECKING:
    from phiward.collectors.cloudformation.tree import TemplateTree
    from phiward.inventory.catalog import ResourceType

_TOGETHER = 5_000
"""Blocks of the trees that are worked on without a pause."""


class CloudformationCollector:
    """Reads what templates will make."""

    name = "cloudformation"

    def __init__(self) -> None:
        self.unread: dict[str, int] = {}
        self.reach = Reach()

    def claims(self, target: str) -> bool:
        """Say whether the target is a folder with a template below, or a template."""
        path = Path(target)
        if path.is_dir():
            return os.access(path, os.R_OK | os.X_OK) and any(_is_template(path / file) for file in kinds.files(path))
        return target.endswith(kinds.SUFFIXES) and path.is_file() and _is_template(path)

    def types(self) -> "Iterable[ResourceType]":
        """Declare the types whose Terraform form a shape leads to."""
        from phiward.collectors.cloudformation import shapes
        from phiward.collectors.terraform import forms

        every = forms.needed(shape.main for shape in shapes.discover().values())
        return tuple(each for each in every.types if each.name in every.names.values())

    def collect(self, target: str, options: Options, progress: Callable[[Progress], None]) -> Iterator[Found]:
        """Yield the resources of each root template, then what could not be read.

        A template that cannot be read is a gap with its line. Other YAML and JSON is left alone, and told in `reach`.
        """
        from phiward.collectors.cloudformation.load import load, quiet, roots
        from phiward.collectors.cloudformation.parameters import given
        from phiward.collectors.cloudformation.tree import TemplateSurroundings, TemplateTree
        from phiward.collectors.cloudformation.waived import Waived
        from phiward.collectors.terraform import forms
        from phiward.collectors.terraform.collector import below, made, shown
        from phiward.collectors.terraform.fold import fold

        self.unread, self.reach = {}, Reach()
        progress(Progress(f"CloudFormation: {target}", 0))
        path = Path(target)
        if not path.exists():
            raise CollectError(f"{target}: there is no such file or folder")
        top = path if path.is_dir() else path.parent
        loaded = load(top, kinds.files(path) if path.is_dir() else [path.name])
        prefix = shown(top)
        values = given(options.variables, options.variable_files)
        with quiet():
            trees = [TemplateTree(stack) for stack in roots(loaded, values)]
        every = forms.needed(set().union(*(tree.types() for tree in trees)))
        unread: Counter[str] = Counter()
        problems = dict.fromkeys(loaded.problems)
        waived = Waived(loaded.templates, lambda file: below(prefix, file))
        done = 0
        for batch in _batches(trees):
            progress(Progress(f"CloudFormation: {batch[0].root}", done, len(trees)))
            found: list[Found] = []
            with quiet():
                for tree in batch:
                    folded = fold(tree, every)
                    unread.update(tree.unread)
                    problems.update(dict.fromkeys(tree.problems))
                    around = TemplateSurroundings(
                        tree,
                        folded,
                        OriginKind.CLOUDFORMATION,
                        loaded.digests.get,
                        lambda file: below(prefix, file),
                        within=options.within if path.is_dir() else "",
                    )
                    for main in folded.mains:
                        built = tuple(made(main, around, every, self.name, options.need))
                        found += built
                        found += waived.of(main, built)
            yield from found
            done += len(batch)
        for file, problem in problems:
            yield CollectionGap(source=self.name, where=below(prefix, file), line=problem.line, reason=problem.message)
        yield from waived.stray()
        self.unread = dict(sorted(unread.items()))
        if loaded.others:
            told = ", ".join(f"{count} {name}{'s' if count > 1 else ''}" for name, count in loaded.others.items())
            self.reach = Reach(target=target, notes=(f"{target}: left alone as no CloudFormation: {told}",))
        progress(Progress("CloudFormation", len(trees), len(trees)))


def _batches(trees: "Sequence[TemplateTree]") -> "Iterator[list[TemplateTree]]":
    """Yield trees together, some thousand blocks of them: often enough to be told of, seldom enough to be fast."""
    batch: list[TemplateTree] = []
    blocks = 0
    for tree in trees:
        batch.append(tree)
        blocks += len(tree.blocks)
        if blocks >= _TOGETHER:
            yield batch
            batch, blocks = [], 0
    if batch:
        yield batch


def _is_template(path: Path) -> bool:
    data = kinds.content(path)
    return data is not None and kinds.looks_like_template(data)
