"""Alarms: each says what is wrong in words that the one who is woken understands."""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct

WINDOW = Duration.minutes(5)


def alarm_from(
    scope: Construct, name: str, topic: sns.ITopic | None, metric: cloudwatch.IMetric, *, threshold: float, says: str
) -> None:
    """At or above ``threshold`` in one window. ``topic`` of ``None``: a stage without alarms."""
    if topic is None:
        return
    alarm = cloudwatch.Alarm(
        scope,
        name,
        metric=metric,
        threshold=threshold,
        evaluation_periods=1,
        comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        alarm_description=says,
    )
    alarm.add_alarm_action(actions.SnsAction(topic))
