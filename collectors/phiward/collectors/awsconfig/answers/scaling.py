"""Groups of instances, and build projects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from phiward.collectors.awsconfig.answer import Answer, Asked, Found, Kind, listing

if TYPE_CHECKING:
    from phiward.collectors.awsconfig.item import Item
    from phiward.collectors.awsconfig.members import Members

GROUP, PROJECT = "AWS::AutoScaling::AutoScalingGroup", "AWS::CodeBuild::Project"
_SPECIFIED = "MixedInstancesPolicy.LaunchTemplate"

KINDS = (
    Kind(
        GROUP,
        covers="aws.autoscaling.group",
        optional=(
            "LaunchConfigurationName",
            "LoadBalancerNames",
            "TargetGroupARNs",
            "LaunchTemplate",
            "LaunchTemplate.LaunchTemplateId",
            "MixedInstancesPolicy",
            _SPECIFIED,
            f"{_SPECIFIED}.LaunchTemplateSpecification",
            f"{_SPECIFIED}.LaunchTemplateSpecification.LaunchTemplateId",
            f"{_SPECIFIED}.Overrides",
            f"{_SPECIFIED}.Overrides.LaunchTemplateSpecification",
            f"{_SPECIFIED}.Overrides.LaunchTemplateSpecification.LaunchTemplateId",
            "Instances",
            "HealthCheckType",
        ),
        lacking={"TrafficSources": ("config.load_balanced",)},
    ),
    Kind(
        PROJECT,
        covers="aws.codebuild.project",
        optional=(
            "logsConfig",
            "logsConfig.cloudWatchLogs",
            "logsConfig.cloudWatchLogs.status",
            "logsConfig.s3Logs",
            "logsConfig.s3Logs.status",
            "secondarySources",
            "environment.environmentVariables",
            "environment.environmentVariables.type",
            "environment.privilegedMode",
            *(
                f"{each}.{member}"
                for each in ("source", "secondarySources")
                for member in ("location", "auth", "auth.type", "auth.resource", "sourceIdentifier")
            ),
        ),
        lacking={"projectVisibility": ("exposure",)},
    ),
)


def _project(item: Item) -> Members:
    project = item.configuration.with_(arn=item.arn or item.id)
    tags = item.api_tags("key", "value")
    return project if tags is None else project.with_(tags=tags)


def _projects(asked: Asked) -> Found:
    return Found({"projects": [item.configuration["name"] for item in asked.all(PROJECT)]})


def _described(asked: Asked) -> Found:
    items = [item for item in asked.all(PROJECT) if item.configuration["name"] in asked.arguments["names"]]
    return Found({"projects": [_project(item) for item in items]}, tuple(items))


ANSWERS = {
    "autoscaling.describe_auto_scaling_groups": listing(GROUP, "AutoScalingGroups"),
    "codebuild.list_projects": Answer(_projects, (PROJECT,)),
    "codebuild.batch_get_projects": Answer(_described, (PROJECT,)),
}
