"""The comments that ask for a waiver of what Terraform code makes: at its own block, its parts and its module calls."""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, TypeAlias

from phiward.collectors.in_place.comments import Comment, Comments, asked_for, language_of
from phiward.inventory.model import Resource, Unknown, WaiverComment

if TYPE_CHECKING:
    from phiward.collectors.terraform.block import Block
    from phiward.collectors.terraform.evaluate.load import RootTree
    from phiward.collectors.terraform.evaluate.modules import Module
    from phiward.collectors.terraform.fold import Main
    from phiward.collectors.terraform.hcl.syntax import BlockNode, Source

    Span: TypeAlias = tuple[Source, int, int]
    """A file, and where something in it begins and ends."""

    Spans: TypeAlias = Callable[[Block], Iterable[Span]]
    """Returns where a block is written, and where the modules that it lies in are called."""


class Waived:
    """The comments of one target, each file read once.

    `shown` turns the path of a file, as `spans` names it, into the one that people are told.
    """

    def __init__(self, spans: "Spans", shown: Callable[[str], str]) -> None:
        self._spans = spans
        self._shown = shown
        self._files: dict[str, Comments] = {}

    def of(self, main: "Main", resources: Iterable[object]) -> Iterator[WaiverComment]:
        """Yield what is asked of the resources that a block made."""
        parts = (part for folded in main.parts.values() for part in folded if not isinstance(part, Unknown))
        found = dict.fromkeys(
            (span[0].file, comment)
            for block in (main.block, *parts)
            for span in self._spans(block)
            for comment in self._within(*span)
        )
        for resource in resources if found else ():
            if isinstance(resource, Resource):
                for file, comment in found:
                    yield from asked_for(resource.id, resource.type, self._shown(file), (comment,))

    def stray(self, trees: "Iterable[RootTree]", only: str | None) -> Iterator[WaiverComment]:
        """Yield the comments of phiward's own that stand at no resource and no call of a module."""
        told: set[tuple[str, int]] = set()
        files: dict[str, Source] = {}
        for node in _nodes(module for tree in trees for module in tree.modules()):
            files[node.source.file] = node.source
            if node.type in {"resource", "module"}:
                within = self._within(node.source, node.start, node.end)
                told.update((node.source.file, comment.line) for comment in within)
        for file, source in sorted(files.items(), key=lambda item: item[0]):
            for comment in self._comments(source).found if only in {None, file} else ():
                if comment.tool == "phiward" and (file, comment.line) not in told:
                    yield from asked_for("", "", self._shown(file), (comment,))

    def _within(self, source: "Source", start: int, end: int) -> tuple[Comment, ...]:
        comments = self._comments(source)
        if not comments.found:
            return ()
        lines = source.lines(start, end)
        return comments.within(lines.line, lines.end_line)

    def _comments(self, source: "Source") -> Comments:
        if source.file not in self._files:
            self._files[source.file] = Comments(source.text, language_of(source.file))
        return self._files[source.file]


def _nodes(modules: "Iterable[Module]") -> "Iterator[BlockNode]":
    """Yield the blocks of the folders of some modules, each folder once."""
    for folder in {id(module.folder): module.folder for module in modules}.values():
        for table in (
            folder.resources,
            folder.data,
            folder.modules,
            folder.variables,
            folder.outputs,
            folder.providers,
        ):
            yield from table.values()


def spans_of_code(block: "Block") -> "Iterator[Span]":
    """Return where an evaluated block is written, and the calls of the modules around it."""
    from phiward.collectors.terraform.evaluate.blocks import Evaluated

    if not isinstance(block, Evaluated):
        return
    yield block.source, *block.span
    module = getattr(block.scope.module, "call_block", None), getattr(block.scope.module, "parent", None)
    while module[0] is not None:
        yield module[0].source, *module[0].span
        module = (module[1].call_block, module[1].parent) if module[1] is not None else (None, None)
