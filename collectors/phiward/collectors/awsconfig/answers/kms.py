"""KMS keys, their policy and whether they rotate. Grants and the period of rotation are not recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from phiward.collectors.aws.port import Denied
from phiward.collectors.awsconfig.answer import Answer, Asked, Found, Kind, unseen
from phiward.collectors.awsconfig.members import Members

if TYPE_CHECKING:
    from phiward.collectors.awsconfig.item import Item

KEY, ALIAS = "AWS::KMS::Key", "AWS::KMS::Alias"
_FLAGS = {"true": True, "false": False}

KINDS = (
    Kind(
        KEY,
        covers="aws.kms.key",
        optional=("KeySpec", "CustomerMasterKeySpec", "Description", "KeyManager", "Origin"),
        lacking={
            "MultiRegion": ("config.multi_region",),
            "keyrotationstatus.RotationPeriodInDays": ("config.rotation_days",),
        },
    ),
    Kind(ALIAS, optional=("TargetKeyId",)),
)


def _keys(asked: Asked) -> Found:
    items = asked.all(KEY)
    return Found({"Keys": [item.configuration.with_(KeyId=item.id, KeyArn=_arn(item)) for item in items]}, tuple(items))


def _key(asked: Asked) -> Found:
    item = _named(asked)
    key = item.configuration.with_(Arn=_arn(item))
    if not key.holds("KeySpec") and key.get("CustomerMasterKeySpec"):
        key = key.with_(KeySpec=key["CustomerMasterKeySpec"])
    return Found({"KeyMetadata": key}, (item,))


def _policy(asked: Asked) -> Found:
    item = _named(asked)
    if not item.supplement.text("Policy"):
        raise Denied(asked.call, unseen(KEY, "Policy").reason)
    return Found({"Policy": item.supplement.text("Policy")}, (item,))


def _rotation(asked: Asked) -> Found:
    item = _named(asked)
    status = item.supplement.get("KeyRotationStatus")
    rotates = status if isinstance(status, bool) else _FLAGS.get(str(status).lower())
    if rotates is None:
        raise Denied(asked.call, unseen(KEY, "KeyRotationStatus").reason)
    return Found(Members({"KeyRotationEnabled": rotates}, f"{KEY} keyrotationstatus"), (item,))


def _aliases(asked: Asked) -> Found:
    items = asked.all(ALIAS)
    return Found({"Aliases": [item.configuration for item in items]}, tuple(items))


def _arn(item: Item) -> str:
    return item.arn or str(item.configuration["Arn"])


def _named(asked: Asked) -> Item:
    """Return the key that a question names by its id, ARN or alias."""
    name = str(asked.arguments["KeyId"])
    if ":alias/" in name or name.startswith("alias/"):
        alias = name[name.index("alias/") :]
        for item in asked.all(ALIAS):
            if item.configuration.get("AliasName") == alias and item.configuration.get("TargetKeyId"):
                name = str(item.configuration["TargetKeyId"])
    return asked.one(KEY, name, name.rpartition("/")[2])


ANSWERS = {
    "kms.list_keys": Answer(_keys, (KEY,)),
    "kms.describe_key": Answer(_key, (KEY, ALIAS)),
    "kms.get_key_policy": Answer(_policy, (KEY,)),
    "kms.get_key_rotation_status": Answer(_rotation, (KEY,)),
    "kms.list_aliases": Answer(_aliases, (ALIAS,)),
}
