"""Web ACLs, of AWS WAF and of WAF Classic, and where their logs go."""

from types import ModuleType
from typing import Any

import pytest
from fakes import Code, FakeAws, asked
from fakes_terraform import FakeBlock, FakeSource, Ref

from phiward.collectors.aws import plan
from phiward.collectors.aws.port import Denied
from phiward.collectors.types.aws import waf_web_acl, wafregional_web_acl, wafv2_web_acl, wafv2_web_acl_global
from phiward.inventory.aspects import Logging
from phiward.inventory.model import Resource, Unknown

HERE = "us-east-1:123456789012"
REGIONAL = f"arn:aws:wafv2:{HERE}:regional/webacl/edge/1"
GLOBAL = f"arn:aws:wafv2:{HERE}:global/webacl/site/2"
GROUP = f"arn:aws:logs:{HERE}:log-group:aws-waf-logs-edge"


def acls(*arns: str) -> dict[str, Any]:
    """Return the answer to `ListWebACLs`."""
    return {"WebACLs": [{"Name": arn.split("/")[-2], "Id": "1", "ARN": arn} for arn in arns]}


def logs(*arns: str) -> dict[str, Any]:
    """Return the answer to `ListLoggingConfigurations`."""
    return {"LoggingConfigurations": [{"ResourceArn": arn, "LogDestinationConfigs": [f"{GROUP}:*"]} for arn in arns]}


TAGS = {"TagInfoForResource": {"TagList": [{"Key": "Owner", "Value": "edge"}]}}
NOBODY: dict[str, Any] = {
    asked("wafv2:ListLoggingConfigurations", Scope=scope, LogScope=also): logs()
    for scope in ("REGIONAL", "CLOUDFRONT")
    for also in ("SECURITY_LAKE", "CLOUDWATCH_TELEMETRY_RULE_MANAGED")
}
ANSWERS: dict[str, Any] = {
    asked("wafv2:ListWebACLs", Scope="REGIONAL"): acls(REGIONAL),
    asked("wafv2:ListWebACLs", Scope="CLOUDFRONT"): acls(GLOBAL),
    asked("wafv2:ListLoggingConfigurations", Scope="REGIONAL"): logs(REGIONAL),
    asked("wafv2:ListLoggingConfigurations", Scope="CLOUDFRONT"): logs(GLOBAL),
    **NOBODY,
    "wafv2:ListTagsForResource": TAGS,
}


def read(module: Any, aws: FakeAws) -> Resource:
    """Return the one resource that a module finds."""
    (item,) = module.items(aws)
    found: Resource = module.resource(aws, item)
    return found


def logging_of(resource: Resource) -> Logging:
    """Return the aspect."""
    assert isinstance(resource.logging, Logging)
    return resource.logging


@pytest.mark.parametrize(
    ("module", "identity", "scope"),
    [(wafv2_web_acl, REGIONAL, "regional"), (wafv2_web_acl_global, GLOBAL, "cloudfront")],
)
def test_a_web_acl_that_records(module: ModuleType, identity: str, scope: str) -> None:
    """Each scope has listings of its own."""
    found = read(module, FakeAws(ANSWERS))

    config: Any = found.config
    assert (found.type, found.id, config.scope) == ("aws.wafv2.web_acl", identity, scope)
    assert logging_of(found).enabled is True
    assert found.relations["logging_destination"] == (GROUP,)
    assert found.tags == {"Owner": "edge"}


def test_web_acls_of_cloudfront_are_listed_once_for_the_account() -> None:
    """Whichever regions are read, and only in the partition that has them."""
    assert plan.is_global(wafv2_web_acl_global)
    assert not plan.is_global(wafv2_web_acl)
    assert list(wafv2_web_acl_global.items(FakeAws(partition="aws-us-gov"))) == []


def test_a_web_acl_without_a_log() -> None:
    """Nobody records: neither the customer, nor another service on the customer's behalf."""
    aws = FakeAws({**ANSWERS, asked("wafv2:ListLoggingConfigurations", Scope="REGIONAL"): logs("arn:other")})

    found = read(wafv2_web_acl, aws)

    assert logging_of(found).enabled is False
    assert found.relations["logging_destination"] == ()


def test_a_log_that_another_service_keeps_counts() -> None:
    """Security Lake records in a configuration that only those see who ask for it."""
    answers = {
        **ANSWERS,
        asked("wafv2:ListLoggingConfigurations", Scope="REGIONAL"): logs(),
        asked("wafv2:ListLoggingConfigurations", Scope="REGIONAL", LogScope="SECURITY_LAKE"): logs(REGIONAL),
    }

    assert logging_of(read(wafv2_web_acl, FakeAws(answers))).enabled is True


def test_the_logs_of_all_are_asked_once() -> None:
    """Two listings, however many web ACLs there are, and no question about what is recorded already."""
    many = acls(*(REGIONAL.replace("edge", f"edge-{number}") for number in range(5)))
    every = logs(*(each["ARN"] for each in many["WebACLs"]))
    aws = FakeAws(
        {
            asked("wafv2:ListWebACLs", Scope="REGIONAL"): many,
            asked("wafv2:ListLoggingConfigurations", Scope="REGIONAL"): every,
        },
        need={"logging.enabled"},
    )

    found = [wafv2_web_acl.resource(aws, item) for item in wafv2_web_acl.items(aws)]

    assert [logging_of(each).enabled for each in found] == [True] * 5
    assert len(aws.calls) == 2


def test_denied_logs_are_unknown_and_denied_tags_too() -> None:
    """What the call would have told is unknown; the rest is as it was."""
    found = read(wafv2_web_acl, FakeAws(ANSWERS, denied={"wafv2:ListLoggingConfigurations"}))
    untagged = read(wafv2_web_acl, FakeAws(ANSWERS, denied={"wafv2:ListTagsForResource"}))

    assert logging_of(found).enabled == Unknown("access denied: wafv2:ListLoggingConfigurations")
    assert found.tags == {"Owner": "edge"}
    assert untagged.tags == Unknown("access denied: wafv2:ListTagsForResource")
    assert logging_of(untagged).enabled is True


@pytest.mark.parametrize(
    ("module", "service"),
    [
        (wafv2_web_acl, "wafv2"),
        (wafv2_web_acl_global, "wafv2"),
        (waf_web_acl, "waf"),
        (wafregional_web_acl, "waf-regional"),
    ],
)
def test_a_denied_listing_is_a_gap(module: Any, service: str) -> None:
    """An account that refuses the listing is not one without web ACLs."""
    with pytest.raises(Denied, match=f"{service}:ListWebACLs"):
        list(module.items(FakeAws(denied={f"{service}:ListWebACLs"})))


CLASSIC = [
    (waf_web_acl, "waf", "arn:aws:waf::123456789012:webacl/id-1"),
    (wafregional_web_acl, "waf-regional", f"arn:aws:waf-regional:{HERE}:webacl/id-1"),
]


@pytest.mark.parametrize(("module", "service", "identity"), CLASSIC)
def test_a_classic_web_acl(module: Any, service: str, identity: str) -> None:
    """It records where a delivery stream is configured for it."""
    stream = "arn:aws:firehose:us-east-1:123456789012:deliverystream/aws-waf-logs"
    answers: dict[str, Any] = {
        f"{service}:ListWebACLs": {"WebACLs": [{"WebACLId": "id-1", "Name": "old"}]},
        f"{service}:ListLoggingConfigurations": {
            "LoggingConfigurations": [{"ResourceArn": identity, "LogDestinationConfigs": [stream]}]
        },
        f"{service}:ListTagsForResource": TAGS,
    }

    found = read(module, FakeAws(answers))
    bare = read(module, FakeAws({**answers, f"{service}:ListLoggingConfigurations": {"LoggingConfigurations": []}}))
    unseen = read(module, FakeAws(answers, denied={f"{service}:ListLoggingConfigurations"}))

    assert (found.id, found.name, found.tags) == (identity, "old", {"Owner": "edge"})
    assert (logging_of(found).enabled, logging_of(found).destinations) == (True, (stream,))
    assert logging_of(bare).enabled is False
    assert logging_of(unseen).enabled == Unknown(f"access denied: {service}:ListLoggingConfigurations")


@pytest.mark.parametrize(("module", "service", "identity"), CLASSIC)
def test_a_region_without_wafs_classic_endpoint_is_no_error(module: Any, service: str, identity: str) -> None:
    """AWS takes the service down: nothing there, nothing to judge. Any other failure is told."""
    gone = f"no connection to {service} in us-east-1 after 3 attempts: {service}:ListWebACLs (EndpointConnectionError)"

    assert list(module.items(FakeAws({f"{service}:ListWebACLs": Code(gone)}))) == []
    with pytest.raises(Denied, match="WAFInternalErrorException"):
        list(module.items(FakeAws({f"{service}:ListWebACLs": Code("WAFInternalErrorException")})))
    assert identity.startswith(f"arn:aws:{service}:")


def built(module: Any, block: FakeBlock, **parts: list[Any]) -> Resource:
    """Return the resource of a block."""
    (form,) = module.TERRAFORM
    assert form.main == block.type
    found: Resource = form.build(block, parts, FakeSource([block, FakeBlock("aws_cloudwatch_log_group.waf")]))
    return found


WHY = Unknown("var.log has no value", ("var.log",))


@pytest.mark.parametrize(
    ("parts", "enabled", "destinations"),
    [
        ([Ref("aws_cloudwatch_log_group.waf.arn")], True, ("aws_cloudwatch_log_group.waf",)),
        ([f"{GROUP}:*"], True, (GROUP,)),
        ([WHY], True, WHY),
        (None, False, ()),
    ],
)
def test_a_web_acl_in_code(parts: list[Any] | None, enabled: bool, destinations: Any) -> None:
    """The configuration of its log is a resource of its own: where it is there, the web ACL records."""
    name = "aws_wafv2_web_acl_logging_configuration"
    folded = [] if parts is None else [FakeBlock(f"{name}.l", log_destination_configs=parts)]

    found = built(wafv2_web_acl, FakeBlock("aws_wafv2_web_acl.edge", scope="REGIONAL"), **{name: folded})

    config: Any = found.config
    assert config.scope == "regional"
    assert logging_of(found).enabled is enabled
    assert logging_of(found).destinations == destinations


def test_a_log_that_may_belong_here_is_unknown() -> None:
    """Whether it is this web ACL's, a variable decides."""
    parts = {"aws_wafv2_web_acl_logging_configuration": [WHY]}

    found = built(wafv2_web_acl, FakeBlock("aws_wafv2_web_acl.edge", scope="CLOUDFRONT"), **parts)

    assert logging_of(found).enabled == WHY


@pytest.mark.parametrize(
    ("module", "name"), [(waf_web_acl, "aws_waf_web_acl.old"), (wafregional_web_acl, "aws_wafregional_web_acl.old")]
)
def test_a_classic_web_acl_in_code(module: Any, name: str) -> None:
    """Its block says itself where the log goes."""
    recorded = FakeBlock(name, blocks={"logging_configuration": [{"log_destination": "arn:aws:firehose:s"}]})

    assert logging_of(built(module, recorded)).destinations == ("arn:aws:firehose:s",)
    assert logging_of(built(module, recorded)).enabled is True
    assert logging_of(built(module, FakeBlock(name))).enabled is False
    assert logging_of(built(module, FakeBlock(name, blocks={"logging_configuration": [WHY]}))).enabled == WHY
