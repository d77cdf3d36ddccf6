"""The whole app of one stage: data, functions, doors, and what connects them."""

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.constructs.alarms import WINDOW, alarm_from
from infra.constructs.assets import built_layer_code, own_layer_code
from infra.constructs.edge import Edge
from infra.constructs.python_function import Platform, architecture_of, runtime_of
from infra.constructs.rest_api import STAGE_NAME, RestApi
from infra.constructs.websocket_api import WebSocketApi
from infra.functions.api import add_groups
from infra.functions.asking import add_batches, add_document_reader
from infra.functions.authorizers import add_rest_authorizer
from infra.functions.listeners import add_listeners
from infra.functions.queues import add_analytics, add_audit, add_mail
from infra.functions.schedules import add_schedules
from infra.functions.searching import add_search
from infra.functions.steps import add_steps
from infra.functions.websocket import add_sockets
from infra.layers import LAYERS, built_layer
from infra.stacks.data import Data
from infra.stage import Stage


class AppStack(Stack):
    def __init__(self, scope: Construct, stage: Stage, **options: object) -> None:
        super().__init__(scope, stage.prefix, **options)  # type: ignore[arg-type]  # CDK's own options
        data = Data(self, stage)
        platform = Platform(stage, self._layers(stage), self._alarm_topic(stage))
        steps = add_steps(self, platform, data)
        document_reader = add_document_reader(self, platform, data)
        groups = add_groups(self, platform, data, steps, document_reader)
        rest = RestApi(self, stage, groups, add_rest_authorizer(self, platform, data))
        failing = rest.metric_server_error(period=WINDOW, statistic="Sum")
        alarm_from(rest, "failing", platform.alarms, failing, threshold=5, says="the REST API answers with 5xx")
        websocket = WebSocketApi(self, stage)
        sockets = add_sockets(self, platform, data, websocket.management_endpoint)
        websocket.route(sockets)
        listeners = add_listeners(self, platform, data, websocket.management_endpoint)
        for function in (*listeners.posting, sockets.disconnect, sockets.message):
            websocket.may_post(function)
        for group in (group for group in groups if group.pushes):
            group.function.add_environment("WEBSOCKET_ENDPOINT", websocket.management_endpoint)
            websocket.may_post(group.function)
        add_audit(self, platform, data)
        add_analytics(self, platform, data)
        add_search(self, platform, data)
        add_batches(self, platform, data, document_reader)
        add_mail(self, platform, data, f"https://{stage.domain.name}" if stage.domain else rest.url)
        add_schedules(self, platform, data, steps)
        self._tell(data, rest, websocket)
        if stage.edge:
            CfnOutput(self, "EdgeUrl", value=Edge(self, stage, rest, websocket, data.edge_proof).url)

    def _layers(self, stage: Stage) -> dict[str, lambda_.ILayerVersion]:
        """An emulator gets our own code alone; AWS gets what ``infra.layers`` builds."""
        codes = (
            {"core": own_layer_code()}
            if not stage.third_party_layers
            else {name: built_layer_code(built_layer(name, stage)) for name in LAYERS}
        )
        return {
            name: lambda_.LayerVersion(
                self,
                f"{name}-layer",
                code=code,
                compatible_runtimes=[runtime_of(stage)],
                compatible_architectures=[architecture_of(stage)],
                description=f"docchain {name}",
            )
            for name, code in codes.items()
        }

    def _alarm_topic(self, stage: Stage) -> sns.ITopic | None:
        if not stage.alarms:
            return None
        topic = sns.Topic(self, "alarms", topic_name=f"{stage.prefix}-alarms", enforce_ssl=stage.tls_only)
        if stage.alarm_email:
            topic.add_subscription(subscriptions.EmailSubscription(stage.alarm_email))
        return topic

    def _tell(self, data: Data, rest: RestApi, websocket: WebSocketApi) -> None:
        """What the front, the tests and people need to find the stage."""
        outputs = {
            "RestApiId": rest.rest_api_id,
            "RestApiStage": STAGE_NAME,
            "RestApiUrl": rest.url,
            "WebSocketApiId": websocket.api.api_id,
            "WebSocketApiStage": websocket.stage.stage_name,
            "WebSocketApiUrl": websocket.stage.url,
            "DocumentsBucket": data.bucket.bucket_name,
            "EventBus": data.bus.event_bus_name,
            "SigningKeys": data.signing_key_ids,
            **{f"{name.capitalize()}Table": table.table_name for name, table in data.tables().items()},
        }
        for name, value in outputs.items():
            CfnOutput(self, name, value=value)
