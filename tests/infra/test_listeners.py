"""Who hears what: streams, rules, the minute's schedule, and where that which cannot be done comes to lie."""

import json

import pytest

from docchain.security_events.concerned import CONCERNED
from docchain.threats.rules import LISTENED
from infra.stage import STAGES
from tests.infra.conftest import Synthesise
from tests.infra.reading import Properties, Template, package_of, said

HEARD = {
    ("guard", "listeners/outbox", "event"),
    ("documents", "listeners/outbox", "event"),
    ("vault", "listeners/outbox", "event"),
    ("audit", "listeners/outbox", "event"),
    ("metrics", "listeners/outbox", "event"),
    ("schedules", "listeners/outbox", "event"),
    ("identity", "listeners/outbox", "event"),
    ("workflows", "listeners/outbox", "event"),
    ("runs", "listeners/outbox", "event"),
    ("runs", "listeners/run_events", "event"),
    ("realtime", "listeners/connections", "connection"),
    ("realtime", "listeners/room_messages", "message"),
}


def mappings(template: Template) -> list[Properties]:
    """Those of streams; a queue has no position to begin at."""
    found = template.resources("AWS::Lambda::EventSourceMapping").values()
    return [mapping for mapping in found if "StartingPosition" in mapping]


def test_each_stream_is_heard_by_those_it_concerns(template: Template) -> None:
    functions = template.resources("AWS::Lambda::Function")
    tables = template.resources("AWS::DynamoDB::Table")
    heard = {
        (
            tables[m["EventSourceArn"]["Fn::GetAtt"][0]]["TableName"].rpartition("-")[2],
            package_of(functions[m["FunctionName"]["Ref"]]),
            _pattern(m)["dynamodb"]["NewImage"]["entity"]["S"][0],
        )
        for m in mappings(template)
    }

    assert heard == HEARD


def test_only_what_is_new_wakes_a_listener(template: Template) -> None:
    assert all(_pattern(m)["eventName"] == ["INSERT"] for m in mappings(template))


def test_a_poisonous_batch_is_halved_tried_five_times_and_kept(template: Template) -> None:
    for mapping in mappings(template):
        assert mapping["BisectBatchOnFunctionError"]
        assert mapping["MaximumRetryAttempts"] == 5
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert mapping["DestinationConfig"]["OnFailure"]["Destination"]


def test_nothing_written_before_the_listener_is_missed(template: Template) -> None:
    assert {m["StartingPosition"] for m in mappings(template)} == {"TRIM_HORIZON"}


def test_a_listener_hears_executions_of_its_own_stage_only(synthesise: Synthesise) -> None:
    for stage in STAGES.values():
        rule = _rule(synthesise(stage), "aws.states", "listeners/executions")
        machine = said(rule["EventPattern"]["detail"]["stateMachineArn"][0]["prefix"])

        assert machine.endswith(f":stateMachine:{stage.prefix}-")
        assert rule["EventPattern"]["detail"]["status"] == ["FAILED", "TIMED_OUT", "ABORTED"]
        assert "EventBusName" not in rule


def test_a_revoked_session_is_heard_on_our_bus(template: Template) -> None:
    rule = _rule(template, "docchain", "listeners/revoked_sessions")

    assert rule["EventPattern"]["detail-type"] == ["session.revoked", "sessions.revoked"]
    assert rule["EventBusName"] == {"Ref": template.logical_id("AWS::Events::EventBus")}


def test_all_that_a_rule_of_security_weighs_is_heard_on_our_bus(template: Template) -> None:
    pattern = _rule(template, "docchain", "listeners/security")["EventPattern"]

    assert set(pattern["detail-type"]) == CONCERNED >= LISTENED
    assert len(json.dumps(pattern)) <= 2048  # more, EventBridge does not take


def test_what_a_rule_cannot_deliver_is_kept(template: Template) -> None:
    for rule in template.resources("AWS::Events::Rule").values():
        assert all("DeadLetterConfig" in target for target in rule["Targets"])


@pytest.mark.parametrize("package", ["listeners/revoked_sessions", "listeners/executions", "listeners/security"])
def test_what_a_listener_of_rules_fails_at_is_kept(template: Template, package: str) -> None:
    configured = template.resources("AWS::Lambda::EventInvokeConfig").values()
    functions = template.resources("AWS::Lambda::Function")
    kept = {package_of(functions[template.reference(c["FunctionName"])]) for c in configured}

    assert package in kept or "DeadLetterConfig" in template.functions()[package]


def test_open_runs_are_looked_at_every_minute(template: Template) -> None:
    functions = template.resources("AWS::Lambda::Function")
    schedules = template.resources("AWS::Scheduler::Schedule").values()
    every = {package_of(functions[template.reference(s["Target"]["Arn"])]): s["ScheduleExpression"] for s in schedules}

    assert every["schedules/stuck_runs"] == "rate(1 minute)"


def test_a_socket_has_a_function_for_each_of_its_three_moments(template: Template) -> None:
    integrations = template.resources("AWS::ApiGatewayV2::Integration")
    functions = template.resources("AWS::Lambda::Function")
    routes = {}
    for route in template.resources("AWS::ApiGatewayV2::Route").values():
        integration = next(i for name, i in integrations.items() if f"'{name}'" in str(route["Target"]))
        routes[route["RouteKey"]] = next(
            package_of(f) for name, f in functions.items() if f"'{name}'" in str(integration["IntegrationUri"])
        )

    assert routes == {
        "$connect": "websocket/connect",
        "$disconnect": "websocket/disconnect",
        "$default": "websocket/message",
    }


def test_sockets_are_answered_where_the_stage_is(synthesise: Synthesise) -> None:
    def endpoint(stage: str, **context: str) -> str:
        from infra.stage import with_context

        template = synthesise(with_context(STAGES[stage], context))
        return said(template.functions()["queues/socket_fanout"]["Environment"]["Variables"]["WEBSOCKET_ENDPOINT"])

    emulated = endpoint("local", emulator_url="http://127.0.0.1:4566")
    assert emulated.startswith("http://127.0.0.1:4566/_aws/execute-api/<")
    assert emulated.endswith(">/v1")
    assert endpoint("prod").startswith("https://<")
    assert ".execute-api." in endpoint("prod")


def _pattern(mapping: Properties) -> Properties:
    (single,) = mapping["FilterCriteria"]["Filters"]
    pattern: Properties = json.loads(single["Pattern"])
    return pattern


def _rule(template: Template, source: str, package: str) -> Properties:
    """The one that wakes the package's function."""
    functions = template.resources("AWS::Lambda::Function")
    own = [name for name, function in functions.items() if package_of(function) == package]
    rules = [r for r in template.resources("AWS::Events::Rule").values() if r["EventPattern"]["source"] == [source]]
    (rule,) = [r for r in rules if any(f"'{name}'" in str(t["Arn"]) for t in r["Targets"] for name in own)]
    return rule
