"""The REST API: one resource tree, the authorizer on all that is not public, and every error in the envelope."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, cast

import aws_cdk
import jsii
from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct, IConstruct

from docchain.entrypoints.cors import ASKED_AGAIN_SECONDS, SENT
from infra.constructs.explained import explain
from infra.constructs.python_function import RETENTION
from infra.functions.api.group import Group
from infra.stage import Stage

STAGE_NAME = "v1"
# All of them: the gateway decodes a binary answer only when the request's Accept names its type, and most say */*.
# API Gateway decodes an answer by the caller's Accept alone, and a caller that accepts anything says */*.
BINARY = ["*/*"]
# response type → status and code of the envelope; an unknown path is a 404 here, not AWS's 403
GATEWAY_ERRORS: dict[str, tuple[int, str, str]] = {
    "MISSING_AUTHENTICATION_TOKEN": (404, "NOT_FOUND", "There is nothing under this path."),
    "RESOURCE_NOT_FOUND": (404, "NOT_FOUND", "There is nothing under this path."),
    "UNAUTHORIZED": (401, "UNAUTHORIZED", "Log in first: send Authorization: Bearer <access_token>."),
    # The authorizer denies only who is not known; what a caller may do is the group's to say, with a 403.
    "ACCESS_DENIED": (401, "UNAUTHORIZED", "Log in again: the token is not valid, or its session is over."),
    "INVALID_API_KEY": (403, "FORBIDDEN", "This is not allowed."),
    "INVALID_SIGNATURE": (401, "UNAUTHORIZED", "Log in first: send Authorization: Bearer <access_token>."),
    "EXPIRED_TOKEN": (401, "UNAUTHORIZED", "The token has expired; refresh it."),
    "REQUEST_TOO_LARGE": (413, "PAYLOAD_TOO_LARGE", "The body is larger than 10 MB."),
    "UNSUPPORTED_MEDIA_TYPE": (415, "UNSUPPORTED_MEDIA_TYPE", "This content type is not understood."),
    "BAD_REQUEST_BODY": (400, "BAD_REQUEST", "The body cannot be read."),
    "BAD_REQUEST_PARAMETERS": (400, "BAD_REQUEST", "A parameter cannot be read."),
    "THROTTLED": (429, "RATE_LIMITED", "Too many requests; try again in a second."),
    "QUOTA_EXCEEDED": (429, "RATE_LIMITED", "Too many requests; try again later."),
    "AUTHORIZER_FAILURE": (503, "DEPENDENCY_UNAVAILABLE", "The caller could not be checked; try again."),
    "AUTHORIZER_CONFIGURATION_ERROR": (503, "DEPENDENCY_UNAVAILABLE", "The caller could not be checked; try again."),
    "INTEGRATION_FAILURE": (503, "DEPENDENCY_UNAVAILABLE", "The function did not answer; try again."),
    "INTEGRATION_TIMEOUT": (503, "DEPENDENCY_UNAVAILABLE", "The function took longer than 29 s."),
    "DEFAULT_4XX": (400, "BAD_REQUEST", "The request cannot be served."),
    "DEFAULT_5XX": (503, "DEPENDENCY_UNAVAILABLE", "Something on our side is away; try again."),
}
SECURITY_HEADERS = {
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}


@jsii.implements(aws_cdk.IAspect)
class TextPreflight:
    """A preflight is answered by the gateway itself, which cannot read a body that counts as binary."""

    def visit(self, node: IConstruct) -> None:
        if isinstance(node, apigateway.CfnMethod) and node.http_method == "OPTIONS":
            node.add_property_override("Integration.ContentHandling", "CONVERT_TO_TEXT")


class RestApi(apigateway.RestApi):
    def __init__(self, scope: Construct, stage: Stage, groups: Sequence[Group], authorizer: lambda_.IFunction) -> None:
        super().__init__(
            scope,
            "rest",
            rest_api_name=stage.prefix,
            description="Document Workflow Chain",
            endpoint_types=[apigateway.EndpointType.REGIONAL],
            binary_media_types=BINARY,
            # One per account and region, kept when a stage goes: other APIs log through it too.
            cloud_watch_role=stage.access_logs,
            cloud_watch_role_removal_policy=RemovalPolicy.RETAIN if stage.access_logs else None,
            deploy_options=apigateway.StageOptions(
                stage_name=STAGE_NAME,
                tracing_enabled=stage.tracing,
                throttling_rate_limit=stage.requests_per_second,
                throttling_burst_limit=stage.request_burst,
                **_access_log(scope, stage),
            ),
        )
        self._origins = stage.cors_origins
        self.checked = apigateway.RequestAuthorizer(
            self,
            "authorizer",
            handler=authorizer,
            identity_sources=[apigateway.IdentitySource.header("Authorization")],
            results_cache_ttl=Duration.seconds(stage.authorizer_cache_seconds),
        )
        aws_cdk.Aspects.of(self).add(TextPreflight())
        for group in groups:
            self._add_group(group)
        self._answer_preflight_as_text()
        self._explain()
        for name, told in GATEWAY_ERRORS.items():
            self._add_error(name, *told, readable_by=stage.cors_origins)

    def _add_group(self, group: Group) -> None:
        # One permission for each function and not for each method: a stack has 500 resources at most.
        integration = apigateway.LambdaIntegration(group.function, scope_permission_to_method=False)
        for path in group.public:
            # Of such paths the function answers a preflight itself.
            method = self.root.resource_for_path(path).add_method("ANY", integration)
            listed = "public: a test holds the list of such paths to the code"
            explain(method, listed, "AwsSolutions-APIG4", "AwsSolutions-COG4")
        for prefix in (*([group.prefix] if group.prefix else []), *group.also):
            base = self.root.resource_for_path(prefix)
            self._add_checked((base, base.resource_for_path("{proxy+}")), integration)
        self._add_checked((self.root.resource_for_path(path) for path in group.exact), integration)

    def _add_checked(
        self, resources: Iterable[apigateway.IResource], integration: apigateway.LambdaIntegration
    ) -> None:
        for resource in resources:
            self._answer_preflight(resource)
            method = resource.add_method(
                "ANY", integration, authorizer=self.checked, authorization_type=apigateway.AuthorizationType.CUSTOM
            )
            explain(method, "our authorizer sees a revoked session; a Cognito token outlives it", "AwsSolutions-COG4")

    def _answer_preflight(self, resource: apigateway.IResource) -> None:
        """The authorizer would refuse it: a browser asks without a token."""
        if self._origins:
            resource.add_cors_preflight(
                allow_origins=list(self._origins),
                allow_headers=list(SENT),
                max_age=Duration.seconds(ASKED_AGAIN_SECONDS),
            )

    def _answer_preflight_as_text(self) -> None:
        """With every body taken as binary, API Gateway cannot read the template of a mocked OPTIONS, and fails."""
        for method in self.methods:
            if method.http_method == "OPTIONS":
                raw = cast(apigateway.CfnMethod, method.node.default_child)
                raw.add_property_override("Integration.ContentHandling", "CONVERT_TO_TEXT")

    def _explain(self) -> None:
        explain(self, "each group checks what comes against its schemas, and names the field", "AwsSolutions-APIG2")
        acl = "a web ACL costs money while idle; its owner attaches one to the edge (web_acl_arn)"
        explain(self.deployment_stage, acl, "AwsSolutions-APIG3")
        bodies = "access logs tell of each request; execution logs would keep its body"
        explain(self.deployment_stage, bodies, "AwsSolutions-APIG6")
        role = self.node.try_find_child("CloudWatchRole")
        if role:
            policy = "arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
            asked = "the policy that API Gateway asks for; one role per account and region"
            explain(role, asked, f"AwsSolutions-IAM4[Policy::{policy}]")

    def _add_error(self, name: str, status: int, code: str, message: str, *, readable_by: tuple[str, ...]) -> None:
        body = {"error": {"code": code, "message": message, "request_id": "$context.requestId"}}
        headers = {k: f"'{v}'" for k, v in SECURITY_HEADERS.items()} | {"content-type": "'application/json'"}
        headers |= _cors_headers(readable_by)
        if status == 429:
            headers["retry-after"] = "'1'"
        self.add_gateway_response(
            f"error-{name.lower().replace('_', '-')}",
            type=apigateway.ResponseType.of(name),
            status_code=str(status),
            response_headers=headers,
            templates={"application/json": json.dumps(body)},
        )


def _cors_headers(origins: tuple[str, ...]) -> dict[str, str]:
    """Of several origins the gateway cannot choose, and says back the one that asks: its errors tell nobody's data."""
    if not origins:
        return {}
    allowed = f"'{origins[0]}'" if len(origins) == 1 else "method.request.header.origin"
    exposed = "'x-request-id, retry-after'"
    return {"access-control-allow-origin": allowed, "access-control-expose-headers": exposed, "vary": "'origin'"}


def _access_log(scope: Construct, stage: Stage) -> dict[str, Any]:
    if not stage.access_logs:
        return {}
    group = logs.LogGroup(
        scope, "rest-access-log", retention=RETENTION[stage.log_days], removal_policy=RemovalPolicy.DESTROY
    )
    fields = {
        **dict.fromkeys(("http_method", "ip", "protocol", "request_time", "resource_path", "response_length"), True),
        **{"status": True, "caller": False, "user": False},
    }
    return {
        "access_log_destination": apigateway.LogGroupLogDestination(group),
        "access_log_format": apigateway.AccessLogFormat.json_with_standard_fields(**fields),
    }
