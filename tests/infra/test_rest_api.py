"""The REST API of the template against the routes of the code: who is asked for a token, and what a refusal says."""

import json
import re
from dataclasses import replace

import pytest

from infra.stage import STAGES
from tests.infra.code import Route, routes
from tests.infra.conftest import Synthesise
from tests.infra.gateway import Gateway
from tests.infra.reading import Template


@pytest.fixture(scope="module")
def gateway(local: Template) -> Gateway:
    return Gateway(local)


def called(route: Route) -> str:
    return re.sub(r"\{[^}]+\}", "7", route.path)


@pytest.mark.parametrize("route", routes(), ids=lambda r: f"{r.method} {r.path}")
def test_every_route_arrives_at_its_group_and_asks_for_a_token_unless_public(gateway: Gateway, route: Route) -> None:
    arrival = gateway.arrive(route.method, called(route))

    assert arrival is not None
    assert (arrival.package, arrival.authorization) == (route.package, "NONE" if route.public else "CUSTOM")


def test_no_path_is_open_that_no_public_route_has(local: Template, gateway: Gateway) -> None:
    public = {called(r) for r in routes() if r.public}
    open_methods = [m for m in gateway.methods() if m["AuthorizationType"] == "NONE" and m["HttpMethod"] != "OPTIONS"]
    arriving = {path for path in public if gateway.arrive("GET", path) or gateway.arrive("POST", path)}

    assert len(open_methods) == len(arriving) == len(public)


@pytest.mark.parametrize("path", ["/api/v3/nothing", "/api/v3", "/nothing", "/api/v2/workflows", "/admin"])
def test_what_no_group_serves_arrives_nowhere(gateway: Gateway, path: str) -> None:
    assert gateway.arrive("GET", path) is None


def test_what_a_group_does_not_know_arrives_there_with_a_token(gateway: Gateway) -> None:
    arrival = gateway.arrive("GET", "/api/v3/workflows/7/nothing/here")

    assert arrival is not None
    assert (arrival.package, arrival.authorization) == ("api/workflows", "CUSTOM")


def test_a_revoked_token_is_refused_within_five_seconds(template: Template) -> None:
    (authorizer,) = template.resources("AWS::ApiGateway::Authorizer").values()

    assert authorizer["Type"] == "REQUEST"
    assert authorizer["IdentitySource"] == "method.request.header.Authorization"
    assert authorizer["AuthorizerResultTtlInSeconds"] <= 4


def test_the_gateway_refuses_in_the_envelope(template: Template) -> None:
    answers = template.resources("AWS::ApiGateway::GatewayResponse").values()
    codes = {a["ResponseType"]: (a["StatusCode"], _error(a)["code"]) for a in answers}

    assert codes["UNAUTHORIZED"] == ("401", "UNAUTHORIZED")
    assert codes["MISSING_AUTHENTICATION_TOKEN"] == ("404", "NOT_FOUND")
    assert codes["ACCESS_DENIED"] == ("401", "UNAUTHORIZED")
    assert codes["REQUEST_TOO_LARGE"] == ("413", "PAYLOAD_TOO_LARGE")
    assert codes["THROTTLED"] == ("429", "RATE_LIMITED")
    assert {"DEFAULT_4XX", "DEFAULT_5XX"} <= codes.keys()
    for answer in answers:
        assert set(_error(answer)) == {"code", "message", "request_id"}
        assert _error(answer)["request_id"] == "$context.requestId"


def test_a_throttled_caller_is_told_when_to_come_again(template: Template) -> None:
    answers = template.resources("AWS::ApiGateway::GatewayResponse").values()
    throttled = [a for a in answers if a["StatusCode"] == "429"]

    assert throttled
    assert all("gatewayresponse.header.retry-after" in _header_names(a) for a in throttled)


def test_refusals_carry_the_security_headers(template: Template) -> None:
    for answer in template.resources("AWS::ApiGateway::GatewayResponse").values():
        names = _header_names(answer)
        for header in ("strict-transport-security", "x-content-type-options", "cache-control"):
            assert f"gatewayresponse.header.{header}" in names


def test_a_stage_bounds_its_requests(synthesise: Synthesise) -> None:
    for stage in STAGES.values():
        (settings,) = synthesise(stage).resources("AWS::ApiGateway::Stage").values()
        (every,) = [m for m in settings["MethodSettings"] if m["ResourcePath"] == "/*"]
        assert (every["ThrottlingRateLimit"], every["ThrottlingBurstLimit"]) == (
            stage.requests_per_second,
            stage.request_burst,
        )


def test_a_download_reaches_a_client_that_accepts_anything_as_bytes(template: Template) -> None:
    (api,) = template.resources("AWS::ApiGateway::RestApi").values()

    # API Gateway decodes by the request's Accept, and most clients say */*.
    assert api["BinaryMediaTypes"] == ["*/*"]


def test_a_preflight_can_still_be_read_where_every_body_counts_as_binary(gateway: Gateway) -> None:
    preflights = [m["Integration"] for m in gateway.methods() if m["HttpMethod"] == "OPTIONS"]

    assert preflights
    assert all(p["Type"] == "MOCK" and p["ContentHandling"] == "CONVERT_TO_TEXT" for p in preflights)


def test_an_account_that_never_logged_an_api_may_do_so(prod: Template) -> None:
    (stage,) = prod.resources("AWS::ApiGateway::Stage").values()

    assert "AccessLogSetting" not in stage or prod.resources("AWS::ApiGateway::Account")


def _error(answer: dict[str, dict[str, str]]) -> dict[str, str]:
    error: dict[str, str] = json.loads(answer["ResponseTemplates"]["application/json"])["error"]
    return error


def _header_names(answer: dict[str, dict[str, str]]) -> set[str]:
    return {name.lower() for name in answer["ResponseParameters"]}


def test_a_page_of_an_allowed_origin_may_read_the_gateways_errors_too(synthesise: Synthesise) -> None:
    allowed = {(): None, ("*",): "'*'", ("https://a.example",): "'https://a.example'"}
    several = ("https://a.example", "https://b.example")
    for origins, said_back in {**allowed, several: "method.request.header.origin"}.items():
        template = synthesise(replace(STAGES["prod"], cors_origins=origins))
        for error in template.resources("AWS::ApiGateway::GatewayResponse").values():
            header = error["ResponseParameters"].get("gatewayresponse.header.access-control-allow-origin")
            assert header == said_back


def test_a_preflight_allows_what_clients_send(local: Template) -> None:
    preflights = [m for m in local.resources("AWS::ApiGateway::Method").values() if m["HttpMethod"] == "OPTIONS"]
    assert preflights
    for method in preflights:
        (answer,) = method["Integration"]["IntegrationResponses"]
        headers = answer["ResponseParameters"]["method.response.header.Access-Control-Allow-Headers"]
        assert {"authorization", "content-type", "idempotency-key", "x-api-key"} == set(headers.strip("'").split(","))


def test_every_function_is_told_the_same_origins(template: Template) -> None:
    told = {f["Environment"]["Variables"].get("CORS_ORIGINS") for p, f in template.functions().items() if "api/" in p}
    assert len(told) == 1
    assert told != {None}
