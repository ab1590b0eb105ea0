"""The catalog of resource types: what each has, and what a control may therefore ask of it."""

from msgspec import Struct

from phiward.inventory.aspects import Aspect


class ResourceType(Struct, frozen=True, kw_only=True):
    """One resource type, declared once by the module that reads it."""

    name: str
    """`provider.service.thing`, lower case: `aws.s3.bucket`."""
    title: str
    """What people call one of it: `S3 bucket`."""
    aspects: tuple[type[Aspect], ...]
    """The aspects that every resource of the type fills (with `Unknown` where it could not see)."""
    config: type[Struct] | None = None
    """The struct of what only this type has."""
    relations: dict[str, str] = {}
    """Name of a relation to what it means."""
    stores_data: bool = False
    """It may hold ePHI itself: a bucket, a database, a volume, a log."""
