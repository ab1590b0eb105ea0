"""Filter patterns of CloudWatch Logs, asked of events of which a part is known."""

import pytest

from phiward.collectors.types.aws.filter_patterns import Event, matches
from phiward.collectors.types.aws.watched_events import WATCHED, caught, names_of
from phiward.inventory.model import Unknown

EVENT: Event = {
    "eventName": "DeleteRoute",
    "eventSource": "ec2.amazonaws.com",
    "readOnly": False,
    "errorCode": None,
    "userIdentity.type": "Root",
}


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "  ",
        "{ $.eventName = DeleteRoute }",
        '{$.eventName="DeleteRoute"}',
        "{ ($.eventName = CreateRoute) || ($.eventName = DeleteRoute) }",
        "{ $.eventName = Delete* }",
        "{ $.eventName = *Route && $.eventSource = ec2.amazonaws.com }",
        "{ $.eventName != DescribeRoutes }",
        "{ $.errorCode NOT EXISTS }",
        "{ $.errorCode.inner NOT EXISTS }",
        "{ $.eventName EXISTS }",
        "{ $.readOnly IS FALSE }",
        "{ $.readOnly = false }",
        "{ $.region = eu-west-1 || $.eventName = DeleteRoute }",
        "{ (($.eventName = DeleteRoute)) }",
        "DeleteRoute",
        '"ec2.amazonaws.com" DeleteRoute',
        "?CreateRoute ?DeleteRoute",
    ],
)
def test_an_event_is_surely_matched(pattern: str) -> None:
    """Whatever its other members are."""
    assert matches(pattern, EVENT) is True


@pytest.mark.parametrize(
    "pattern",
    [
        "{ $.eventName = CreateRoute }",
        "{ $.eventName = deleteroute }",
        "{ $.eventName = DeleteRoute && $.eventSource = s3.amazonaws.com }",
        "{ $.errorCode EXISTS }",
        "{ $.errorCode != AccessDenied }",
        "{ $.readOnly IS TRUE }",
        "{ $.eventName != DeleteRoute && $.region = eu-west-1 }",
        "-DeleteRoute",
    ],
)
def test_an_event_is_surely_not_matched(pattern: str) -> None:
    """Whatever its other members are."""
    assert matches(pattern, EVENT) is False


@pytest.mark.parametrize(
    "pattern",
    [
        "{ $.awsRegion = eu-west-1 }",
        "{ $.eventName = DeleteRoute && $.awsRegion = eu-west-1 }",
        "{ $.eventName = %Delete.*% }",
        "{ $.count > 3 }",
        "AccessDenied",
        "DeleteRoute -eu-west-1",
        "[ip, user, name]",
        "{ $.eventName = }",
        "{ $.eventName DeleteRoute }",
        "{ ($.eventName = DeleteRoute }",
        "{ $.eventName = DeleteRoute ) }",
        "{ eventName = DeleteRoute }",
        "{ $.eventName = DeleteRoute",
        "{ " + "(" * 200 + "$.eventName = DeleteRoute" + ")" * 200 + " }",
        "{ $.eventName = DeleteRoute }" + " " * 3 + "x" * 5000,
    ],
)
def test_what_is_not_known_or_not_readable_is_unknown(pattern: str) -> None:
    """A pattern that may leave some of the events out does not count as catching them."""
    assert isinstance(matches(pattern, EVENT), Unknown)


def either(*names: str) -> str:
    """Return a pattern of event names."""
    return "{ " + " || ".join(f"($.eventName = {name})" for name in names) + " }"


@pytest.mark.parametrize(
    ("subject", "pattern"),
    [
        (
            "console_sign_in_failures",
            '{ ($.eventName = ConsoleLogin) && ($.errorMessage = "Failed authentication") }',
        ),
        (
            "root_usage",
            '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }',
        ),
        ("network_acl_changes", either(*names_of("network_acl_changes"))),
        ("gateway_changes", either(*names_of("gateway_changes"))),
        (
            "route_changes",
            "{ ($.eventSource = ec2.amazonaws.com) && " + either(*names_of("route_changes"))[2:-2] + " }",
        ),
        ("vpc_changes", either(*names_of("vpc_changes"), "AttachClassicLinkVpc")),
    ],
)
def test_the_benchmarks_patterns_catch_their_subject(subject: str, pattern: str) -> None:
    """As the CIS benchmark words them; and no event of another subject."""
    if subject == "route_changes":
        pattern = pattern.replace("&& ", "&& (").removesuffix("}") + ") }"

    assert caught(pattern) == tuple(sorted(event.name for event in WATCHED[subject]))  # type: ignore[index]


def test_a_pattern_without_one_of_the_events_does_not_catch_that_one() -> None:
    """Texts that look alike are not the same."""
    assert caught(either("CreateRoute", "DeletRoute")) == ("CreateRoute",)


def test_use_of_root_narrowed_to_one_call_is_not_use_of_root() -> None:
    """A pattern that wants more than the subject says catches a part of it."""
    assert caught('{ $.userIdentity.type = "Root" && $.eventName = ConsoleLogin }') == ("sign-ins of the root user",)
