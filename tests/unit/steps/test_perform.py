"""A step is worked once, whatever is delivered twice or dies in between."""

from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError

from docchain.documents.models import NewDocument
from docchain.errors import PermanentStepError, TransientStepError
from docchain.runs.errors import StepAlreadyRunning
from docchain.runs.models import NodeStatus, Run, RunStatus
from docchain.steps.call import NodeCall, NodeResult
from tests.support.engine import Stage

CHAIN = [
    {"name": "First", "node_type": "document_template", "config": {"template": "one {{ params.word }}"}},
    {"name": "Second", "node_type": "document_template", "config": {"template": "{{ nodes.first.text }} two"}},
]


class WorkerKilled(BaseException):
    """Not an Exception: like a kill, it passes every handler."""


@pytest.fixture
def stage(tenant: str) -> Stage:
    return Stage(tenant)


@pytest.fixture
def run(stage: Stage) -> Run:
    return stage.started(CHAIN, {"word": "fish"})


def told(call: NodeCall) -> NodeResult:
    text = call.config.template
    return NodeResult(
        output={"text": text},
        facts={"words": len(text.split())},
        document=NewDocument(filename="a.md", media_type="text/markdown", data=text.encode()),
    )


def test_the_output_of_one_node_feeds_the_next(stage: Stage, run: Run) -> None:
    stage.perform(run, "first", told)
    assert stage.perform(run, "second", told) == {"facts": {"words": 3}}
    assert stage.record(run, "second").output["text"] == "one fish two"


def test_a_second_delivery_answers_from_the_record(stage: Stage, run: Run) -> None:
    first = stage.perform(run, "first", told)
    assert stage.perform(run, "first", told) == first
    assert stage.perform(run, "first", told, attempt=1) == first
    assert stage.calls == ["first"]
    assert stage.event_types(run) == ["node.completed", "node.started", "run.started"]


def test_a_worker_killed_before_its_record_is_replaced_by_the_next_attempt(stage: Stage, run: Run) -> None:
    def killed(_: NodeCall) -> NodeResult:
        raise WorkerKilled

    with pytest.raises(WorkerKilled):
        stage.perform(run, "first", killed)
    assert stage.record(run, "first").status == NodeStatus.RUNNING
    assert stage.perform(run, "first", told, attempt=1) == {"facts": {"words": 2}}
    assert stage.record(run, "first").attempts == 2
    assert [d.id for d in stage.documents.read_page(stage.tenant, limit=10, start_key=None)[0]] == [
        f"doc_run{run.id}_first"
    ]


def test_a_worker_killed_after_its_record_is_not_worked_again(
    stage: Stage, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    complete = stage.records.complete

    def killed_after(*arguments: Any) -> None:
        complete(*arguments)
        raise WorkerKilled

    monkeypatch.setattr(type(stage.records), "complete", lambda _, *a: killed_after(*a))
    with pytest.raises(WorkerKilled):
        stage.perform(run, "first", told)
    monkeypatch.undo()
    assert stage.perform(run, "first", told, attempt=1) == {"facts": {"words": 2}}
    assert stage.calls == ["first"]


def test_a_late_worker_cannot_overwrite_the_attempt_that_took_over(stage: Stage, run: Run) -> None:
    def overtaken(call: NodeCall) -> NodeResult:
        stage.perform(run, "first", told, attempt=1)
        return NodeResult(output={"text": "late"})

    with pytest.raises(PermanentStepError):
        stage.perform(run, "first", overtaken)
    assert stage.record(run, "first").output["text"] == "one fish"


def test_the_same_attempt_delivered_while_the_first_works_is_told_to_wait(stage: Stage, run: Run) -> None:
    def doubled(call: NodeCall) -> NodeResult:
        with pytest.raises(StepAlreadyRunning):
            stage.perform(run, "first", told)
        return told(call)

    stage.perform(run, "first", doubled)
    assert stage.calls == ["first"]


def test_a_failed_node_says_why_and_fails_again_at_once(stage: Stage, run: Run) -> None:
    def refused(_: NodeCall) -> NodeResult:
        raise PermanentStepError("the file is broken")

    for attempt in (0, 1):
        with pytest.raises(PermanentStepError, match="the file is broken"):
            stage.perform(run, "first", refused, attempt=attempt)
    assert stage.calls == ["first"]
    record = stage.record(run, "first")
    assert (record.status, record.error["message"]) == (NodeStatus.FAILED, "the file is broken")


def test_a_resumed_run_tries_a_failed_node_again_and_keeps_the_completed(stage: Stage, run: Run) -> None:
    def refused(_: NodeCall) -> NodeResult:
        raise PermanentStepError("not today")

    stage.perform(run, "first", told)
    with pytest.raises(PermanentStepError):
        stage.perform(run, "second", refused)
    stage.runs.end(stage.tenant, run, RunStatus.FAILED, error={"code": "X", "message": "x"})
    resumed = stage.runs.begin_resume(stage.tenant, run, "ada")
    stage.perform(resumed, "first", told)
    stage.perform(resumed, "second", told)
    assert stage.calls == ["first", "second", "second"]
    assert stage.record(resumed, "second").status == NodeStatus.COMPLETED


def test_an_execution_of_an_older_generation_can_no_longer_work(stage: Stage, run: Run) -> None:
    stage.runs.end(stage.tenant, run, RunStatus.FAILED, error={"code": "X", "message": "x"})
    stage.runs.begin_resume(stage.tenant, run, "ada")
    with pytest.raises(PermanentStepError):
        stage.perform(run, "first", told)
    assert stage.calls == []


def test_a_cancelled_run_works_no_more(stage: Stage, run: Run) -> None:
    stage.runs.cancel(stage.tenant, run, "ada", None)
    with pytest.raises(PermanentStepError):
        stage.perform(run, "first", told)
    assert stage.calls == []


def test_a_worker_that_breaks_is_recorded_without_its_internals(stage: Stage, run: Run) -> None:
    def broken(_: NodeCall) -> NodeResult:
        raise ZeroDivisionError("secret detail")

    with pytest.raises(PermanentStepError):
        stage.perform(run, "first", broken)
    assert "secret detail" not in stage.record(run, "first").error["message"]


def test_a_transient_error_leaves_the_node_open_for_the_next_attempt(stage: Stage, run: Run) -> None:
    def away(_: NodeCall) -> NodeResult:
        raise TransientStepError("provider away")

    with pytest.raises(TransientStepError):
        stage.perform(run, "first", away)
    stage.perform(run, "first", told, attempt=1)
    assert stage.record(run, "first").status == NodeStatus.COMPLETED


def test_an_unknown_name_in_a_template_fails_the_node_and_names_it(stage: Stage) -> None:
    run = stage.started([{"name": "One", "node_type": "document_template", "config": {"template": "{{ params.no }}"}}])
    with pytest.raises(PermanentStepError):
        stage.perform(run, "one", told)
    error = stage.record(run, "one").error
    assert "no" in error["message"]
    assert error["node"] == "one"


def test_a_large_output_is_kept_by_its_hash_and_read_by_the_next_node(stage: Stage, run: Run) -> None:
    def large(_: NodeCall) -> NodeResult:
        return NodeResult(output={"text": "x" * 50_000})

    stage.perform(run, "first", large)
    record = stage.record(run, "first")
    assert record.output is None
    assert record.stored_output.size > 50_000
    stage.perform(run, "second", told)
    assert len(stage.record(run, "second").facts) == 1


def test_what_was_passed_on_the_way_is_recorded_with_the_claim(stage: Stage) -> None:
    run = stage.started(
        [
            {"name": "Check", "node_type": "condition", "config": {"expression": "params.n > 1"}},
            {"name": "Big", "node_type": "document_template", "config": {"template": "x"}, "depends_on": ["check"]},
        ]
    )
    passed = [{"node": "check", "outcome": "true"}]
    stage.perform(run, "big", told, passed=passed)
    record = stage.record(run, "check")
    assert (record.status, record.facts) == (NodeStatus.COMPLETED, {"outcome": "true"})


def test_a_step_makes_three_calls_besides_its_work(stage: Stage, run: Run) -> None:
    stage.perform(run, "first", told)
    calls: list[str] = []
    stage.runs.table.client.meta.events.register(
        "before-send.*", lambda request, **_: calls.append(request.headers.get("X-Amz-Target", b"s3"))
    )
    world = stage.world(lambda call: NodeResult(output={"text": "x"}))
    world.definitions.read(stage.tenant, run.workflow_id, run.version)
    calls.clear()
    from docchain.steps.perform import perform

    perform(stage.order(run, "second"), world, 30.0)
    assert len(calls) == 3


@pytest.mark.parametrize("lost", [1, 2], ids=["claim", "completion"])
def test_a_lost_acknowledgement_is_not_taken_for_a_conflict(stage: Stage, run: Run, lost: int) -> None:
    """The write is applied, its answer never comes, and the SDK tries again. (moto ignores the request token.)"""
    answered: list[int] = []

    def lose() -> None:
        answered.append(1)
        if len(answered) == lost:
            raise ConnectionClosedError(endpoint_url="https://dynamodb")

    table = type(stage.runs.table)
    original = table.transact

    def twice(self: Any, actions: Any, *, token: str | None = None) -> None:
        try:
            original(self, actions, token=token)
            lose()
        except ConnectionClosedError:
            original(self, actions, token=token)

    table.transact = twice  # type: ignore[method-assign]
    try:
        assert stage.perform(run, "first", told) == {"facts": {"words": 2}}
    finally:
        table.transact = original  # type: ignore[method-assign]
    assert stage.calls == ["first"]
    assert stage.record(run, "first").status == NodeStatus.COMPLETED
    assert stage.event_types(run) == ["node.completed", "node.started", "run.started"]
