"""Configuration items: one resource as AWS Config recorded it, from a query or a delivered file.

Both say the same with other names at the top (*AWS Config developer guide*, *Components of a configuration item*): a
query's row says `accountId`, `arn` and a list of tags, a delivered file `awsAccountId`, `ARN` and a mapping.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from typing import Any

import msgspec

from phiward.collectors.awsconfig.members import Members, wrapped

GLOBAL = "global"
"""What AWS Config calls the region of what has none: users, roles."""

DEEPEST = 64
"""Levels of nesting that an item may have; services describe nothing with half as many."""

GONE = frozenset({"ResourceDeleted", "ResourceDeletedNotRecorded", "ResourceNotRecorded"})
"""Statuses of items that tell of no resource any more."""


TAGGED = (
    "AWS::ACM::",
    "AWS::AutoScaling::AutoScalingGroup",
    "AWS::CodeBuild::",
    "AWS::DynamoDB::",
    "AWS::EC2::",
    "AWS::ElasticLoadBalancing",
    "AWS::RDS::",
    "AWS::Redshift::",
    "AWS::S3::Bucket",
)
"""Types whose tags AWS Config is known to capture (the managed rule *required-tags*, and what the services describe
with the thing itself). Of others it captures none where the service tells tags apart: no tags may not be none."""


class MalformedError(ValueError):
    """What should be a configuration item is none."""


class Item:
    """One configuration item."""

    def __init__(self, raw: dict[str, Any], call: str) -> None:
        """Read an item. Raises `MalformedError`."""
        if _deeper_than(raw, DEEPEST):
            raise MalformedError(f"it is nested more than {DEEPEST} levels deep")
        given = {name.lower(): value for name, value in raw.items()}
        self.call = call
        """What it was read with: `config:SelectAggregateResourceConfig`."""
        self.type = _text(given, "resourcetype")
        self.region = _text(given, "awsregion")
        self.account = _text(given, "awsaccountid" if "awsaccountid" in given else "accountid")
        self.id = _text(given, "resourceid")
        self.name = given.get("resourcename") if isinstance(given.get("resourcename"), str) else None
        self.arn = given.get("arn") if isinstance(given.get("arn"), str) else None
        self.status = given.get("configurationitemstatus") or "OK"
        self.captured = _captured(given.get("configurationitemcapturetime"))
        """When AWS Config recorded it, as `YYYY-MM-DDTHH:MM:SSZ`."""
        tags = _tags(given.get("tags"))
        self.tags = tags if tags or self.type.startswith(TAGGED) else None
        """None where the item does not tell."""
        configuration = unfolded(given.get("configuration"))
        if configuration is not None and not isinstance(configuration, dict):
            raise MalformedError(f"the configuration of {self.type} {self.id} is no object")
        self.configuration = Members(configuration or {}, self.type, self)
        supplement = given.get("supplementaryconfiguration")
        self.supplement = Supplement(supplement if isinstance(supplement, dict) else {}, self.type)
        related = given.get("relationships")
        self.relationships = [each for each in related if isinstance(each, dict)] if isinstance(related, list) else []
        self._raw = raw

    @property
    def gone(self) -> bool:
        """Say whether the resource is not there any more."""
        return self.status in GONE

    @cached_property
    def digest(self) -> str:
        """Return the digest of the item as JSON with sorted keys."""
        text = msgspec.json.encode(self._raw, order="deterministic")
        return f"sha256:{sha256(text).hexdigest()}"

    def api_tags(self, key: str = "Key", value: str = "Value") -> list[dict[str, str]] | None:
        """Return the tags as most services list them; None where the item does not tell."""
        return None if self.tags is None else [{key: name, value: text} for name, text in self.tags.items()]

    def related(self, resource_type: str) -> list[str]:
        """Return the ids of the related resources of a type."""
        named = ((each.get("resourceType"), each.get("resourceId")) for each in self.relationships)
        return [identity for kind, identity in named if kind == resource_type and isinstance(identity, str)]


class Supplement:
    """What AWS Config asks of a resource besides describing it, some of it as JSON within JSON."""

    def __init__(self, given: dict[str, Any], place: str) -> None:
        self._given = given
        self._place = place

    def holds(self, name: str) -> bool:
        """Say whether AWS Config recorded it, be it that there is none."""
        return name in self._given

    def get(self, name: str) -> Any:
        """Return it; None where there is none, or it is not recorded."""
        return wrapped(unfolded(self._given.get(name)), f"{self._place} {name.lower()}")

    def text(self, name: str) -> Any:
        """Return it as it is written."""
        return self._given.get(name)


def unfolded(value: Any) -> Any:
    """Return what JSON within a text says, however often it was wrapped up; another text as it is."""
    for _ in range(3):
        if not isinstance(value, str) or value[:1] not in {"{", "[", '"'}:
            return value
        try:
            value = msgspec.json.decode(value)
        except (msgspec.DecodeError, RecursionError):
            return value
        if _deeper_than(value, DEEPEST):
            raise MalformedError(f"it is nested more than {DEEPEST} levels deep")
    return value


def _deeper_than(value: Any, most: int) -> bool:
    level = [value]
    for _ in range(most):
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


def _text(given: dict[str, Any], name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str) or not value:
        raise MalformedError(f"it has no {name}")
    return value


def _captured(value: Any) -> str | None:
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _tags(value: Any) -> dict[str, str] | None:
    if isinstance(value, dict):
        return {str(name): str(text or "") for name, text in value.items()}
    if isinstance(value, list):
        return {
            str(each["key"]): str(each.get("value") or "") for each in value if isinstance(each, dict) and "key" in each
        }
    return None
