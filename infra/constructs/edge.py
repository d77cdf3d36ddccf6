"""One address for both APIs, by CloudFront: what ``infra/local/front.py`` is on a developer's machine."""

from pathlib import Path

from aws_cdk import Aws, Duration
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from constructs import Construct

from infra.constructs.explained import explain
from infra.constructs.rest_api import STAGE_NAME, RestApi
from infra.constructs.websocket_api import WebSocketApi
from infra.stage import Stage

SOCKETS = "/api/v3/ws/ws*"
CODE = Path(__file__).with_name("edge_function.js")


class Edge(Construct):
    def __init__(self, scope: Construct, stage: Stage, rest: RestApi, websocket: WebSocketApi, proof: str) -> None:
        super().__init__(scope, "edge")
        self._proof = proof
        self._function = cloudfront.Function(
            self,
            "request",
            function_name=f"{stage.prefix}-request",
            runtime=cloudfront.FunctionRuntime.JS_2_0,
            code=cloudfront.FunctionCode.from_file(file_path=str(CODE)),
            comment="one address for REST and sockets",
        )
        self._headers = _security_headers(self, stage)
        domain = stage.domain
        self.distribution = cloudfront.Distribution(
            self,
            "distribution",
            comment=stage.prefix,
            default_behavior=self._behaviour(rest.rest_api_id, f"/{STAGE_NAME}"),
            # The function writes this origin's whole path: the API has no other than its stage.
            additional_behaviors={SOCKETS: self._behaviour(websocket.api.api_id, None)},
            domain_names=[domain.name] if domain else None,
            certificate=acm.Certificate.from_certificate_arn(self, "certificate", domain.certificate_arn)
            if domain
            else None,
            minimum_protocol_version=cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            price_class=cloudfront.PriceClass.PRICE_CLASS_100,
            web_acl_id=stage.web_acl_arn or None,
        )
        _explain(self.distribution, stage)

    @property
    def url(self) -> str:
        return f"https://{self.distribution.distribution_domain_name}"

    def _behaviour(self, api_id: str, path: str | None) -> cloudfront.BehaviorOptions:
        """Nothing is cached, and all that the viewer sent goes on but Host, by which API Gateway finds an API."""
        origin = origins.HttpOrigin(
            f"{api_id}.execute-api.{Aws.REGION}.{Aws.URL_SUFFIX}",
            origin_path=path,
            protocol_policy=cloudfront.OriginProtocolPolicy.HTTPS_ONLY,
            origin_ssl_protocols=[cloudfront.OriginSslPolicy.TLS_V1_2],
            read_timeout=Duration.seconds(30),
            custom_headers={"x-docchain-proof": self._proof},
        )
        return cloudfront.BehaviorOptions(
            origin=origin,
            allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
            cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
            origin_request_policy=cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
            response_headers_policy=self._headers,
            # A token must never travel in the clear, not even towards a redirect.
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
            function_associations=[
                cloudfront.FunctionAssociation(
                    function=self._function, event_type=cloudfront.FunctionEventType.VIEWER_REQUEST
                )
            ],
        )


def _security_headers(scope: Construct, stage: Stage) -> cloudfront.ResponseHeadersPolicy:
    return cloudfront.ResponseHeadersPolicy(
        scope,
        "headers",
        response_headers_policy_name=f"{stage.prefix}-security",
        security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
            strict_transport_security=cloudfront.ResponseHeadersStrictTransportSecurity(
                access_control_max_age=Duration.days(365), include_subdomains=True, override=True
            ),
            content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
            frame_options=cloudfront.ResponseHeadersFrameOptions(
                frame_option=cloudfront.HeadersFrameOption.DENY, override=True
            ),
            referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
                referrer_policy=cloudfront.HeadersReferrerPolicy.NO_REFERRER, override=True
            ),
        ),
    )


def _explain(distribution: cloudfront.Distribution, stage: Stage) -> None:
    logged = "both APIs log each request; CloudFront's own log would keep the token in a socket's query"
    explain(distribution, logged, "AwsSolutions-CFR3")
    explain(distribution, "callers may come from every country", "AwsSolutions-CFR1")
    if not stage.web_acl_arn:
        explain(distribution, "a web ACL costs money while idle: web_acl_arn attaches one", "AwsSolutions-CFR2")
    if not stage.domain:
        explain(distribution, "CloudFront's own certificate allows no other: give a domain", "AwsSolutions-CFR4")
