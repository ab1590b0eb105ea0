"""An evaluated Terraform block, as the type modules read it: from HCL or from a plan, they see no difference."""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from phiward.inventory.model import Lines, Unknown

__all__ = ["Block", "Lines", "Unknown"]


class Block(Protocol):
    """A resource, data source or nested block whose expressions have been evaluated.

    Values are plain Python (str, int, float, bool, list, dict); any of them, or any leaf within, may be `Unknown`.
    Terraform treats `null` as *argument not set*: both come back as the default.
    """

    @property
    def address(self) -> str:
        """`module.db[0].aws_db_instance.main["a"]`; of a nested block, the address of its resource."""
        ...

    @property
    def type(self) -> str:
        """`aws_db_instance`; of a nested block, its name (`ingress`)."""
        ...

    @property
    def name(self) -> str:
        """The resource's label (`main`)."""
        ...

    @property
    def where(self) -> Lines:
        """The lines of the whole block."""
        ...

    def get(self, name: str, default: Any = None) -> Any:
        """Return an argument's value, `Unknown` where it cannot be known, or `default` where it is not set."""
        ...

    def blocks(self, name: str) -> list["Block | Unknown"]:
        """Return the nested blocks of that name, `dynamic` ones expanded.

        An `Unknown` in the list stands for any number of blocks that could not be seen.
        """
        ...

    def lines(self, name: str) -> Lines:
        """Return the lines of an argument or of the first nested block of that name; else of the whole block."""
        ...

    def references(self, name: str) -> tuple[str, ...]:
        """Return the absolute addresses of the resources that an argument's expression refers to, in order.

        `kms_key_id = aws_kms_key.ephi.arn` gives `("aws_kms_key.ephi",)`, with module paths and instance keys resolved
        where they can be.
        """
        ...


Parts = Mapping[str, list[Block | Unknown]]
"""The blocks folded into a resource: Terraform type to the blocks of it (`aws_s3_bucket_versioning`).

An `Unknown` stands for a part whose owner could not be known: it may or may not belong here.
"""


class Tree(Protocol):
    """All evaluated resource blocks of one root module."""

    @property
    def root(self) -> str:
        """The root module's folder below the scanned one (POSIX); empty where it is the scanned one."""
        ...

    def resources(self) -> Iterator[Block]:
        """Yield every managed resource instance, modules included."""
        ...

    def types(self) -> set[str]:
        """Return the Terraform types of its managed resources, and perhaps of some that will not be there."""
        ...

    def find(self, address: str) -> Block | None:
        """Return a resource or data source (`data.aws_kms_alias.s3`) by its address, instance keys included."""
        ...

    def provider(self, block: Block) -> Block | None:
        """Return the evaluated `provider` block that a resource uses; None where there is none.

        The same provider configuration is the same object.
        """
        ...
