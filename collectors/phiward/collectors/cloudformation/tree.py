"""The blocks of one root template and of the stacks nested in it, as the folding and the forms see them."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from phiward.collectors.cloudformation.block import TemplateBlock
from phiward.collectors.cloudformation.stack import Stack
from phiward.collectors.documents import Mapping, Problem, Span
from phiward.collectors.terraform.block import Block
from phiward.collectors.terraform.source import BlockSource, Surroundings


class TemplateTree:
    """A root template."""

    def __init__(self, stack: Stack) -> None:
        self.root = stack.template.file
        self.blocks = tuple(stack.blocks())
        self._found = {block.address: block for block in self.blocks}
        self._provider = _provider(stack)
        self.unread: Counter[str] = Counter()
        self.problems: list[tuple[str, Problem]] = []
        stacks = [stack]
        while stacks:
            each = stacks.pop()
            self.unread.update(each.unread)
            self.problems += [(each.template.file, problem) for problem in each.problems]
            stacks += [child for child, _ in each.nested]

    def resources(self) -> Iterator[Block]:
        """Yield every block."""
        return iter(self.blocks)

    def types(self) -> set[str]:
        """Return the Terraform types of the blocks."""
        return {block.type for block in self.blocks}

    def find(self, address: str) -> Block | None:
        """Return the block of an address."""
        return self._found.get(address)

    def provider(self, block: Block) -> Block | None:  # noqa: ARG002 - the same for every block
        """Return what is known of the account and region: the same for the whole stack."""
        return self._provider


class TemplateSurroundings(Surroundings):
    """One folded tree of templates."""

    def of(self, block: Block) -> BlockSource:
        """Return the `Source` that the form of one block is built with."""
        return _TemplateSource(self, block)


class _TemplateSource(BlockSource):
    def id(self, address: str) -> str:
        """Return the inventory's id of an address: `template.yaml:Network/Vpc`."""
        place, path = address, ""
        while place.startswith("module."):
            name, _, place = place.removeprefix("module.").partition(".")
            path += f"{name}/"
        return f"{self._all.root}:{path}{place.partition('.')[2] or place}"


def _provider(stack: Stack) -> Block:
    args = Mapping(Span(1, 1))
    given: dict[str, Any] = dict(stack.repository.given)
    if (region := given.get("AWS::Region")) is not None:
        args["region"] = region
    if (account := given.get("AWS::AccountId")) is not None:
        args["allowed_account_ids"] = [str(account)]
    return TemplateBlock("provider.aws", "aws", "aws", args, file=stack.template.file)
