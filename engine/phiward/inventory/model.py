"""The normal form that every collector fills and every control reads.

A value is in one of three states: *known*; *absent* (`None`: the target said there is none); `Unknown` (we could
not see it, and say why). A field whose type does not admit `None` must be stated: leaving it out, or giving it a
value of another shape, is read as unknown, never as a pass.
"""

from enum import StrEnum
from typing import Any, NamedTuple, TypeAlias, TypeVar

from msgspec import Struct

from phiward.inventory.aspects import (
    Authentication,
    Authorization,
    Backup,
    EncryptionAtRest,
    EncryptionInTransit,
    Exposure,
    Integrity,
    Logging,
    MalwareProtection,
    Monitoring,
    Network,
    Patching,
    Record,
    Resilience,
)
from phiward.inventory.unknown import Maybe, Unknown

__all__ = [
    "CollectionGap",
    "Found",
    "Lines",
    "Maybe",
    "Need",
    "Observation",
    "Origin",
    "OriginKind",
    "Resource",
    "Unknown",
    "WaiverComment",
]

T = TypeVar("T")


class OriginKind(StrEnum):
    """What kind of source a resource was read from."""

    LIVE = "live"
    TERRAFORM = "terraform"
    TERRAFORM_PLAN = "terraform-plan"
    CLOUDFORMATION = "cloudformation"
    KUBERNETES = "kubernetes"
    HOST = "host"
    RECORD = "record"


class Lines(NamedTuple):
    """A range of lines of a file: the path as scanned (POSIX, relative), first and last line, from 1."""

    file: str
    line: int
    end_line: int


class LeftOut(NamedTuple):
    """An argument that the code does not set, and the provider's default that counts in its place (None: not told)."""

    argument: str
    default: str | int | float | bool | None = None


class Origin(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a resource was read: the kind of source, and the lines that declare it where there are any."""

    kind: OriginKind
    file: str | None = None
    line: int | None = None
    end_line: int | None = None


class Observation(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One reading of the outside world: which call or file, when, as whom, and the digest of the raw answer."""

    call: str
    """What was asked: an API action (`s3:GetBucketEncryption`), `file`, or a section of the host probe (`sshd`).

    What a query or snapshot of AWS Config tells (`config:SelectResourceConfig`), it had recorded at the time `at`.
    """
    fills: tuple[str, ...] = ()
    """The paths of the resource that this reading gave: `encryption_at_rest`, `config.policy`. Empty: all of it."""
    at: str | None = None
    """When, as `YYYY-MM-DDTHH:MM:SSZ`. Left out for files, whose digest says which state was read."""
    principal: str | None = None
    """As whom: the caller's ARN, a user name."""
    request_id: str | None = None
    """The service's own id of the request, to be found again in the account's own audit trail."""
    digest: str | None = None
    """`sha256:` and 64 hexadecimal digits, over the raw answer as received."""


class Resource(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that the law's questions can be asked of, with the aspects that its type really has."""

    id: str
    """Stable and unique within an inventory: an ARN, a Terraform address, `host:NAME`."""
    type: str
    """The resource type: `aws.s3.bucket`, `host.linux`."""
    origin: Origin
    name: str | None = None
    """The name people know it by."""
    provider: str | None = None
    """`aws`, `azure`, `linux`, ..."""
    account: str | None = None
    """The account, subscription or project that owns it."""
    region: str | None = None
    """The region it lives in; `None` where it is global or not declared."""
    tags: Maybe[dict[str, str] | None] = None
    """Tags or labels; `None` where the type has none."""
    sensitive_data: Maybe[bool | None] = None
    """A service that looks for sensitive data (Amazon Macie) found some in it; `None` where none has looked."""

    encryption_at_rest: Maybe[EncryptionAtRest | None] = None
    encryption_in_transit: Maybe[EncryptionInTransit | None] = None
    exposure: Maybe[Exposure | None] = None
    authentication: Maybe[Authentication | None] = None
    authorization: Maybe[Authorization | None] = None
    logging: Maybe[Logging | None] = None
    patching: Maybe[Patching | None] = None
    malware_protection: Maybe[MalwareProtection | None] = None
    backup: Maybe[Backup | None] = None
    resilience: Maybe[Resilience | None] = None
    integrity: Maybe[Integrity | None] = None
    network: Maybe[Network | None] = None
    monitoring: Maybe[Monitoring | None] = None
    record: Maybe[Record | None] = None

    config: Struct | dict[str, Any] | None = None
    """What only this type has: the struct that its `ResourceType` declares, or, read back from an inventory by somebody
    who does not know that struct, the same as a plain mapping."""
    relations: dict[str, Maybe[tuple[str, ...]]] = {}
    """Name of the relation to the ids it leads to. An id that is not in the inventory was not collected."""
    observations: tuple[Observation, ...] = ()
    """The readings this was made from."""
    lines: dict[str, Lines] = {}
    """Path to the lines of code that decided it, where the source is code. The longest prefix of a path counts."""
    left_out: dict[str, LeftOut] = {}
    """Those paths of `lines` that an argument would decide which the code leaves out: its default decides."""


class CollectionGap(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that was to be read and could not be: a denied listing, a silent region, a malformed file."""

    source: str
    """The collector: `aws`, `terraform`, `host`."""
    where: str
    """The place: a region with its account, a file, a host."""
    reason: str
    """What happened, and what would help."""
    types: tuple[str, ...] = ()
    """The resource types that may be missing because of it. Empty: any."""
    call: str | None = None
    """The API action, where it was one."""
    line: int | None = None
    """The line of the file, where it was one."""


class WaiverComment(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A comment in code that asks for a fail of a resource to be accepted, as it is written; nothing of it is judged.

    What is written as data where a format has no comments (`Metadata`, an annotation) is one too.
    """

    resource: str
    """The id of the resource at which it stands; empty where it stands at none."""
    type: str = ""
    """The resource's type."""
    tool: str
    """Whose it is: `phiward`, `checkov`, `trivy` (also tfsec's), `kics`, `cfn_nag`, `guard`."""
    text: str
    """What follows the tool's sign: `waive CONTROL until=2027-03-01 reason="…"`, `CKV_AWS_18:reason`."""
    file: str
    line: int
    digest: str
    """`sha256:` and 64 hexadecimal digits, over the line as written."""
    owners: tuple[str, ...] = ()
    """Who owns the file, by CODEOWNERS."""
    owners_at: str | None = None
    """The line that says so: `.github/CODEOWNERS:3`."""


Found: TypeAlias = Resource | CollectionGap | WaiverComment
"""What a collector may yield."""

Need: TypeAlias = dict[str, frozenset[str]]
"""What the selected controls read: resource type to the paths (`encryption_at_rest.enabled`, `config.policy`).

Collectors ask for nothing else. A type that is missing is not needed at all.
"""

Raw: TypeAlias = Any
"""An answer as received. It lives only between a collector's *read* and its *normalize*."""
