"""The stack of the REST API: its groups, their door, and the letters that link to it."""

from aws_cdk import Stack
from constructs import Construct

from infra.constructs.alarms import WINDOW, alarm_from
from infra.constructs.edge import Edge
from infra.constructs.rest_api import STAGE_NAME, RestApi
from infra.functions.api.groups import add_groups
from infra.functions.authorizers import add_rest_authorizer
from infra.functions.queues import add_mail
from infra.stacks.engine import EngineStack
from infra.stacks.platform import platform_of, tell
from infra.stage import Stage


class ApiStack(Stack):
    """Apart from the engine, since a stack holds 500 resources and each route's path is some of them."""

    def __init__(self, scope: Construct, stage: Stage, engine: EngineStack, **options: object) -> None:
        super().__init__(scope, f"{stage.prefix}-api", **options)  # type: ignore[arg-type]  # CDK's own options
        data = engine.data
        platform = platform_of(self, stage, engine.alarms)
        groups = add_groups(
            self, platform, data, engine.steps, engine.document_reader, engine.scheduling, engine.task_queues
        )
        rest = RestApi(self, stage, groups, add_rest_authorizer(self, platform, data))
        failing = rest.metric_server_error(period=WINDOW, statistic="Sum")
        alarm_from(rest, "failing", platform.alarms, failing, threshold=5, says="the REST API answers with 5xx")
        for group in (group for group in groups if group.pushes):
            group.function.add_environment("WEBSOCKET_ENDPOINT", engine.websocket.management_endpoint)
            engine.websocket.may_post(group.function)
        add_mail(self, platform, data, f"https://{stage.domain.name}" if stage.domain else rest.url)
        outputs = {"RestApiId": rest.rest_api_id, "RestApiStage": STAGE_NAME, "RestApiUrl": rest.url}
        if stage.edge:
            outputs["EdgeUrl"] = Edge(self, stage, rest, engine.websocket, data.edge_proof).url
        tell(self, outputs)
