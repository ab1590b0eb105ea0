"""CloudWatch Logs, the filters that turn log entries into numbers, and alarms."""

from phiward.collectors.cloudformation.shapes import Part, Shape, block, lifted

_MEASURED = {
    "MetricTransformations": block(
        "metric_transformation", {"MetricName": "name", "MetricNamespace": "namespace", "MetricValue": "value"}
    )
}

_NAMED = lifted({}, "metric_name", "namespace")

SHAPES = (
    Shape(
        "AWS::Logs::LogGroup",
        "aws_cloudwatch_log_group",
        {"LogGroupName": "name"},
        parts=(
            Part(
                property="DataProtectionPolicy",
                type="aws_cloudwatch_log_data_protection_policy",
                owner="log_group_name",
                argument="policy_document",
            ),
        ),
    ),
    Shape(
        "AWS::Logs::MetricFilter",
        "aws_cloudwatch_log_metric_filter",
        {"FilterName": "name", "FilterPattern": "pattern", **_MEASURED},
    ),
    Shape(
        "AWS::CloudWatch::Alarm",
        "aws_cloudwatch_metric_alarm",
        {"Metrics": block("metric_query", {"MetricStat": block("metric", {"Metric": _NAMED})})},
    ),
    Shape("AWS::CloudWatch::CompositeAlarm", "aws_cloudwatch_composite_alarm"),
    Shape(
        "AWS::CloudTrail::Trail",
        "aws_cloudtrail",
        {
            "TrailName": "name",
            "IsLogging": "enable_logging",
            "CloudWatchLogsLogGroupArn": "cloud_watch_logs_group_arn",
            "EventSelectors": block("event_selector", {"DataResources": "data_resource"}),
            "AdvancedEventSelectors": block("advanced_event_selector", {"FieldSelectors": "field_selector"}),
        },
        ref="name",
    ),
)
