"""KMS keys. Calls `kms:ListKeys`, `kms:DescribeKey`, and others where they are needed; `tag:GetResources` for all tags.

Keys that AWS manages for its services (`alias/aws/...`) are listed too, since things are encrypted with them; their
policy and their yearly rotation are AWS's and cannot be changed, so they are not asked about.
"""

from collections.abc import Iterator
from typing import Any, Literal

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws.answers import NOT_NEEDED, listed, live, tagged, tags_among
from phiward.collectors.types.aws.arguments import flag, number, text, texts
from phiward.collectors.types.aws.kms_enclaves import ACCOUNT_ALONE, EnclaveUse, Grant, enclave_use
from phiward.collectors.types.aws.policies import policy_argument
from phiward.collectors.types.aws.resource_policies import policy_exposure
from phiward.inventory.aspects import Exposure
from phiward.inventory.catalog import ResourceType
from phiward.inventory.iam import PolicyDocument
from phiward.inventory.iam_parse import parse_policy
from phiward.inventory.model import Maybe, Resource, Unknown

SYMMETRIC = "SYMMETRIC_DEFAULT"


class KeyConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only KMS keys have."""

    manager: Maybe[Literal["customer", "managed"]]
    """Whose it is: the organisation's own, or one that AWS manages for a service."""
    state: Maybe[str]
    """`enabled`, `disabled`, `pending_deletion`, `pending_import`, `unavailable`, ..."""
    pending_deletion: Maybe[bool]
    """It is going to be deleted, and with it what it encrypted."""
    rotation_enabled: Maybe[bool | None]
    """New key material is made by itself. None where it cannot be turned on: AWS's own keys, asymmetric and HMAC keys,
    imported material, key stores of one's own, and keys that are pending deletion."""
    rotation_days: Maybe[int | None] = None
    """Days between two rotations. None where it does not rotate."""
    spec: Maybe[str]
    """`SYMMETRIC_DEFAULT`, `RSA_2048`, `HMAC_256`, ..."""
    multi_region: Maybe[bool] = False
    aliases: Maybe[tuple[str, ...]] = ()
    policy: Maybe[PolicyDocument | None] = None
    """The key policy. None for AWS's own keys."""
    enclave: Maybe[EnclaveUse | None] = None
    """How it is bound to Nitro Enclaves. None where no enclave uses it, or it is not enabled."""


TYPE = ResourceType(name="aws.kms.key", title="KMS key", aspects=(Exposure,), config=KeyConfig)


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """List the keys of the region, with the tags of all of them."""
    tags: Maybe[dict[str, Maybe[dict[str, str]]]] | None = None
    for key in aws.pages("kms", "list_keys", "Keys"):
        if tags is None:
            tags = tagged(aws, "kms:key", fills=("tags", "config.enclave"))
        yield {**key, "tags": tags_among(tags, key["KeyArn"])}


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Ask about one key, and normalize."""
    identity, arn = item["KeyId"], item["KeyArn"]
    described = aws.ask("kms", "describe_key", fills=(), KeyId=arn)
    if not isinstance(described, dict):
        unseen = described or Unknown("kms:DescribeKey finds no such key")
        config = KeyConfig(
            manager=unseen,
            state=unseen,
            pending_deletion=unseen,
            rotation_enabled=unseen,
            rotation_days=unseen,
            spec=unseen,
            multi_region=unseen,
            aliases=_aliases(aws, identity),
            policy=unseen,
            enclave=unseen,
        )
        return live(
            aws,
            TYPE,
            arn,
            name=identity,
            tags=unseen,
            exposure=Exposure(public=unseen, shared_with=unseen),
            config=config,
        )
    key = described["KeyMetadata"]
    customer = key.get("KeyManager") != "AWS"
    aliases = _aliases(aws, identity)
    policy = _policy(aws, arn) if customer else None
    enabled, days = _rotation(aws, key) if customer else (None, None)
    tags = item["tags"] if customer else {}
    return live(
        aws,
        TYPE,
        arn,
        name=aliases[0] if not isinstance(aliases, Unknown) and aliases else identity,
        tags=tags,
        exposure=policy_exposure(policy, aws.account),
        config=KeyConfig(
            manager="customer" if customer else "managed",
            state=_snake(key["KeyState"]),
            pending_deletion=key["KeyState"] in {"PendingDeletion", "PendingReplicaDeletion"},
            rotation_enabled=enabled,
            rotation_days=days,
            spec=key.get("KeySpec", SYMMETRIC),
            multi_region=key.get("MultiRegion", False),
            aliases=aliases,
            policy=policy,
            enclave=_enclave(aws, key, policy, words(tags, aliases, key.get("Description", "")))
            if customer and key["KeyState"] == "Enabled"
            else None,
        ),
    )


def words(tags: Maybe[dict[str, str]], aliases: Maybe[tuple[str, ...]], description: Maybe[str]) -> list[Maybe[str]]:
    """Return what people have written about a key."""
    found: list[Maybe[str]] = [description]
    found += [tags] if isinstance(tags, Unknown) else [text for pair in tags.items() for text in pair]
    found += [aliases] if isinstance(aliases, Unknown) else aliases
    return found


def _enclave(
    aws: Aws, key: dict[str, Any], policy: Maybe[PolicyDocument | None], said: list[Maybe[str]]
) -> Maybe[EnclaveUse | None]:
    """Grants are asked only of keys of enclaves."""
    if not aws.needs("config.enclave"):
        return Unknown(NOT_NEEDED)
    use = enclave_use(policy, said, ())
    if use is None or isinstance(use, Unknown):
        return use
    given = listed(aws, "kms", "list_grants", "Grants", fills=("config.enclave.bypasses",), KeyId=key["Arn"])
    grants = (
        given
        if isinstance(given, Unknown)
        else tuple(Grant(each["GrantId"], tuple(each.get("Operations", ()))) for each in given)
    )
    return enclave_use(policy, said, grants)


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Normalize an `aws_kms_key`, or a replica or external key."""
    store = text(block, "custom_key_store_id", None)
    rotates = block.type == "aws_kms_key" and (store is None or isinstance(store, Unknown))
    spec = text(block, "customer_master_key_spec", SYMMETRIC) if block.type == "aws_kms_key" else SYMMETRIC
    rotation: Maybe[bool | None] = None
    if rotates:
        rotation = flag(block, "enable_key_rotation", False) if spec == SYMMETRIC else None
        rotation = next((each for each in (spec, store) if isinstance(each, Unknown)), rotation)
    days: Maybe[int | None] = number(block, "rotation_period_in_days", 365)
    if isinstance(rotation, Unknown) or not rotation:
        days = rotation if isinstance(rotation, Unknown) else None
    enabled = flag(block, "enabled" if "external" in block.type or "replica" in block.type else "is_enabled", True)
    policy, holder = _coded_policy(block, parts, source)
    aliases, tags = _coded_aliases(parts), block.get("tags")
    return source.resource(
        block,
        TYPE,
        parts=parts,
        exposure=policy_exposure(policy, source.account),
        config=KeyConfig(
            manager="customer",
            state=enabled if isinstance(enabled, Unknown) else "enabled" if enabled else "disabled",
            pending_deletion=False,
            rotation_enabled=rotation,
            rotation_days=days,
            spec=spec,
            multi_region="replica" in block.type or flag(block, "multi_region", False),
            aliases=aliases,
            policy=policy,
            enclave=enclave_use(
                # Without a policy, AWS lets in the account, by `kms:*`: nothing demands attestation.
                ACCOUNT_ALONE if policy is None else policy,
                words(tags if isinstance(tags, dict | Unknown) else {}, aliases, text(block, "description", "")),
                _coded_grants(parts, source),
            ),
        ),
        lines={
            "exposure": holder.lines("policy"),
            "config.policy": holder.lines("policy"),
            "config.enclave": holder.lines("policy"),
            "config.rotation_enabled": block.lines("enable_key_rotation"),
            "config.rotation_days": block.lines("rotation_period_in_days"),
        },
    )


def _policy(aws: Aws, arn: str) -> Maybe[PolicyDocument | None]:
    answer = aws.ask(
        "kms", "get_key_policy", fills=("exposure", "config.policy", "config.enclave"), KeyId=arn, PolicyName="default"
    )
    return answer if answer is None or isinstance(answer, Unknown) else parse_policy(answer["Policy"])


def _rotation(aws: Aws, key: dict[str, Any]) -> tuple[Maybe[bool | None], Maybe[int | None]]:
    """Return whether a customer's key rotates, and after how many days."""
    rotates = key.get("KeySpec", SYMMETRIC) == SYMMETRIC and key.get("Origin", "AWS_KMS") == "AWS_KMS"
    if not rotates or key["KeyState"] in {"PendingDeletion", "PendingReplicaDeletion"}:
        return None, None
    answer = aws.ask(
        "kms",
        "get_key_rotation_status",
        fills=("config.rotation_enabled", "config.rotation_days"),
        absent=("UnsupportedOperationException",),
        KeyId=key["Arn"],
    )
    if answer is None or isinstance(answer, Unknown):
        return answer, answer
    enabled = answer["KeyRotationEnabled"]
    return enabled, answer.get("RotationPeriodInDays", 365) if enabled else None


def _aliases(aws: Aws, identity: str) -> Maybe[tuple[str, ...]]:
    aliases = listed(aws, "kms", "list_aliases", "Aliases", fills=("config.aliases", "config.enclave", "name"))
    if isinstance(aliases, Unknown):
        return aliases
    return tuple(sorted(alias["AliasName"] for alias in aliases if alias.get("TargetKeyId") == identity))


def _snake(state: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in state).removeprefix("_")


def _coded_policy(block: Block, parts: Parts, source: Source) -> tuple[Maybe[PolicyDocument | None], Block]:
    """Return the key policy with the block that holds it; where none is written, AWS lets in the account alone."""
    for part in parts.get("aws_kms_key_policy", []):
        if isinstance(part, Unknown):
            return part, block
        return policy_argument(part, "policy", source), part
    return policy_argument(block, "policy", source), block


def _coded_aliases(parts: Parts) -> Maybe[tuple[str, ...]]:
    names: list[str] = []
    for part in parts.get("aws_kms_alias", []):
        name = part if isinstance(part, Unknown) else text(part, "name", part.name)
        if isinstance(name, Unknown):
            return name
        names.append(name)
    return tuple(sorted(names))


def _coded_grants(parts: Parts, source: Source) -> tuple[Maybe[Grant], ...]:
    found: list[Maybe[Grant]] = []
    for part in parts.get("aws_kms_grant", []):
        operations = part if isinstance(part, Unknown) else texts(part, "operations")
        if isinstance(part, Unknown) or isinstance(operations, Unknown):
            found.append(part if isinstance(part, Unknown) else Grant(source.id(part.address), _unseen(operations)))
        else:
            known = tuple(each for each in operations if isinstance(each, str))
            hidden = next((each for each in operations if isinstance(each, Unknown)), None)
            found.append(Grant(source.id(part.address), hidden or known))
    return tuple(found)


def _unseen(value: Any) -> Unknown:
    return value if isinstance(value, Unknown) else Unknown("not known")


PARTS = {"aws_kms_key_policy": "key_id", "aws_kms_alias": "target_key_id", "aws_kms_grant": "key_id"}

TERRAFORM = tuple(
    Form(main=main, build=from_terraform, parts=PARTS, identified_by=("key_id", "id", "arn"))
    for main in ("aws_kms_key", "aws_kms_external_key", "aws_kms_replica_key", "aws_kms_replica_external_key")
)
