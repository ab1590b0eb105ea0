"""Resource types and resources that the inventory's tests share."""

from typing import Any, Literal

from msgspec import Struct

from phiward.inventory.aspects import EncryptionAtRest, Exposure, Network, Patching
from phiward.inventory.catalog import ResourceType
from phiward.inventory.iam import PolicyDocument
from phiward.inventory.unknown import Maybe


class Window(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """When something runs."""

    day: Maybe[Literal["monday", "sunday"] | None] = None
    """The day of the week."""
    minutes: Maybe[int] = 0
    """How long, in minutes."""


class BucketConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only buckets have."""

    policy: Maybe[PolicyDocument | None]
    """The bucket policy. None: there is none."""
    acl: Maybe[tuple[Maybe[str], ...]] = ()
    """The canned ACLs."""
    windows: Maybe[tuple[Maybe[Window], ...]] = ()
    labels: Maybe[dict[str, Maybe[str]]] = {}
    limits: Maybe[dict[str, Maybe[Window]]] = {}
    extra: Maybe[Any] = None


BUCKET = ResourceType(
    name="aws.s3.bucket",
    title="S3 bucket",
    aspects=(EncryptionAtRest, Exposure, Network),
    config=BucketConfig,
    relations={"logging_destination": "the bucket its access log goes to"},
    stores_data=True,
)
HOST = ResourceType(name="host.linux", title="Linux host", aspects=(Patching,))
