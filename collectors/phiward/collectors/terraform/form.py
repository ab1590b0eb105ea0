"""How a resource type says what its Terraform form is."""

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from msgspec import Struct

from phiward.collectors.terraform.block import Block, Parts
from phiward.inventory.catalog import ResourceType
from phiward.inventory.model import Maybe, Resource


class Source(Protocol):
    """Where a block came from, and what is known of its surroundings."""

    @property
    def account(self) -> Maybe[str]:
        """The account that the tree is applied to: the one that its provider allows (`allowed_account_ids`)."""
        ...

    @property
    def region(self) -> Maybe[str | None]:
        """The region of the block's provider, where it is set."""
        ...

    def id(self, address: str) -> str:
        """Return the inventory's id of an address: the address itself, after `ROOT:` below the scanned folder."""
        ...

    def find(self, address: str) -> Block | None:
        """Return another block of the same tree (a referenced policy document, a referenced key)."""
        ...

    def blocks(self, terraform_type: str) -> list[Block]:
        """Return every block of a type in the same tree under the same provider (so of one account and region).

        It is how a setting of a whole region (`aws_ebs_encryption_by_default`) reaches what it governs.
        """
        ...

    def parts(self, address: str) -> Parts:
        """Return what is folded into another main block (a group's policies), empty where it is not one."""
        ...

    def owners(self, terraform_type: str, block: Block, argument: str) -> Maybe[tuple[str, ...]]:
        """Return the addresses of the blocks of a type that an argument names, by reference or by known name."""
        ...

    def resource(self, block: Block, of: ResourceType, *, parts: Parts | None = None, **fields: Any) -> Resource:
        """Return a `Resource` with identity, origin, name, provider, region and tags filled, and `fields` added."""
        ...


class Form(Struct, frozen=True, kw_only=True):
    """The Terraform form of a resource type. A type module lists its forms in `TERRAFORM`."""

    main: str
    """The Terraform type that makes the resource: `aws_s3_bucket`."""
    build: Callable[[Block, Parts, Source], Resource]
    """Normalize one block with its parts."""
    parts: dict[str, str] = {}
    """Types folded into it, with the argument that names the owner: `{"aws_s3_bucket_versioning": "bucket"}`.

    A part whose owner cannot be known counts, as an `Unknown`, for every main block that it may belong to (see
    `Parts`): what it would have decided is `Unknown` there, unless a part that surely belongs has already decided it.
    """
    identified_by: tuple[str, ...] = ("id", "arn", "name")
    """The attributes of the main block that parts may name it by: `("bucket", "id", "arn")`."""


class Within(Struct, frozen=True, kw_only=True):
    """Resources of a type that are declared inside the block of another: the volumes of an instance.

    A type module lists them in `TERRAFORM_WITHIN`. Each is a resource of its own, as the live account lists it, with an
    id below that of the block (`aws_instance.web/root`) and its own lines.
    """

    main: str
    """The Terraform type whose block declares them; another type module has its form."""
    build: Callable[[Block, Parts, Source], Iterable[Resource]]
    """Normalize what one block, with the parts of its form, declares."""
