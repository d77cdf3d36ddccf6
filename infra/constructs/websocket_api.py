"""The WebSocket API: connect, disconnect, and everything else is a message."""

import json
from typing import cast

from aws_cdk import Aws, RemovalPolicy
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.constructs.explained import explain
from infra.constructs.python_function import RETENTION, PythonFunction
from infra.functions import grants
from infra.functions.websocket import Sockets
from infra.stage import Stage

STAGE_NAME = "v1"
# No address of the request: its query carries the token.
LOGGED = ("requestId", "connectionId", "eventType", "routeKey", "status", "requestTime", "identity.sourceIp")


class WebSocketApi(Construct):
    """Made before its functions, since they are told its address; routes are added when they exist."""

    def __init__(self, scope: Construct, stage: Stage) -> None:
        super().__init__(scope, "websocket")
        self.api = apigatewayv2.WebSocketApi(
            self, "api", api_name=f"{stage.prefix}-ws", route_selection_expression="$request.body.type"
        )
        self.stage = apigatewayv2.WebSocketStage(
            self,
            "stage",
            web_socket_api=self.api,
            stage_name=STAGE_NAME,
            auto_deploy=True,
            throttle=apigatewayv2.ThrottleSettings(
                rate_limit=stage.requests_per_second, burst_limit=stage.request_burst
            ),
        )
        if stage.access_logs:
            self._log_access(stage)
        emulated = f"{stage.emulator_url}/_aws/execute-api/{self.api.api_id}/{STAGE_NAME}"
        aws = f"https://{self.api.api_id}.execute-api.{Aws.REGION}.{Aws.URL_SUFFIX}/{STAGE_NAME}"
        self.management_endpoint = emulated if stage.emulator_url else aws

    def route(self, sockets: Sockets) -> None:
        for key, function in (
            ("$connect", sockets.connect),
            ("$disconnect", sockets.disconnect),
            ("$default", sockets.message),
        ):
            name = key.removeprefix("$")
            route = self.api.add_route(key, integration=integrations.WebSocketLambdaIntegration(name, function))
            explain(route, "$connect checks the token itself: an anonymous socket is allowed too", "AwsSolutions-APIG4")

    def may_post(self, function: PythonFunction) -> None:
        """To the connections of exactly this API's stage, and to close them."""
        arn = f"arn:{Aws.PARTITION}:execute-api:{Aws.REGION}:{Aws.ACCOUNT_ID}"
        posted = f"{arn}:{self.api.api_id}/{STAGE_NAME}/*/@connections/*"
        because = "POST, GET and DELETE of connections, whose ids are given out later"
        grants.allow(function, ["execute-api:ManageConnections"], [posted], because=because)

    def _log_access(self, stage: Stage) -> None:
        group = logs.LogGroup(
            self, "access-log", retention=RETENTION[stage.log_days], removal_policy=RemovalPolicy.DESTROY
        )
        raw = cast(apigatewayv2.CfnStage, self.stage.node.default_child)
        raw.access_log_settings = apigatewayv2.CfnStage.AccessLogSettingsProperty(
            destination_arn=group.log_group_arn,
            format=json.dumps({name.rpartition(".")[2]: f"$context.{name}" for name in LOGGED}),
        )
