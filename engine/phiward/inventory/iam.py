"""IAM policy documents in one normal form, and the questions asked of them.

The grammar is the one AWS documents under *IAM JSON policy elements reference*. Everything a policy may leave out or
write in two ways (one string or a list, `"AWS": "*"` or `"*"`) is made one here, so that questions have one answer.
"""

from msgspec import Struct

from phiward.inventory.unknown import Maybe


class Condition(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One test of a statement's `Condition` block."""

    operator: str
    """`StringEquals`, `Bool`, `ForAllValues:StringLike`, ..."""
    key: str
    """The condition key, lower case: `aws:securetransport`."""
    values: Maybe[tuple[Maybe[str], ...]]


class Statement(Struct, frozen=True, kw_only=True, omit_defaults=True, cache_hash=True):
    """One statement. An element the policy leaves out is None; a wildcard stays as written."""

    effect: Maybe[str]
    """`Allow` or `Deny`."""
    sid: Maybe[str | None] = None
    principals: Maybe[tuple[Maybe[str], ...] | None] = None
    """`*`, an account id or ARN, `service:NAME`, `federated:NAME`, `canonical:ID`."""
    not_principals: Maybe[tuple[Maybe[str], ...] | None] = None
    actions: Maybe[tuple[Maybe[str], ...] | None] = None
    """Lower case, since IAM compares them so: `s3:getobject`."""
    not_actions: Maybe[tuple[Maybe[str], ...] | None] = None
    resources: Maybe[tuple[Maybe[str], ...] | None] = None
    not_resources: Maybe[tuple[Maybe[str], ...] | None] = None
    conditions: Maybe[tuple[Condition, ...]] = ()


class PolicyDocument(Struct, frozen=True, kw_only=True, omit_defaults=True, cache_hash=True):
    """A whole policy. An `Unknown` among the statements stands for any number that could not be seen."""

    statements: Maybe[tuple[Maybe[Statement], ...]]
    version: Maybe[str | None] = None
