"""Least privilege, read off the template: the emulator does not evaluate all of it, so nothing else would tell."""

import re

from infra.stage import STAGES, with_context
from tests.infra.conftest import Synthesise
from tests.infra.reading import Template, listed, said

# X-Ray knows no resources, DynamoDB lists the streams of an account or none, Step Functions its machines.
MAY_BE_ANYWHERE = {
    *("xray:PutTraceSegments", "xray:PutTelemetryRecords", "dynamodb:ListStreams"),
    "states:ListStateMachines",
    "cloudwatch:GetMetricData",
}


def test_no_role_has_a_wildcard_for_an_action(template: Template) -> None:
    for policy in template.resources("AWS::IAM::Policy").values():
        for statement in policy["PolicyDocument"]["Statement"]:
            assert not [action for action in listed(statement["Action"]) if "*" in action]


def test_no_role_may_do_a_thing_to_everything(template: Template) -> None:
    for policy in template.resources("AWS::IAM::Policy").values():
        for statement in policy["PolicyDocument"]["Statement"]:
            if "*" in listed(statement["Resource"]):
                assert set(listed(statement["Action"])) <= MAY_BE_ANYWHERE


def test_no_function_leans_on_a_managed_policy(template: Template) -> None:
    """API Gateway's own role does: it takes AWS's policy for its logs and no other."""
    of_the_gateway = {
        template.reference(account["CloudWatchRoleArn"])
        for account in template.resources("AWS::ApiGateway::Account").values()
    }
    roles = template.resources("AWS::IAM::Role")

    assert {name for name, role in roles.items() if role.get("ManagedPolicyArns")} == of_the_gateway


def test_executions_may_invoke_the_steps_and_run_themselves_for_each_item_and_nothing_else(
    template: Template,
) -> None:
    role = _state_machine_role(template)
    steps = {
        f"<{name}.Arn>" for name, f in template.resources("AWS::Lambda::Function").items() if ".steps." in f["Handler"]
    }
    granted: dict[str, set[str]] = {}
    for statement in template.statements_of_role(role):
        for action in listed(statement["Action"]):
            granted.setdefault(action, set()).update(said(r) for r in listed(statement["Resource"]))

    assert granted.pop("lambda:InvokeFunction") == steps
    (manifests,) = granted.pop("s3:GetObject")
    assert manifests.endswith("/*/maps/*")
    for action, kind in (("Start", "stateMachine"), ("Describe", "execution"), ("Stop", "execution")):
        (resource,) = granted.pop(f"states:{action}Execution")
        assert re.search(rf":{kind}:docchain-\w+-\*$", resource)
    assert not granted


def test_only_who_publishes_or_restores_may_pass_a_role_and_only_that_of_executions(template: Template) -> None:
    passing = {p: template.allowed(p).get("iam:PassRole") for p in template.functions()}

    assert {p: r for p, r in passing.items() if r} == {
        "api/workflows": {f"<{_state_machine_role(template)}.Arn>"},
        "api/advanced": {f"<{_state_machine_role(template)}.Arn>"},
        "api/ai_workflows": {f"<{_state_machine_role(template)}.Arn>"},
        "queues/tasks_light": {f"<{_state_machine_role(template)}.Arn>"},
        "schedules/stuck_runs": {f"<{_state_machine_role(template)}.Arn>"},
        "api/scheduler": {_schedule_role(template)},
        "queues/schedule_fires": {f"<{_state_machine_role(template)}.Arn>", _schedule_role(template)},
    }
    assert {p for p in passing if "states:CreateStateMachine" in template.allowed(p)} == {
        p for p, roles in passing.items() if roles and f"<{_state_machine_role(template)}.Arn>" in roles
    }


def _schedule_role(template: Template) -> str:
    """As which EventBridge Scheduler fills the queue of users' schedules, and nothing else."""
    (name,) = [n for n in template.resources("AWS::IAM::Role") if n.startswith("schedulefiresrole")]
    actions = {a for s in template.statements_of_role(name) for a in listed(s["Action"])}
    assert actions == {"sqs:SendMessage"}
    return f"<{name}.Arn>"


def test_schedules_are_made_in_the_stages_own_group_only(template: Template) -> None:
    (group,) = template.resources("AWS::Scheduler::ScheduleGroup").values()
    for package in template.functions():
        resources = template.allowed(package).get("scheduler:CreateSchedule", set())
        assert all(r.endswith(f":schedule/{group['Name']}/*") for r in resources)
        assert bool(resources) == (package in {"api/scheduler", "queues/schedule_fires"})


def test_state_machines_of_another_stage_are_out_of_reach(synthesise: Synthesise) -> None:
    for stage in STAGES.values():
        template = synthesise(stage)
        for package in template.functions():
            for action, resources in template.allowed(package).items():
                if action.startswith("states:") and action not in MAY_BE_ANYWHERE:
                    assert all(re.search(rf":(stateMachine|execution):{stage.prefix}-", r) for r in resources)


def test_only_identity_signs_and_only_those_who_check_tokens_see_the_key(template: Template) -> None:
    told = {p for p, f in template.functions().items() if "SIGNING_KEYS" in f["Environment"]["Variables"]}
    using = {action: {p for p in told if action in template.allowed(p)} for action in ("kms:Sign", "kms:GetPublicKey")}

    assert using["kms:Sign"] == {"api/auth", "api/security"}
    assert using["kms:GetPublicKey"] == {"api/auth", "api/security", "authorizers/rest", "websocket/connect"}


def test_who_is_told_the_sockets_address_may_post_there_and_nobody_else(template: Template) -> None:
    told = {p for p, f in template.functions().items() if "WEBSOCKET_ENDPOINT" in f["Environment"]["Variables"]}
    may = {p for p in template.functions() if "execute-api:ManageConnections" in template.allowed(p)}

    assert told == may


def test_posting_to_sockets_is_granted_as_aws_spells_it(template: Template) -> None:
    api = template.logical_id("AWS::ApiGatewayV2::Api", ProtocolType="WEBSOCKET")
    (resource,) = template.allowed("queues/socket_fanout")["execute-api:ManageConnections"]

    assert re.search(rf":<{api}>/v1/(POST|\*)/@connections/\*$", resource)


def test_no_api_function_may_read_the_open_runs_of_all_tenants(template: Template) -> None:
    for package in template.functions():
        reachable = template.allowed(package).get("dynamodb:Query", set())
        system = {"schedules/stuck_runs", "schedules/due_waits", "listeners/run_ends", "schedules/housekeeping"}
        # A tenant's own cleanup leaves what its open runs may read.
        if package not in {*system, "queues/tasks_data"}:
            assert not [r for r in reachable if r.endswith(("/index/*", "/index/open_runs"))], package


def test_nobody_may_scan_a_table(template: Template) -> None:
    for package in template.functions():
        assert not {"dynamodb:Scan", "dynamodb:PartiQLSelect"} & template.allowed(package).keys()


def test_the_key_of_a_model_is_granted_by_its_arn(synthesise: Synthesise) -> None:
    template = synthesise(with_context(STAGES["dev"], {"openai_secret": "docchain/openai"}))
    (resource,) = template.allowed("steps/ai")["secretsmanager:GetSecretValue"]

    assert resource.startswith("arn:")


def test_an_upload_that_never_came_is_seen_as_missing(template: Template) -> None:
    assert "s3:ListBucket" in template.allowed("api/workflows")


def test_only_what_deletes_items_may(template: Template) -> None:
    """Runs are never deleted item by item; of identities only what is used up or belongs to a deleted user."""
    may = {package for package in template.functions() if "dynamodb:DeleteItem" in template.allowed(package)}
    listeners = {f"listeners/{name}" for name in ("connections", "revoked_sessions")}

    identity = {"api/auth", "api/security"}

    assert may == {
        "api/workflows",
        "api/cache",
        "api/advanced_ai",
        "api/metrics",
        "api/ai_workflows",  # cards and templates; of the engine's tables that of workflows alone
        *identity,
        "websocket/connect",
        "websocket/disconnect",
        "websocket/message",
        "queues/socket_fanout",  # connections that are gone
        "schedules/silent_sockets",
        *listeners,
        "schedules/housekeeping",  # documents whose time is over
        "api/background",  # tasks that have ended
        "api/scheduler",  # schedules
        "queues/schedule_fires",  # the place in line of a task that is cancelled for the next
        "schedules/tasks",  # a task's place in line, when it moves
        *(f"queues/tasks_{pool}" for pool in ("light", "data", "documents", "ai")),
    }


def test_who_looks_at_an_item_in_a_transaction_that_writes_others_may(template: Template) -> None:
    """The emulator asks for no such right, and AWS refuses the whole transaction without it."""
    may = {package: template.allowed(package).get("dynamodb:ConditionCheckItem") for package in template.functions()}
    tables = {
        properties["TableName"].rpartition("-")[2]: f"<{name}.Arn>"
        for name, properties in template.resources("AWS::DynamoDB::Table").items()
    }
    answer_what_waits = ("api/workflows", "steps/control", "listeners/run_ends", "schedules/due_waits")

    assert {package: resources for package, resources in may.items() if resources} == {
        **{package: {tables["runs"]} for package in answer_what_waits},
        "queues/search_index": {tables["documents"]},  # a segment names only content that is still there
    }


def test_who_cancels_runs_may_stop_their_executions(template: Template) -> None:
    may = {package for package in template.functions() if "states:StopExecution" in template.allowed(package)}

    assert may == {
        "api/workflows",
        "api/ai_workflows",
        "listeners/run_ends",
        "schedules/due_waits",
        "schedules/stuck_runs",
        "queues/tasks_light",  # with the task that started them
        "queues/schedule_fires",  # for the next, or when their time is over
    }


def test_functions_reach_only_their_own_tables(template: Template) -> None:
    """A table that a function is not told of is not granted to it either."""
    tables = {name: f"<{name}.Arn>" for name in template.resources("AWS::DynamoDB::Table")}
    for package, function in template.functions().items():
        told = {said(v) for k, v in function["Environment"]["Variables"].items() if k.endswith("_TABLE")}
        streams = {r for a, rs in template.allowed(package).items() if a.startswith("dynamodb:") for r in rs}
        whole = {r.partition("/index/")[0] for r in streams}  # some read an index alone
        reached = {name for name, arn in tables.items() if arn in whole}
        assert {f"<{name}>" for name in reached} == told, package


def _state_machine_role(template: Template) -> str:
    (role,) = [
        name
        for name, role in template.resources("AWS::IAM::Role").items()
        if "states.amazonaws.com" in str(role["AssumeRolePolicyDocument"])
    ]
    return role


def test_a_door_takes_from_buckets_and_tells_of_refusals_and_no_more(template: Template) -> None:
    limits = template.functions()["api/ws"]["Environment"]["Variables"]["LIMITS_TABLE"]
    guard = template.functions()["api/ws"]["Environment"]["Variables"]["GUARD_TABLE"]
    statements = template.statements("api/ws")
    for table, actions in ((limits, ["dynamodb:UpdateItem"]), (guard, ["dynamodb:PutItem"])):
        arn = {"Fn::GetAtt": [table["Ref"], "Arn"]}
        granted = [s for s in statements if arn in listed(s["Resource"])]
        assert [a for s in granted for a in listed(s["Action"])] == actions
    (telling,) = [s for s in statements if {"Fn::GetAtt": [guard["Ref"], "Arn"]} in listed(s["Resource"])]
    assert telling["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["*#outbox"]}}


def test_the_authorizer_changes_sessions_and_keys_alone(template: Template) -> None:
    writing = [
        s
        for s in template.statements("authorizers/rest")
        if {"dynamodb:UpdateItem", "dynamodb:PutItem", "dynamodb:DeleteItem"} & set(listed(s["Action"]))
    ]
    leading = {tuple(s["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]) for s in writing}
    assert leading == {("*#session#*",), ("*#api_key#*",), ("*#outbox",)}


def test_the_watch_over_security_writes_blocks_into_identity_and_nothing_else(template: Template) -> None:
    identity = template.functions()["listeners/security"]["Environment"]["Variables"]["IDENTITY_TABLE"]
    arn = {"Fn::GetAtt": [identity["Ref"], "Arn"]}
    (granted,) = [s for s in template.statements("listeners/security") if arn in listed(s["Resource"])]
    assert listed(granted["Action"]) == ["dynamodb:PutItem"]
    assert granted["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["*#blocked#*"]}}
