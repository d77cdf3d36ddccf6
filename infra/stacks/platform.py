"""What both stacks do alike: layers for their functions, where alarms go, and telling where things are."""

from collections.abc import Mapping

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions

from infra.constructs.assets import built_layer_code, own_layer_code
from infra.constructs.python_function import Platform, architecture_of, runtime_of
from infra.layers import LAYERS, built_layer
from infra.stage import Stage


def platform_of(stack: Stack, stage: Stage, alarms: sns.ITopic | None) -> Platform:
    return Platform(stage, _layers(stack, stage), alarms)


def _layers(stack: Stack, stage: Stage) -> dict[str, lambda_.ILayerVersion]:
    """An emulator gets our own code alone; AWS gets what ``infra.layers`` builds.

    Each stack has its own: a layer's address changes with its code, and what another stack imports may not change.
    """
    codes = (
        {"core": own_layer_code()}
        if not stage.third_party_layers
        else {name: built_layer_code(built_layer(name, stage)) for name in LAYERS}
    )
    return {
        name: lambda_.LayerVersion(
            stack,
            f"{name}-layer",
            code=code,
            compatible_runtimes=[runtime_of(stage)],
            compatible_architectures=[architecture_of(stage)],
            description=f"docchain {name}",
        )
        for name, code in codes.items()
    }


def alarm_topic(stack: Stack, stage: Stage) -> sns.ITopic | None:
    if not stage.alarms:
        return None
    topic = sns.Topic(stack, "alarms", topic_name=f"{stage.prefix}-alarms", enforce_ssl=stage.tls_only)
    if stage.alarm_email:
        topic.add_subscription(subscriptions.EmailSubscription(stage.alarm_email))
    return topic


def tell(stack: Stack, outputs: Mapping[str, str]) -> None:
    """What the front, the tests and people need to find the stage."""
    for name, value in outputs.items():
        CfnOutput(stack, name, value=value)
