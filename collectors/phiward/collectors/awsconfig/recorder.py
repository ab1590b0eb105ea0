"""Configuration recorders: which resource types AWS Config keeps up to date in a region."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

ITEM_TYPE = "AWS::Config::ConfigurationRecorder"
"""AWS Config records its own recorders in every region, without being asked to (*Supported resource types*)."""

IAM = frozenset({"AWS::IAM::User", "AWS::IAM::Group", "AWS::IAM::Role", "AWS::IAM::Policy"})
"""The types that a recorder of all supported types leaves out unless it is told to include them."""

SOME_REGIONS = frozenset(
    {
        "AWS::DMS::ReplicationInstance",
        "AWS::ECS::TaskDefinition",
        "AWS::EFS::FileSystem",
        "AWS::EKS::Cluster",
        "AWS::ElasticLoadBalancingV2::Listener",
        "AWS::KMS::Alias",
        "AWS::Kinesis::Stream",
        "AWS::OpenSearch::Domain",
        "AWS::SageMaker::EndpointConfig",
        "AWS::SageMaker::NotebookInstance",
    }
)
"""Types that came later, which AWS Config does not record in all of its regions, though a recorder may be told to
(*Resource coverage by Region availability*). That a region has no item of them says nothing."""

_STRATEGIES = {
    "ALL_SUPPORTED_RESOURCE_TYPES": "all",
    "INCLUSION_BY_RESOURCE_TYPES": "named",
    "EXCLUSION_BY_RESOURCE_TYPES": "others",
}


class Recorder(NamedTuple):
    """What one recorder does."""

    on: bool
    failing: str | None = None
    """Why it does not get on, where it says so."""
    kinds: str = "all"
    """`all` supported types, the `named` ones, or the `others`."""
    named: frozenset[str] = frozenset()
    iam: bool = False
    """With `all`: the types of IAM too."""

    def records(self, resource_type: str) -> bool:
        """Say whether it records a type, switched on."""
        if self.kinds == "named":
            return resource_type in self.named
        if self.kinds == "others":
            return resource_type not in self.named
        return self.iam or resource_type not in IAM


def recorder_of(given: Mapping[str, Any], *, on: bool, failing: str | None = None) -> Recorder:
    """Return the recorder of an answer of `config:DescribeConfigurationRecorders`, or of its configuration item."""
    group = given.get("recordingGroup") or {}
    stated = (group.get("recordingStrategy") or {}).get("useOnly")
    excluded = (group.get("exclusionByResourceTypes") or {}).get("resourceTypes") or ()
    everything = bool(group.get("allSupported"))
    kinds = _STRATEGIES.get(str(stated)) or ("all" if everything else "others" if excluded else "named")
    named = excluded if kinds == "others" else group.get("resourceTypes") or ()
    return Recorder(
        on=on,
        failing=failing,
        kinds=kinds,
        named=frozenset(map(str, named)),
        iam=bool(group.get("includeGlobalResourceTypes")),
    )
