"""The queue between bus and chain: what comes in, how it is handed out, where it ends when it cannot be written."""

from docchain.analytics.tally import COUNTED
from docchain.audit.kinds import UNKEPT
from docchain.costs.estimate import FAMILY_MEMORY_MB
from infra.stage import STAGES
from tests.infra.conftest import Synthesise
from tests.infra.reading import Properties, Template, package_of


def test_the_audit_hears_all_of_the_bus_but_the_steps_of_runs(template: Template) -> None:
    rule = filling(template, "audit")

    assert rule["EventPattern"] == {"source": ["docchain"], "detail-type": [{"anything-but": sorted(UNKEPT)}]}
    assert rule["EventBusName"] == {"Ref": template.logical_id("AWS::Events::EventBus")}


def test_figures_are_counted_of_starts_and_ends_and_of_nothing_else(template: Template) -> None:
    rule = filling(template, "analytics")

    assert rule["EventPattern"] == {"source": ["docchain"], "detail-type": sorted(COUNTED)}


def test_a_message_is_our_event_alone(template: Template) -> None:
    for name in ("audit", "analytics", "mail"):
        (target,) = filling(template, name)["Targets"]
        assert target["InputPath"] == "$.detail"


def test_the_audit_is_written_by_two_at_most_which_say_what_they_could_not_do(synthesise: Synthesise) -> None:
    for stage in STAGES.values():
        mapping = working_off(synthesise(stage), "audit")
        assert mapping["ScalingConfig"] == {"MaximumConcurrency": 2}
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert mapping["MaximumBatchingWindowInSeconds"] == stage.audit_window_seconds
        # More than ten are handed over only to who waits for them.
        assert mapping["BatchSize"] <= (10_000 if stage.audit_window_seconds else 10)


def test_what_was_tried_in_vain_is_kept_for_two_weeks(template: Template) -> None:
    queues = template.resources("AWS::SQS::Queue")
    for queue in queues.values():
        if "RedrivePolicy" not in queue:
            assert queue["MessageRetentionPeriod"] == 14 * 24 * 3600
            continue
        assert template.reference(queue["RedrivePolicy"]["deadLetterTargetArn"]) in queues


def test_a_batch_that_is_at_work_is_not_handed_out_again(template: Template) -> None:
    for name in ("audit", "analytics", "mail"):
        queue = template.resources("AWS::SQS::Queue")[queue_of(template, name)]
        assert queue["VisibilityTimeout"] >= 6 * template.functions()[f"queues/{name}"]["Timeout"]


def filling(template: Template, name: str) -> Properties:
    (rule,) = [
        r
        for r in template.resources("AWS::Events::Rule").values()
        if template.reference(r["Targets"][0]["Arn"]) == queue_of(template, name)
    ]
    return rule


def queue_of(template: Template, name: str) -> str:
    return template.reference(working_off(template, name)["EventSourceArn"])


def working_off(template: Template, name: str) -> Properties:
    functions = template.resources("AWS::Lambda::Function")
    (mapping,) = [
        m
        for m in template.resources("AWS::Lambda::EventSourceMapping").values()
        if package_of(functions[template.reference(m["FunctionName"])]) == f"queues/{name}"
    ]
    return mapping


def test_estimates_know_what_memory_the_workers_have(template: Template) -> None:
    for family, memory_mb in FAMILY_MEMORY_MB.items():
        function = template.functions()[f"steps/{family}"]
        assert function["MemorySize"] == memory_mb
