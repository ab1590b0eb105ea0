"""The third state of a value."""

from typing import TypeAlias, TypeVar

from msgspec import Struct

T = TypeVar("T")


class Unknown(Struct, frozen=True):
    """A value that could not be seen. It is never guessed and never passes silently."""

    reason: str
    """Why, in words a reader can act on: `access denied: s3:GetBucketPolicy`, `var.cidr has no value`."""
    refs: tuple[str, ...] = ()
    """The references that would decide it (`aws_kms_key.ephi.arn`), where the source is code. Not kept on the wire."""


Maybe: TypeAlias = T | Unknown
