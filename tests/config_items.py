"""Configuration items as AWS Config gives them, and the same resources as the services' own APIs describe them.

The items hold what AWS's published resource schema lists for their types, spelled as there, and nothing else:
https://github.com/awslabs/aws-config-resource-schema
"""

import gzip
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fakes import FakeAws

from phiward.collectors.aws import calls
from phiward.collectors.aws.port import Denied

ACCOUNT, REGION = "123456789012", "us-east-1"
CAPTURED = "2025-12-01T02:03:04.567Z"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/key-1"
TAGS = {"team": "records"}
API_TAGS = [{"Key": "team", "Value": "records"}]


def item(
    kind: str,
    identity: str,
    configuration: Any,
    *,
    arn: str | None = None,
    name: str | None = None,
    tags: Mapping[str, str] | None = TAGS,
    supplement: Mapping[str, Any] | None = None,
    related: Mapping[str, str] | None = None,
    region: str = REGION,
    account: str = ACCOUNT,
    status: str = "OK",
    captured: str = CAPTURED,
) -> dict[str, Any]:
    """Return an item as a delivered snapshot holds it."""
    return {
        "relatedEvents": [],
        "relationships": [
            {"resourceId": each, "resourceType": of, "name": "Is contained in"} for of, each in (related or {}).items()
        ],
        "configuration": configuration,
        "supplementaryConfiguration": dict(supplement or {}),
        "tags": dict(tags or {}),
        "configurationItemVersion": "1.3",
        "configurationItemCaptureTime": captured,
        "configurationStateId": 1764554584567,
        "awsAccountId": account,
        "configurationItemStatus": status,
        "resourceType": kind,
        "resourceId": identity,
        "resourceName": name,
        "ARN": arn or f"arn:aws:config-test:{region}:{account}:{identity}",
        "awsRegion": region,
        "availabilityZone": "Not Applicable",
        "configurationStateMd5Hash": "",
    }


def row(delivered: Mapping[str, Any]) -> str:
    """Return an item as a query gives it."""
    given = {
        "accountId": delivered["awsAccountId"],
        "arn": delivered["ARN"],
        "tags": [{"key": key, "value": value, "tag": f"{key}={value}"} for key, value in delivered["tags"].items()],
    }
    same = (
        "awsRegion",
        "resourceType",
        "resourceId",
        "resourceName",
        "configurationItemCaptureTime",
        "configurationItemStatus",
        "relationships",
        "configuration",
        "supplementaryConfiguration",
    )
    return json.dumps({**given, **{name: delivered[name] for name in same}})


def recorder(region: str = REGION, *, on: bool = True, account: str = ACCOUNT, **group: Any) -> dict[str, Any]:
    """Return the item of a region's recorder; of all supported types, users and roles too, unless told otherwise."""
    recording = group or {"AllSupported": True, "IncludeGlobalResourceTypes": True, "ResourceTypes": []}
    return item(
        "AWS::Config::ConfigurationRecorder",
        f"default-{region}",
        {"Name": "default", "Recording": on, "RecordingGroup": recording},
        region=region,
        account=account,
    )


def delivered(folder: Path, items: Collection[Mapping[str, Any]], *, time: str = "20251202T000000Z", **of: str) -> Path:
    """Write a snapshot where AWS Config would put it below a folder, and return its path."""
    account, region = of.get("account", ACCOUNT), of.get("region", REGION)
    below = folder / "AWSLogs" / account / "Config" / region / "2025" / "12" / "2" / "ConfigSnapshot"
    below.mkdir(parents=True, exist_ok=True)
    path = below / f"{account}_Config_{region}_ConfigSnapshot_{time}_0b1c2d3e.json.gz"
    whole = {"fileVersion": "1.0", "configSnapshotId": "0b1c2d3e", "configurationItems": list(items)}
    path.write_bytes(gzip.compress(json.dumps(whole).encode()))
    return path


class AskedAws(FakeAws):
    """The services' own APIs, where every call without a recorded answer is denied."""

    def _request(self, service: str, operation: str, arguments: dict[str, Any], *, fills: Collection[str]) -> Any:
        try:
            return super()._request(service, operation, arguments, fills=fills)
        except AssertionError as error:
            if "no answer is recorded" not in str(error):
                raise
            raise Denied(calls.call(service, operation), calls.access_denied(service, operation)) from error


@dataclass(frozen=True)
class Pair:
    """One resource, told in both ways."""

    type: str
    answers: Mapping[str, Any]
    """What the services answer; calls that AWS Config records nothing of are left out, and denied."""
    items: tuple[Mapping[str, Any], ...]
    lost: frozenset[str] = frozenset()
    """The paths that AWS Config does not record, though the services tell them."""
    gained: frozenset[str] = frozenset()
    """The paths that AWS Config records, though the services do not tell them in what is asked."""
    count: int = 1
    """How many resources of the type there are."""
