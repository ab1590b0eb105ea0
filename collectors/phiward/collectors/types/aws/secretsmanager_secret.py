"""Secrets of Secrets Manager. Calls `secretsmanager:ListSecrets`, `GetResourcePolicy` and `kms:DescribeKey`.

No secret is ever read: the listing tells names, dates and rotation. A secret is always encrypted; without a key of the
organisation's, under AWS's own (`alias/aws/secretsmanager`), which everybody may use who may read the secret.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws.answers import live, moment, tags_of
from phiward.collectors.types.aws.arguments import number
from phiward.collectors.types.aws.kms_keys import named_key, owner_of, under_kms
from phiward.collectors.types.aws.policies import policy_argument
from phiward.collectors.types.aws.resource_policies import policy_exposure
from phiward.inventory.aspects import EncryptionAtRest, Exposure
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.iam import PolicyDocument
from phiward.inventory.iam_parse import parse_policy
from phiward.inventory.model import Maybe, Resource, Unknown

_LATER = Unknown("known once it is made")


class SecretConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only secrets have."""

    rotation_enabled: Maybe[bool]
    """It is replaced by a new one by itself."""
    rotation_days: Maybe[int | None] = None
    """Days between two rotations. None: it does not rotate, or not by a number of days."""
    rotation_due: Maybe[str | None] = None
    """Until when it should have been rotated (a time): its days after the last rotation, or after it was made, to the
    end of that day, since rotation may start at any hour of it. None where it does not rotate."""
    replica: Maybe[bool] = False
    """It is a copy of a secret of another region, which is where it rotates."""
    owner: Maybe[str | None] = None
    """The AWS service that manages it (`rds`). None: nobody but the organisation."""
    created: Maybe[str | None] = None
    """When it was made (a time)."""
    last_changed: Maybe[str | None] = None
    """When it, or what is written about it, was last changed (a time). None: not since it was made."""
    last_accessed: Maybe[str | None] = None
    """The day it was last read in this region (a time). None: never."""


TYPE = ResourceType(
    name="aws.secretsmanager.secret",
    title="Secret",
    aspects=(EncryptionAtRest, Exposure),
    config=SecretConfig,
    relations={"encrypts_with": Relation("the KMS key that it is encrypted with", ("aws.kms.key",))},
    stores_data=True,
)


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """List the secrets of the region that are not scheduled for deletion."""
    return aws.pages("secretsmanager", "list_secrets", "SecretList")


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Ask who may read it, and normalize."""
    identity, key = item["ARN"], item.get("KmsKeyId")
    rotates = bool(item.get("RotationEnabled"))
    days = (item.get("RotationRules") or {}).get("AutomaticallyAfterDays")
    primary = item.get("PrimaryRegion")
    return live(
        aws,
        TYPE,
        identity,
        name=item["Name"],
        tags=tags_of(item.get("Tags") or ()),
        encryption_at_rest=under_kms(True, owner_of(aws, key) if key else "managed", key),
        exposure=policy_exposure(_policy(aws, identity), aws.account),
        config=SecretConfig(
            rotation_enabled=rotates,
            rotation_days=days if rotates else None,
            rotation_due=_due(item, days) if rotates else None,
            replica=bool(primary) and primary != aws.region,
            owner=item.get("OwningService"),
            created=moment(item.get("CreatedDate")),
            last_changed=moment(item.get("LastChangedDate")),
            last_accessed=moment(item.get("LastAccessedDate")),
        ),
        relations={"encrypts_with": (key,) if key else ()},
    )


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the secret that an `aws_secretsmanager_secret` block makes, with its policy and rotation."""
    owner, key = named_key(block, "kms_key_id", source)
    rotation: Block | Unknown | None = next(iter(parts.get("aws_secretsmanager_secret_rotation", [])), None)
    policy, holder = _code_policy(block, parts, source)
    later: Maybe[str | None] = rotation if isinstance(rotation, Unknown) else _LATER if rotation else None
    relation: Maybe[tuple[str, ...]] = key if isinstance(key, Unknown) else (key,) if key else ()
    return source.resource(
        block,
        TYPE,
        parts=parts,
        encryption_at_rest=under_kms(True, owner, key),
        exposure=policy_exposure(policy, source.account),
        config=SecretConfig(
            rotation_enabled=rotation if isinstance(rotation, Unknown) else rotation is not None,
            rotation_days=_days(rotation),
            rotation_due=later,
            created=_LATER,
            last_changed=_LATER,
            last_accessed=_LATER,
        ),
        relations={"encrypts_with": relation},
        lines={"encryption_at_rest": block.lines("kms_key_id"), "exposure": holder.lines("policy")},
    )


def _due(item: dict[str, Any], days: int | None) -> Maybe[str | None]:
    last = item.get("LastRotatedDate") or item.get("CreatedDate")
    if days is None or last is None:
        return moment(item.get("NextRotationDate")) or Unknown("Secrets Manager tells no day of the next rotation")
    since = datetime.fromisoformat(last) if isinstance(last, str) else last
    day = (since.astimezone(UTC) + timedelta(days=days)).date()
    return f"{day}T23:59:59Z"


def _policy(aws: Aws, identity: str) -> Maybe[PolicyDocument | None]:
    answer = aws.ask("secretsmanager", "get_resource_policy", fills=("exposure",), SecretId=identity)
    if answer is None or isinstance(answer, Unknown):
        return answer
    written = answer.get("ResourcePolicy")
    return parse_policy(written) if written else None


def _days(rotation: Block | Unknown | None) -> Maybe[int | None]:
    if rotation is None or isinstance(rotation, Unknown):
        return rotation
    for rules in rotation.blocks("rotation_rules"):
        return rules if isinstance(rules, Unknown) else number(rules, "automatically_after_days", None)
    return None


def _code_policy(block: Block, parts: Parts, source: Source) -> tuple[Maybe[PolicyDocument | None], Block]:
    for part in parts.get("aws_secretsmanager_secret_policy", []):
        return (part, block) if isinstance(part, Unknown) else (policy_argument(part, "policy", source), part)
    return policy_argument(block, "policy", source), block


TERRAFORM = (
    Form(
        main="aws_secretsmanager_secret",
        build=from_terraform,
        parts={"aws_secretsmanager_secret_policy": "secret_arn", "aws_secretsmanager_secret_rotation": "secret_id"},
        identified_by=("arn", "id", "name"),
    ),
)
