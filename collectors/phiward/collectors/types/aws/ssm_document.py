"""Systems Manager documents of the account's own. Calls `ssm:ListDocuments` and `ssm:DescribeDocumentPermission`.

What a document says is never read: it may hold commands with names and passwords in them.
"""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws.answers import arn, live, tags_of
from phiward.collectors.types.aws.arguments import text
from phiward.inventory.aspects import Exposure
from phiward.inventory.catalog import ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown

_EVERYBODY = "all"


class DocumentConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only documents have."""

    kind: Maybe[str | None]
    """`Command`, `Automation`, `Session`, `Package`, ..."""


TYPE = ResourceType(
    name="aws.ssm.document", title="Systems Manager document", aspects=(Exposure,), config=DocumentConfig
)


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """List the documents that the account owns: not AWS's own, and not those that others share with it."""
    own = [{"Key": "Owner", "Values": ["Self"]}]
    return aws.pages("ssm", "list_documents", "DocumentIdentifiers", Filters=own)


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Ask with whom one document is shared, and normalize."""
    name = item["Name"]
    identity = name if name.startswith("arn:") else arn(aws, "ssm", f"document/{name}")
    answer = aws.ask("ssm", "describe_document_permission", fills=("exposure",), Name=name, PermissionType="Share")
    accounts: Maybe[tuple[str, ...]]
    more: Unknown | None = None
    if isinstance(answer, Unknown):
        accounts = answer
    else:
        accounts = tuple((answer or {}).get("AccountIds") or ())
        if (answer or {}).get("NextToken"):
            more = Unknown("ssm:DescribeDocumentPermission has more pages than the first")
    return live(
        aws,
        TYPE,
        identity,
        name=name,
        tags=tags_of(item.get("Tags") or ()),
        exposure=_exposure(accounts, more),
        config=DocumentConfig(kind=item.get("DocumentType")),
    )


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the document that an `aws_ssm_document` block makes, with its `permissions`."""
    permissions = block.get("permissions")
    accounts: Maybe[tuple[str, ...]] = ()
    if isinstance(permissions, Unknown):
        accounts = permissions
    elif isinstance(permissions, dict):
        named = permissions.get("account_ids") or ""
        accounts = (
            named if isinstance(named, Unknown) else tuple(each.strip() for each in str(named).split(",") if each)
        )
    return source.resource(
        block,
        TYPE,
        parts=parts,
        exposure=_exposure(accounts, None),
        config=DocumentConfig(kind=text(block, "document_type", None)),
        lines={"exposure": block.lines("permissions")},
    )


def _exposure(accounts: Maybe[tuple[str, ...]], more: Unknown | None) -> Exposure:
    """Return the exposure of what is shared with accounts, `all` among them for everybody."""
    if isinstance(accounts, Unknown):
        return Exposure(public=accounts, ways=accounts, shared_with=accounts)
    known = tuple(sorted(each for each in accounts if each.lower() != _EVERYBODY))
    shared: Maybe[tuple[str, ...]] = more or known
    if len(known) < len(accounts):
        return Exposure(public=True, ways=("shared-document",), shared_with=shared)
    return Exposure(public=more or False, ways=more or (), shared_with=shared)


TERRAFORM = (Form(main="aws_ssm_document", build=from_terraform, identified_by=("name", "id", "arn")),)
