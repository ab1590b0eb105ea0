"""Elastic Beanstalk environments. Calls `elasticbeanstalk:DescribeEnvironments`, `DescribeConfigurationSettings` and
`ListTagsForResource`.

The settings of an environment hold its environment variables too, values and all: read are only the options that are
named here, and nothing else is kept.
"""  # noqa: D205 - the calls are the summary

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws.answers import live, tags_of, told
from phiward.collectors.types.aws.arguments import as_number, text
from phiward.collectors.types.aws.platform_support import end_of_support
from phiward.inventory.aspects import Logging, Monitoring, Patching
from phiward.inventory.catalog import ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown

HEALTH = ("aws:elasticbeanstalk:healthreporting:system", "SystemType")
UPDATES = ("aws:elasticbeanstalk:managedactions", "ManagedActionsEnabled")
UPDATE_LEVEL = ("aws:elasticbeanstalk:managedactions:platformupdate", "UpdateLevel")
STREAMED = ("aws:elasticbeanstalk:cloudwatch:logs", "StreamLogs")
RETENTION = ("aws:elasticbeanstalk:cloudwatch:logs", "RetentionInDays")
STORED = ("aws:elasticbeanstalk:hostmanager", "LogPublicationControl")
DEFAULTS = {HEALTH: "basic", UPDATES: "false", UPDATE_LEVEL: None, STREAMED: "false", RETENTION: "7", STORED: "false"}
"""What holds where nothing is set (*General options for all environments* of the developer guide)."""

Settings = Mapping[tuple[str, str], Maybe[str | None]]


class EnvironmentConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only Elastic Beanstalk environments have."""

    application: Maybe[str]
    platform: Maybe[str | None]
    """The solution stack: `64bit Amazon Linux 2023 v4.3.0 running Python 3.11`."""
    health_reporting: Maybe[str | None]
    """`enhanced`, or `basic`: only whether it answers."""
    update_level: Maybe[str | None] = None
    """Which updates of the platform install by themselves: `patch`, `minor`. None: none is set."""


TYPE = ResourceType(
    name="aws.elasticbeanstalk.environment",
    title="Elastic Beanstalk environment",
    aspects=(Logging, Monitoring, Patching),
    config=EnvironmentConfig,
)


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """List the environments of the region that are not ended."""
    for environment in aws.pages("elasticbeanstalk", "describe_environments", "Environments", IncludeDeleted=False):
        if environment.get("Status") != "Terminated":
            yield environment


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Ask for the settings of one environment, and normalize."""
    name, identity = item["EnvironmentName"], item["EnvironmentArn"]
    answer = aws.ask(
        "elasticbeanstalk",
        "describe_configuration_settings",
        fills=("logging", "monitoring", "patching.automatic", "config.health_reporting", "config.update_level"),
        ApplicationName=item["ApplicationName"],
        EnvironmentName=name,
    )
    tags = aws.ask("elasticbeanstalk", "list_tags_for_resource", fills=("tags",), ResourceArn=identity)
    platform = item.get("SolutionStackName")
    settings = _live_settings(answer)
    return live(
        aws,
        TYPE,
        identity,
        name=name,
        tags=told(tags, lambda given: tags_of(given.get("ResourceTags", ()))),
        config=EnvironmentConfig(
            application=item["ApplicationName"],
            platform=platform,
            health_reporting=settings[HEALTH],
            update_level=settings[UPDATE_LEVEL],
        ),
        **_aspects(settings, platform),
    )


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the environment that an `aws_elastic_beanstalk_environment` block makes.

    What `.ebextensions` in the application's own bundle set where the code sets nothing is not in the code.
    """
    settings = _code_settings(block)
    platform = text(block, "solution_stack_name", None)
    lines = block.lines("setting")
    return source.resource(
        block,
        TYPE,
        parts=parts,
        config=EnvironmentConfig(
            application=text(block, "application", ""),
            platform=platform,
            health_reporting=settings[HEALTH],
            update_level=settings[UPDATE_LEVEL],
        ),
        lines={"logging": lines, "monitoring": lines, "patching": lines, "config.health_reporting": lines},
        **_aspects(settings, platform),
    )


def _aspects(settings: Settings, platform: Maybe[str | None]) -> dict[str, Any]:
    streamed, stored = _on(settings[STREAMED]), _on(settings[STORED])
    kept: Maybe[bool] = True if True in (streamed, stored) else streamed if isinstance(streamed, Unknown) else stored
    days: Maybe[int | None] = None
    if streamed is not False:
        days = streamed if isinstance(streamed, Unknown) else as_number("RetentionInDays", settings[RETENTION])
    ways = {"cloudwatch": streamed, "s3": stored}
    unseen = next((way for way in ways.values() if isinstance(way, Unknown)), None)
    health = settings[HEALTH]
    return {
        "logging": Logging(
            enabled=kept,
            destinations=unseen or tuple(name for name, on in ways.items() if on),
            off_host=kept,
            retention_days=days,
        ),
        "monitoring": Monitoring(enabled=health if isinstance(health, Unknown) else health == "enhanced"),
        "patching": Patching(
            automatic=_on(settings[UPDATES]),
            version=platform,
            end_of_support=_end_of_support(platform),
        ),
    }


def _end_of_support(platform: Maybe[str | None]) -> Maybe[str | None]:
    """Return the last day of a platform whose Amazon Linux has one that is past or near.

    Elastic Beanstalk gives no dates of the branches on Amazon Linux 2023, where the language ends first.
    """
    if isinstance(platform, str) and "Amazon Linux 2023" in platform:
        return Unknown(f"Elastic Beanstalk gives no end of support of {platform}")
    return end_of_support(platform)


def _on(value: Maybe[str | None]) -> Maybe[bool]:
    return value if isinstance(value, Unknown) else str(value).lower() == "true"


def _live_settings(answer: Maybe[dict[str, Any] | None]) -> Settings:
    if isinstance(answer, Unknown):
        return dict.fromkeys(DEFAULTS, answer)
    found: dict[tuple[str, str], Maybe[str | None]] = dict(DEFAULTS)
    for part in (answer or {}).get("ConfigurationSettings", ()):
        for option in part.get("OptionSettings", ()):
            name = (option["Namespace"], option["OptionName"])
            if name in found and option.get("Value") is not None:
                found[name] = option["Value"]
    return found


def _code_settings(block: Block) -> Settings:
    """Return the options of code: a setting whose name or value is unknown may be any of them."""
    found: dict[tuple[str, str], Maybe[str | None]] = dict(DEFAULTS)
    if block.get("template_name") is not None:
        found = dict.fromkeys(DEFAULTS, Unknown("template_name names the settings, which are not read"))
    unseen: Unknown | None = None
    stated: set[tuple[str, str]] = set()
    for setting in block.blocks("setting"):
        if isinstance(setting, Unknown):
            unseen = setting
            continue
        namespace, option = text(setting, "namespace", ""), text(setting, "name", "")
        if isinstance(namespace, Unknown) or isinstance(option, Unknown):
            unseen = namespace if isinstance(namespace, Unknown) else option  # type: ignore[assignment]
        elif (namespace, option) in DEFAULTS:
            found[namespace, option] = text(setting, "value", "")
            stated.add((namespace, option))
    return {name: unseen if unseen and name not in stated else value for name, value in found.items()}


TERRAFORM = (Form(main="aws_elastic_beanstalk_environment", build=from_terraform),)
