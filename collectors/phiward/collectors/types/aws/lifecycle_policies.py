"""Whether Data Lifecycle Manager copies a volume or an instance by itself. Calls `dlm:GetLifecyclePolicies`,
`dlm:GetLifecyclePolicy`.

A custom policy takes what has any of its tags: volumes, or instances with the volumes on them. A default policy takes
every volume, or instance, of the region but what it excludes (*Amazon EBS User Guide*, Amazon Data Lifecycle Manager).
"""  # noqa: D205 - the calls are the summary

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Literal, TypeAlias

from phiward.collectors.aws.port import Aws
from phiward.collectors.types.aws.answers import tags_of
from phiward.inventory.kleene import some
from phiward.inventory.model import Maybe, Unknown

Instances: TypeAlias = Maybe[list[dict[str, Any]]]
"""The instances that a volume is on, as `DescribeInstances` tells of them."""

_SNAPSHOTS, _IMAGES = "EBS_SNAPSHOT_MANAGEMENT", "IMAGE_MANAGEMENT"


def instance_copied(aws: Aws, tags: Mapping[str, str], *, fills: Collection[str]) -> Maybe[bool]:
    """Say whether images of an instance are made by themselves."""
    return some(
        policy if isinstance(policy, Unknown) else _takes(policy, "INSTANCE", tags)
        for policy in _policies(aws, fills)
        if isinstance(policy, Unknown) or policy.get("PolicyType") == _IMAGES
    )


def volume_copied(aws: Aws, volume: dict[str, Any], instances: Instances, *, fills: Collection[str]) -> Maybe[bool]:
    """Say whether snapshots of a volume are made by themselves, of its own or with its instance."""
    tags = tags_of(volume.get("Tags", ()))
    answers: list[Maybe[bool]] = []
    for policy in _policies(aws, fills):
        if isinstance(policy, Unknown):
            answers.append(policy)
            continue
        own = _takes(policy, "VOLUME", tags) if policy.get("PolicyType") == _SNAPSHOTS else False
        answers.append(_not_excluded(policy, volume) if own is True else own)
        if isinstance(instances, Unknown):
            answers.append(instances if _targets(policy, "INSTANCE") else False)
            continue
        for instance in instances:
            with_it = _takes(policy, "INSTANCE", tags_of(instance.get("Tags", ())))
            answers.append(_whole(policy) if with_it is True else with_it)
    return some(answers)


def _policies(aws: Aws, fills: Collection[str]) -> Iterator[Maybe[dict[str, Any]]]:
    """Yield what each policy that is switched on does."""
    answer = aws.ask("dlm", "get_lifecycle_policies", fills=fills, State="ENABLED")
    if isinstance(answer, Unknown):
        yield answer
        return
    for summary in (answer or {}).get("Policies", ()):
        if summary.get("PolicyType") not in {_SNAPSHOTS, _IMAGES}:
            continue  # it copies snapshots that others share, and no volume
        told = aws.ask("dlm", "get_lifecycle_policy", fills=fills, PolicyId=summary["PolicyId"])
        if isinstance(told, Unknown):
            yield told
            continue
        policy = (told or {}).get("Policy", {})
        yield {"DefaultPolicy": policy.get("DefaultPolicy", False), **policy.get("PolicyDetails", {})}


def _targets(policy: dict[str, Any], kind: Literal["VOLUME", "INSTANCE"]) -> bool:
    return kind in policy.get("ResourceTypes", ()) or policy.get("ResourceType") == kind


def _takes(policy: dict[str, Any], kind: Literal["VOLUME", "INSTANCE"], tags: Mapping[str, str]) -> Maybe[bool]:
    """Say whether a policy takes things of a kind with these tags."""
    if not _targets(policy, kind):
        return False
    if policy["DefaultPolicy"]:
        excluded = tags_of(policy.get("Exclusions", {}).get("ExcludeTags") or ())
        return not any(tags.get(key) == value for key, value in excluded.items())
    return any(tags.get(tag["Key"]) == tag.get("Value", "") for tag in policy.get("TargetTags") or ())


def _not_excluded(policy: dict[str, Any], volume: dict[str, Any]) -> Maybe[bool]:
    """Say whether a policy that takes all volumes takes this one: it may leave out kinds, and those to boot from."""
    exclusions = policy.get("Exclusions") or {}
    if volume.get("VolumeType") in (exclusions.get("ExcludeVolumeTypes") or ()):
        return False
    if exclusions.get("ExcludeBootVolumes") and volume.get("Attachments"):
        return Unknown("a lifecycle policy leaves out the volumes that instances boot from")
    return True


def _whole(policy: dict[str, Any]) -> Maybe[bool]:
    """Say whether a policy that takes an instance takes all of its volumes."""
    parameters = policy.get("Parameters") or {}
    if parameters.get("ExcludeBootVolume") or parameters.get("ExcludeDataVolumeTags"):
        return Unknown("a lifecycle policy leaves out some volumes of the instances that it takes")
    return True
