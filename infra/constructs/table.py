"""A table as all of ours are: pk and sk, on demand, recoverable, TTL, and a stream where events leave it."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from infra.stage import Stage

Index = tuple[str, str]


def removal_policy_of(stage: Stage) -> RemovalPolicy:
    return RemovalPolicy.RETAIN if stage.keep_data else RemovalPolicy.DESTROY


class ContextTable(dynamodb.Table):
    """``indexes``: name → its two key attributes. One table per bounded context."""

    def __init__(
        self, scope: Construct, stage: Stage, name: str, *, indexes: dict[str, Index] | None = None, stream: bool = True
    ) -> None:
        super().__init__(
            scope,
            f"{name}-table",
            table_name=f"{stage.prefix}-{name}",
            partition_key=_text("pk"),
            sort_key=_text("sk"),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=stage.point_in_time_recovery
            ),
            time_to_live_attribute="expires_at",
            stream=dynamodb.StreamViewType.NEW_IMAGE if stream else None,
            removal_policy=removal_policy_of(stage),
            deletion_protection=stage.deletion_protection,
        )
        for index, (partition, sort) in (indexes or {}).items():
            self.add_global_secondary_index(index_name=index, partition_key=_text(partition), sort_key=_text(sort))


def _text(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)
