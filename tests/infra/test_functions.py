"""Infra and code hold each other to one list of functions and one list of settings."""

import pytest

from infra.stage import STAGES
from tests.infra.code import packages, settings_of
from tests.infra.conftest import Synthesise
from tests.infra.reading import Template

OF_THE_PLATFORM = {"POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE", "LOG_LEVEL"}


def test_every_package_is_one_function_and_every_function_a_package(template: Template) -> None:
    handlers = sorted(f["Handler"] for f in template.resources("AWS::Lambda::Function").values())

    assert handlers == sorted(f"functions.{p.replace('/', '.')}.handler.handler" for p in packages())


@pytest.mark.parametrize("package", packages())
def test_a_function_is_told_exactly_its_settings(template: Template, package: str) -> None:
    environment = template.functions()[package]["Environment"]["Variables"]

    assert set(environment) == settings_of(package) | OF_THE_PLATFORM


@pytest.mark.parametrize("package", packages())
def test_a_function_can_parse_its_settings(local: Template, package: str) -> None:
    """A figure is a figure, and nothing is left empty but what its ``Settings`` say may be."""
    variables = local.functions()[package]["Environment"]["Variables"]
    may_be_empty = {
        "EDGE_PROOF",
        "PASSKEY_ORIGIN",
        "CACHE_REDIS_URL",
        "CACHE_REDIS_SECRET",
        "WATCHED_FUNCTIONS",  # a stage without CloudWatch has none
    }

    assert {name for name, value in variables.items() if value == ""} <= may_be_empty


def test_each_function_has_a_role_of_its_own(template: Template) -> None:
    roles = [template.role_of(package) for package in template.functions()]

    assert len(roles) == len(set(roles))


def test_logs_are_kept_as_long_as_the_stage_says(synthesise: Synthesise) -> None:
    for stage in STAGES.values():
        template = synthesise(stage)
        kept = {g.get("RetentionInDays") for g in template.resources("AWS::Logs::LogGroup").values()}
        named = [f["LoggingConfig"]["LogGroup"]["Ref"] for f in template.functions().values()]

        assert kept == {stage.log_days}
        assert len(set(named)) == len(packages())


def test_aws_runs_the_python_and_processor_of_the_stage(synthesise: Synthesise) -> None:
    for stage in STAGES.values():
        for function in synthesise(stage).functions().values():
            assert function["Runtime"] == f"python{stage.python}"
            assert function["Architectures"] == [stage.architecture]


def test_traces_are_taken_where_the_stage_says(synthesise: Synthesise) -> None:
    for stage in STAGES.values():
        modes = {f.get("TracingConfig", {}).get("Mode") for f in synthesise(stage).functions().values()}
        assert modes == ({"Active"} if stage.tracing else {None})


def test_no_function_outlasts_its_door(template: Template) -> None:
    """API Gateway gives up after 29 s; a function that worked on would be paid for an answer that nobody gets."""
    slow = {p: f["Timeout"] for p, f in template.functions().items() if p.split("/")[0] in {"api", "websocket"}}

    assert max(slow.values()) <= 30


def test_each_stack_stays_well_below_the_limit_of_resources(template: Template) -> None:
    """CloudFormation takes 500. A group has a dozen: who adds the last one that fits moves something out first."""
    assert max(len(body["Resources"]) for body in template.stacks.values()) < 480


def test_the_outputs_say_where_a_stage_is(template: Template) -> None:
    tables = {f"{name}Table" for name in ("Identity", "Workflows", "Runs", "Documents", "Realtime")}
    rest = {"RestApiId", "RestApiStage", "RestApiUrl"}
    sockets = {"WebSocketApiId", "WebSocketApiStage", "WebSocketApiUrl"}

    assert set(template.body["Outputs"]) >= tables | rest | sockets | {"DocumentsBucket", "EventBus", "SigningKeys"}
