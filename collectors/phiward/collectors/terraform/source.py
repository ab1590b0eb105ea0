"""What a type module is told of a Terraform block's surroundings: identity, provider, neighbours, tags."""

from collections.abc import Callable
from typing import Any

from phiward.collectors.terraform.block import Block, Parts, Tree, Unknown
from phiward.collectors.terraform.evaluate.blocks import Missing
from phiward.collectors.terraform.fold import Fold, certain
from phiward.inventory.catalog import ResourceType
from phiward.inventory.model import Lines, Maybe, Observation, Origin, OriginKind, Resource

Digest = Callable[[str], str | None]
"""Returns the `sha256:` digest of a file that was read, None where it cannot be told."""


NO_ACCOUNT = Unknown("the code does not say which account it is applied to (allowed_account_ids of its provider would)")


class Surroundings:
    """One folded tree, as its blocks see it."""

    def __init__(  # noqa: PLR0913 - a tree has this many surroundings
        self,
        tree: Tree,
        folded: Fold,
        kind: OriginKind,
        digest: Digest,
        shown: Callable[[str], str] = str,
        *,
        within: str = "",
    ) -> None:
        self.tree = tree
        self.root = "/".join(part for part in (within, tree.root) if part)
        """What the ids begin with, before a colon."""
        self.folded = folded
        self.kind = kind
        self.digest = digest
        self.shown = shown
        self._parts = {main.block.address: main.parts for main in folded.mains}

    def of(self, block: Block) -> "BlockSource":
        """Return the `Source` that the form of one block is built with."""
        return BlockSource(self, block)

    def parts(self, address: str) -> Parts:
        """Return what is folded into a main block; empty where it is not one."""
        return self._parts.get(address, {})


class BlockSource:
    """The `Source` of one block."""

    def __init__(self, surroundings: Surroundings, block: Block) -> None:
        self._all = surroundings
        self._provider = surroundings.tree.provider(block)

    @property
    def account(self) -> Maybe[str]:
        """The one account that the block's provider allows."""
        allowed = self._provider.get("allowed_account_ids") if self._provider is not None else None
        if isinstance(allowed, Unknown):
            return allowed
        if isinstance(allowed, list) and len(allowed) == 1 and isinstance(allowed[0], str | Unknown):
            return allowed[0]
        return NO_ACCOUNT

    @property
    def region(self) -> Maybe[str | None]:
        """The region of the block's provider; None where it is left to the environment."""
        return self._provider.get("region") if self._provider is not None else None

    def id(self, address: str) -> str:
        """Return the inventory's id of an address."""
        root = self._all.root
        return f"{root}:{address}" if root else address

    def find(self, address: str) -> Block | None:
        """Return another block of the same tree."""
        return self._all.tree.find(address)

    def blocks(self, terraform_type: str) -> list[Block]:
        """Return every block of a type under the same provider configuration."""
        every = self._all.folded.owners.blocks(terraform_type)
        return [block for block in every if self._all.tree.provider(block) is self._provider]

    def certain(self, block: Block) -> Block | Unknown:
        """Return a block, `Unknown` where it is not known whether it will be there."""
        return certain(block)

    def parts(self, address: str) -> Parts:
        """Return what is folded into another main block."""
        return self._all.parts(address)

    def owners(self, terraform_type: str, block: Block, argument: str) -> Maybe[tuple[str, ...]]:
        """Return the addresses of the blocks that an argument names; none of this tree is an empty tuple."""
        owned = self._all.folded.owners.named_by(terraform_type, block, argument)
        if owned.possible:
            return Unknown(f"{argument} is not known: {owned.reason}", owned.refs)
        return owned.known

    def resource(self, block: Block, of: ResourceType, *, parts: Parts | None = None, **fields: Any) -> Resource:
        """Return a resource with its identity, origin, name, provider, region and tags filled in, `fields` added."""
        where = block.where
        tags = fields["tags"] if "tags" in fields else self._tags(block)
        common: dict[str, Any] = {
            "id": self.id(block.address),
            "type": of.name,
            "origin": Origin(
                kind=self._all.kind, file=self._all.shown(where.file), line=where.line, end_line=where.end_line
            ),
            "name": _name(block, tags),
            "provider": of.name.partition(".")[0],
            "account": _text(self.account),
            "region": _text(self.region),
            "tags": tags,
            "observations": self._observations(block, parts),
        }
        shown = self._all.shown
        given = fields.get("lines", {})
        lines = {path: Lines(shown(at.file), at.line, at.end_line) for path, at in given.items()}
        left_out = {path: at.left_out for path, at in given.items() if isinstance(at, Missing)}
        return Resource(**{**common, **fields, "lines": lines, "left_out": left_out})

    def _observations(self, block: Block, parts: Parts | None) -> tuple[Observation, ...]:
        """One reading for each file that has a say in the resource."""
        files = {block.where.file}
        for folded in (parts or {}).values():
            files.update(part.where.file for part in folded if not isinstance(part, Unknown))
        digests = (self._all.digest(file) for file in sorted(files))
        return tuple(Observation(call="file", digest=digest) for digest in dict.fromkeys(digests))

    def _tags(self, block: Block) -> Maybe[dict[str, Any] | None]:
        """The block's tags over the provider's `default_tags`."""
        every = block.get("tags_all")
        if isinstance(every, dict):
            return dict(sorted(every.items()))
        own = block.get("tags", {})
        if isinstance(own, Unknown):
            return own
        tags: dict[str, Any] = {}
        for defaults in self._provider.blocks("default_tags") if self._provider is not None else ():
            values = defaults if isinstance(defaults, Unknown) else defaults.get("tags", {})
            if isinstance(values, Unknown):
                return values
            tags.update(values if isinstance(values, dict) else {})
        tags.update(own if isinstance(own, dict) else {})
        return dict(sorted(tags.items()))


def _name(block: Block, tags: Any) -> str:
    """The name people know it by: its own argument, its `Name` tag, else the label in the code."""
    for value in (block.get("name"), tags.get("Name") if isinstance(tags, dict) else None):
        if isinstance(value, str):
            return value
    return block.name


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
