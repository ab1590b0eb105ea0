"""What moto's AWS Backup does not know yet: selections, vault policies, the copies, and the region's opt-in.

Every plan's selections copy at once what they name by its ARN: it has a recovery point from then on, in the vault of the
plan's first rule, deleted when the rule says. An opt-in is on for every kind but EC2.
"""

import json
from typing import Any

from moto.backup import urls
from moto.backup.exceptions import ResourceNotFoundException
from moto.backup.models import backup_backends
from moto.backup.responses import BackupResponse

_POINT_MADE = 1_795_305_600  # 2026-11-22T00:00:00Z
_OPT_IN = {"Aurora": True, "DynamoDB": True, "EBS": True, "EC2": False, "RDS": True}


def _kept(self: Any, name: str) -> dict[str, Any]:
    """Return what a region's backend keeps by a name: gone with the backend when moto is reset."""
    backend = backup_backends[self.current_account][self.region]
    kept: dict[str, Any] = backend.__dict__.setdefault(name, {})
    return kept


def _part(self: Any, after: str) -> str:
    return str(self.path).split(f"/{after}/")[1].split("/")[0]


def _create_backup_selection(self: Any) -> str:
    plan = _part(self, "plans")
    chosen = _kept(self, "selections").setdefault(plan, [])
    chosen.append(json.loads(self.body)["BackupSelection"])
    return json.dumps({"SelectionId": str(len(chosen) - 1), "BackupPlanId": plan, "CreationDate": _POINT_MADE})


def _list_backup_selections(self: Any) -> str:
    chosen = _kept(self, "selections").get(_part(self, "plans"), [])
    return json.dumps({"BackupSelectionsList": [{"SelectionId": str(number)} for number in range(len(chosen))]})


def _get_backup_selection(self: Any) -> str:
    chosen = _kept(self, "selections")[_part(self, "plans")]
    return json.dumps({"BackupSelection": chosen[int(_part(self, "selections"))]})


def _points(self: Any) -> list[dict[str, Any]]:
    backend = backup_backends[self.current_account][self.region]
    return [
        {
            "RecoveryPointArn": f"{resource}:copy",
            "ResourceArn": resource,
            "BackupVaultName": rule["TargetBackupVaultName"],
            "Status": "COMPLETED",
            "CreationDate": _POINT_MADE,
            "IsEncrypted": True,
            "Lifecycle": rule.get("Lifecycle", {}),
        }
        for plan, chosen in _kept(self, "selections").items()
        for rule in backend.plans[plan].backup_plan["Rules"][:1]
        for selection in chosen
        for resource in selection.get("Resources", ())
        if "*" not in resource
    ]


def _list_protected_resources(self: Any) -> str:
    points = _points(self)
    return json.dumps(
        {"Results": [{"ResourceArn": each["ResourceArn"], "LastBackupTime": _POINT_MADE} for each in points]}
    )


def _list_recovery_points(self: Any) -> str:
    vault = _part(self, "backup-vaults")
    return json.dumps({"RecoveryPoints": [each for each in _points(self) if each["BackupVaultName"] == vault]})


def _put_backup_vault_access_policy(self: Any) -> str:
    _kept(self, "policies")[_part(self, "backup-vaults")] = json.loads(self.body)["Policy"]
    return "{}"


def _get_backup_vault_access_policy(self: Any) -> str:
    policy = _kept(self, "policies").get(_part(self, "backup-vaults"))
    if policy is None:
        raise ResourceNotFoundException(msg="the vault has no policy")
    return json.dumps({"Policy": policy})


def _describe_region_settings(_: Any) -> str:
    return json.dumps({"ResourceTypeOptInPreference": _OPT_IN})


def add() -> None:
    """Teach moto's AWS Backup these answers."""
    for name, answer in {
        "create_backup_selection": _create_backup_selection,
        "list_backup_selections": _list_backup_selections,
        "get_backup_selection": _get_backup_selection,
        "list_protected_resources": _list_protected_resources,
        "list_recovery_points_by_backup_vault": _list_recovery_points,
        "put_backup_vault_access_policy": _put_backup_vault_access_policy,
        "get_backup_vault_access_policy": _get_backup_vault_access_policy,
        "describe_region_settings": _describe_region_settings,
    }.items():
        setattr(BackupResponse, name, answer)
    for path in (
        "{0}/resources/?$",
        "{0}/account-settings$",
        "{0}/backup-vaults/(?P<name>[^/]+)/access-policy$",
        "{0}/backup-vaults/(?P<name>[^/]+)/recovery-points/$",
    ):
        urls.url_paths[path] = urls.response.dispatch
