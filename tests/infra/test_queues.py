"""Queues: what feeds them, who works them, and that nothing is lost on the way."""

from infra.stage import STAGES, with_context
from tests.infra.conftest import Synthesise
from tests.infra.reading import Properties, Template, package_of, said


def _mail_rule(template: Template) -> Properties:
    (rule,) = [
        r
        for r in template.resources("AWS::Events::Rule").values()
        if "user.invited" in r["EventPattern"].get("detail-type", [])
    ]
    return rule


def test_a_request_for_a_link_becomes_an_order_that_holds_the_event_alone(template: Template) -> None:
    (target,) = _mail_rule(template)["Targets"]

    assert target["InputPath"] == "$.detail"
    assert "mail" in str(target["Arn"])


def test_a_queue_outlasts_its_worker_and_keeps_what_fails_ten_times(template: Template) -> None:
    """What is for sockets fails five times: the history of the room has it, and others of its group wait behind it."""
    queues = template.resources("AWS::SQS::Queue")
    worked = {n: q for n, q in queues.items() if "RedrivePolicy" in q}

    assert worked
    for queue in worked.values():
        assert queue["VisibilityTimeout"] >= 180
        assert queue["RedrivePolicy"]["maxReceiveCount"] == (5 if queue.get("FifoQueue") else 10)
        assert queue["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0] in queues


def _mapping(template: Template, package: str) -> Properties:
    functions = template.resources("AWS::Lambda::Function")
    (mapping,) = [
        m
        for m in template.resources("AWS::Lambda::EventSourceMapping").values()
        if package_of(functions[m["FunctionName"]["Ref"]]) == package
    ]
    return mapping


def test_slow_peers_of_webhooks_keep_no_worker_of_schedules(template: Template) -> None:
    mapping = _mapping(template, "queues/schedule_webhooks")
    fires = template.functions()["queues/schedule_fires"]["Environment"]["Variables"]

    assert mapping["BatchSize"] == 1
    assert mapping["ScalingConfig"]["MaximumConcurrency"] in {2, 20}
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["EventSourceArn"] != _mapping(template, "queues/schedule_fires")["EventSourceArn"]
    assert not {"VAULT_TABLE", "DATA_KEY", "OUTBOUND_PLAIN_HTTP"} & fires.keys()
    assert "kms:Decrypt" not in template.allowed("queues/schedule_fires")


def test_letters_are_written_one_by_one(template: Template) -> None:
    mapping = _mapping(template, "queues/mail")

    assert mapping["BatchSize"] == 1
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_mail_leaves_from_the_stages_own_address_only(synthesise: Synthesise) -> None:
    template = synthesise(with_context(STAGES["prod"], {"mail_sender": "no-reply@example.org"}))
    (identity,) = template.resources("AWS::SES::EmailIdentity").values()
    statements = [
        s
        for p in template.resources("AWS::IAM::Policy").values()
        for s in p["PolicyDocument"]["Statement"]
        if "ses:SendEmail" in str(s["Action"])
    ]

    assert identity["EmailIdentity"] == "no-reply@example.org"
    own = {"StringEquals": {"ses:FromAddress": "no-reply@example.org"}}
    assert [s["Condition"] for s in statements] == [own] * 2, "letters of the system, and those of tasks"


def test_a_stage_without_a_sender_may_send_nothing(synthesise: Synthesise) -> None:
    template = synthesise(STAGES["prod"])

    assert template.resources("AWS::SES::EmailIdentity") == {}
    assert "ses:SendEmail" not in str(template.resources("AWS::IAM::Policy"))


def test_links_lead_to_where_people_reach_the_stage(synthesise: Synthesise) -> None:
    def public(stage: str, **context: str) -> str:
        template = synthesise(with_context(STAGES[stage], context))
        return said(template.functions()["queues/mail"]["Environment"]["Variables"]["PUBLIC_URL"])

    assert (
        public("prod", domain="api.example.org", certificate_arn="arn:aws:acm:us-east-1:123456789012:certificate/c")
        == "https://api.example.org"
    )
    assert public("local", public_url="http://localhost:8000") == "http://localhost:8000"
    assert ".execute-api." in public("dev")
