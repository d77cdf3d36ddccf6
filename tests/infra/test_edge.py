"""The one address of a stage in AWS: where CloudFront sends what, and what its function makes of a request."""

import json
import subprocess
from typing import Any

import pytest

from infra.constructs import edge, websocket_api
from infra.local.answers import SECURITY_HEADERS
from infra.local.place import node_directory
from infra.stage import STAGES, Domain, IncompleteContext, with_context
from tests.infra.conftest import Synthesise
from tests.infra.reading import Properties, Template, said

Request = dict[str, Any]


def ask(uri: str, headers: dict[str, str] | None = None, **query: str) -> Request:
    """What the function makes of a request, as CloudFront would run it."""
    event = {
        "context": {"requestId": "r-1"},
        "viewer": {"ip": "203.0.113.7"},
        "request": {
            "method": "GET",
            "uri": uri,
            "headers": {k: {"value": v} for k, v in (headers or {}).items()},
            "querystring": {k: {"value": v} for k, v in query.items()},
        },
    }
    program = f"{edge.CODE.read_text()}\nprocess.stdout.write(JSON.stringify(handler({json.dumps(event)})));"
    done = subprocess.run(
        [str(node_directory() / "node"), "-"], input=program, capture_output=True, text=True, check=True
    )
    answer: Request = json.loads(done.stdout)
    return answer


def values(fields: dict[str, dict[str, str]]) -> dict[str, str]:
    return {name: field["value"] for name, field in fields.items()}


@pytest.mark.parametrize(
    ("uri", "query"),
    [
        ("/api/v3/ws/ws", {}),
        ("/api/v3/ws/ws/", {}),
        ("/api/v3/ws/ws/workflow/7", {"target": "workflow", "target_id": "7"}),
        ("/api/v3/ws/ws/user/1/", {"target": "user", "target_id": "1"}),
    ],
)
def test_a_socket_goes_to_the_stage_and_its_path_becomes_a_query(uri: str, query: dict[str, str]) -> None:
    request = ask(uri, connection_id="c1")

    assert request["uri"] == f"/{websocket_api.STAGE_NAME}"
    assert values(request["querystring"]) == {"connection_id": "c1", **query}


@pytest.mark.parametrize("rest", ["x", "/workflow", "/workflow/", "/dance/7", "/workflow/7/8", "//7"])
def test_a_socket_to_nowhere_is_refused_in_the_envelope(rest: str) -> None:
    answer = ask(f"/api/v3/ws/ws{rest}")

    assert answer["statusCode"] == 404
    assert json.loads(answer["body"]["data"])["error"] == {
        "code": "NOT_FOUND",
        "message": "There is nothing under this path.",
        "request_id": "r-1",
    }


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ("/", "/"),
        ("/docs/", "/docs"),
        ("/api/v3/workflows//", "/api/v3/workflows"),
        ("/api/v3/ws/stats", "/api/v3/ws/stats"),
    ],
)
def test_a_trailing_slash_means_nothing(given: str, asked: str) -> None:
    assert ask(given)["uri"] == asked


def test_an_api_key_travels_as_a_bearer_token_and_a_token_wins() -> None:
    assert values(ask("/", {"x-api-key": "k"})["headers"])["authorization"] == "Bearer k"
    both = {"x-api-key": "k", "authorization": "Bearer t"}
    assert values(ask("/", both)["headers"])["authorization"] == "Bearer t"
    assert "authorization" not in ask("/")["headers"]


def test_a_viewer_is_named_by_the_edge_and_not_by_themselves() -> None:
    assert values(ask("/", {"x-viewer-address": "192.0.2.1"})["headers"])["x-viewer-address"] == "203.0.113.7"


def test_the_edge_proves_itself_to_every_door_and_other_stages_have_no_proof(synthesise: Synthesise) -> None:
    for stage in STAGES.values():
        template = synthesise(stage)
        doors = {
            p: f for p, f in template.functions().items() if p.split("/")[0] in {"api", "authorizers", "websocket"}
        }
        told = {said(f["Environment"]["Variables"]["EDGE_PROOF"]) for f in doors.values()}
        sent = {
            said(header["HeaderValue"])
            for config in template.resources("AWS::CloudFront::Distribution").values()
            for origin in config["DistributionConfig"]["Origins"]
            for header in origin["OriginCustomHeaders"]
        }
        assert told == (sent if stage.edge else {""})
        assert len(told) == 1


def test_the_function_is_as_small_as_cloudfront_wants_it() -> None:
    assert edge.CODE.stat().st_size < 10_240


def test_sockets_and_all_else_go_to_the_api_that_serves_them(prod: Template) -> None:
    config = distribution(prod)
    origins = {o["Id"]: o for o in config["Origins"]}
    (sockets,) = config["CacheBehaviors"]
    rest = origins[config["DefaultCacheBehavior"]["TargetOriginId"]]
    socket = origins[sockets["TargetOriginId"]]

    assert sockets["PathPattern"] == "/api/v3/ws/ws*"
    (rest_id,) = prod.resources("AWS::ApiGateway::RestApi")
    assert said(rest["DomainName"]).startswith(f"<{rest_id}>.execute-api.")
    assert rest["OriginPath"] == "/v1"
    assert said(socket["DomainName"]).startswith(f"<{prod.logical_id('AWS::ApiGatewayV2::Api')}>.execute-api.")
    assert "OriginPath" not in socket


def test_nothing_is_cached_or_left_out_and_nothing_travels_in_the_clear(prod: Template) -> None:
    config = distribution(prod)
    for behaviour in (config["DefaultCacheBehavior"], *config["CacheBehaviors"]):
        assert behaviour["CachePolicyId"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"  # CachingDisabled
        assert behaviour["OriginRequestPolicyId"] == "b689b0a8-53d0-40ab-baf2-68738e2966ac"  # AllViewerExceptHostHeader
        assert behaviour["ViewerProtocolPolicy"] == "https-only"
        assert {"PUT", "PATCH", "DELETE", "OPTIONS"} <= set(behaviour["AllowedMethods"])
        (function,) = behaviour["FunctionAssociations"]
        assert function["EventType"] == "viewer-request"
    for origin in config["Origins"]:
        assert origin["CustomOriginConfig"]["OriginProtocolPolicy"] == "https-only"


def test_answers_carry_the_headers_of_the_local_front(prod: Template) -> None:
    (policy,) = prod.resources("AWS::CloudFront::ResponseHeadersPolicy").values()
    headers = policy["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
    transport = headers["StrictTransportSecurity"]

    assert {
        b"strict-transport-security": f"max-age={transport['AccessControlMaxAgeSec']}; includeSubDomains".encode(),
        b"x-content-type-options": b"nosniff" if "ContentTypeOptions" in headers else b"",
        b"x-frame-options": headers["FrameOptions"]["FrameOption"].encode(),
        b"referrer-policy": headers["ReferrerPolicy"]["ReferrerPolicy"].encode(),
    } == dict(SECURITY_HEADERS)
    assert transport["IncludeSubdomains"]


def test_an_owner_brings_a_name_and_a_wall(synthesise: Synthesise) -> None:
    context = {
        "domain": "flows.example.com",
        "certificate_arn": "arn:aws:acm:us-east-1:123456789012:certificate/1",
        "web_acl_arn": "arn:aws:wafv2:us-east-1:123456789012:global/webacl/w/1",
    }
    stage = with_context(STAGES["prod"], context)
    config = distribution(synthesise(stage))

    assert stage.domain == Domain(name=context["domain"], certificate_arn=context["certificate_arn"])
    assert config["Aliases"] == ["flows.example.com"]
    assert config["ViewerCertificate"]["MinimumProtocolVersion"] == "TLSv1.2_2021"
    assert config["ViewerCertificate"]["AcmCertificateArn"] == context["certificate_arn"]
    assert config["WebACLId"] == context["web_acl_arn"]


def test_only_a_stage_that_says_so_has_an_edge(synthesise: Synthesise) -> None:
    for stage in STAGES.values():
        template = synthesise(stage)
        assert bool(template.resources("AWS::CloudFront::Distribution")) == stage.edge
        assert ("EdgeUrl" in template.body["Outputs"]) == stage.edge


def distribution(template: Template) -> Properties:
    (found,) = template.resources("AWS::CloudFront::Distribution").values()
    config: Properties = found["DistributionConfig"]
    return config


def test_a_domain_without_its_certificate_is_refused() -> None:
    with pytest.raises(IncompleteContext, match="certificate_arn"):
        with_context(STAGES["prod"], {"domain": "flows.example.com"})
