"""Budgets: set aside before the work, settled with the record, and never passed by two runs together."""

import threading
from typing import Any

import boto3
import pytest

from docchain.costs.budgets import BudgetRepository, TenantBudget
from docchain.costs.limits import Limit
from docchain.costs.money import to_pico, to_usd
from docchain.costs.steps import own_cost_of_run
from docchain.costs.worst_case import NOTHING_PAID, PaidCall, worst_case
from docchain.errors import PermanentStepError, TransientStepError
from docchain.runs.models import NodeStatus, Run, RunStatus
from docchain.steps.call import NodeCall, NodeResult
from docchain.storage.table import Table
from tests.support.engine import Stage

NODES = [{"name": f"n{i}", "node_type": "document_template", "config": {"template": "x"}} for i in range(7)]
# One step of the stage's size as it is set aside: fixed costs and five seconds.
STEP = to_usd(worst_case(NOTHING_PAID, 512, "x86_64", 0))
GPT = {"provider": "openai", "model": "gpt-4o"}


@pytest.fixture
def stage(tenant: str) -> Stage:
    return Stage(tenant)


def budgeted(stage: Stage, usd: float, nodes: list[dict[str, Any]] = NODES) -> Run:
    own = usd + own_cost_of_run()
    return stage.started(nodes, budget_usd=own, limits=[Limit(scope="run", usd=own, period="run")])


def quick(_: NodeCall) -> NodeResult:
    return NodeResult(output={"text": "x"})


def account(stage: Stage, run: Run) -> dict[str, Any]:
    return stage.runs.table.get(f"{stage.tenant}#run#{run.id}", "budget", consistent=True) or {}


def reservations(stage: Stage, run: Run) -> list[dict[str, Any]]:
    found = stage.runs.table.query_all(f"{stage.tenant}#run#{run.id}", prefix="reserved#", most=100)
    return [item for item in found if item["amount"]]


def test_a_step_within_its_budget_leaves_what_it_cost_and_nothing_set_aside(stage: Stage) -> None:
    run = budgeted(stage, 1.0)

    stage.perform(run, "n0", quick)

    assert account(stage, run)["committed"] == to_pico(stage.record(run, "n0").cost_usd)
    assert reservations(stage, run) == []


def test_a_budgeted_step_makes_four_calls_and_one_without_a_budget_three(stage: Stage, aws_calls: list[str]) -> None:
    for run, calls in ((budgeted(stage, 1.0), 4), (stage.started(NODES), 3)):
        stage.perform(run, "n0", quick)  # reads the version
        world = stage.world(quick)
        world.definitions.read(stage.tenant, run.workflow_id, run.version)
        aws_calls.clear()
        stage.perform_in(world, run, "n1")
        assert len(aws_calls) == calls, aws_calls


def test_a_chain_stops_before_the_step_that_would_break_its_budget(stage: Stage) -> None:
    run = budgeted(stage, STEP * 2.5)
    done = []
    for node in ("n0", "n1", "n2", "n3", "n4", "n5"):
        try:
            stage.perform(run, node, quick)
            done.append(node)
        except PermanentStepError:
            break

    spent = sum(stage.record(run, node).cost_usd for node in done)
    refused = stage.record(run, f"n{len(done)}")
    assert 0 < len(done) < 6
    assert spent <= STEP * 2.5
    assert refused.status == NodeStatus.FAILED
    assert refused.error["code"] == "BUDGET_EXCEEDED"
    assert stage.calls == done, "the worker was not entered"
    assert "budget.exceeded" in stage.event_types(run)


def test_the_worst_case_of_a_paid_call_is_refused_before_it_is_made(stage: Stage) -> None:
    run = budgeted(stage, 0.01, [{"name": "ask", "node_type": "ai_generate", "config": {"prompt": "x"}}])
    asked: list[str] = []

    def pay(call: NodeCall) -> NodeResult:
        call.about_to_pay(PaidCall("openai", "gpt-4o", input_tokens=100, output_tokens=2_000))
        asked.append(call.node_key)
        return NodeResult(output={"text": "x"}, usage={**GPT, "input_tokens": 80, "output_tokens": 300})

    with pytest.raises(PermanentStepError):
        stage.perform(run, "ask", pay)

    assert asked == []
    assert stage.record(run, "ask").error["code"] == "BUDGET_EXCEEDED"


def test_a_paid_call_is_settled_at_what_it_really_cost(stage: Stage) -> None:
    run = budgeted(stage, 0.03, [{"name": "ask", "node_type": "ai_generate", "config": {"prompt": "x"}}])

    def pay(call: NodeCall) -> NodeResult:
        call.about_to_pay(PaidCall("openai", "gpt-4o", input_tokens=100, output_tokens=2_000))
        assert account(stage, run)["committed"] > to_pico(0.02)
        return NodeResult(output={"text": "x"}, usage={**GPT, "input_tokens": 80, "output_tokens": 300})

    stage.perform(run, "ask", pay)

    assert account(stage, run)["committed"] == to_pico(stage.record(run, "ask").cost_usd)
    assert 0.0032 < stage.record(run, "ask").cost_usd < 0.0033


def test_a_paid_call_that_failed_is_settled_at_what_it_cost_all_the_same(stage: Stage) -> None:
    run = budgeted(stage, 0.03, [{"name": "ask", "node_type": "ai_generate", "config": {"prompt": "x"}}])

    def pay(call: NodeCall) -> NodeResult:
        call.about_to_pay(PaidCall("openai", "gpt-4o", input_tokens=100, output_tokens=2_000))
        raise PermanentStepError("of no use", usage={**GPT, "input_tokens": 80, "output_tokens": 300})

    with pytest.raises(PermanentStepError):
        stage.perform(run, "ask", pay)

    record = stage.record(run, "ask")
    assert (record.status, record.usage["output_tokens"]) == (NodeStatus.FAILED, 300)
    assert 0.0032 < record.cost_usd < 0.0033
    assert account(stage, run)["committed"] == to_pico(record.cost_usd)
    assert reservations(stage, run) == []


def test_a_worker_that_asks_twice_sets_aside_for_both_and_is_stopped_at_the_third(stage: Stage) -> None:
    run = budgeted(stage, 0.05, [{"name": "ask", "node_type": "ai_generate", "config": {"prompt": "x"}}])
    held: list[int] = []

    def pay(call: NodeCall) -> NodeResult:
        for _ in range(3):
            call.about_to_pay(PaidCall("openai", "gpt-4o", input_tokens=0, output_tokens=2_000))
            held.append(account(stage, run)["committed"])
        raise AssertionError("it was asked a third time")

    with pytest.raises(PermanentStepError):
        stage.perform(run, "ask", pay)

    assert held == [to_pico(0.02 + STEP), to_pico(0.04 + STEP)]
    assert stage.record(run, "ask").error["code"] == "BUDGET_EXCEEDED"


def test_a_model_without_a_price_cannot_be_held_by_a_budget(stage: Stage) -> None:
    run = budgeted(stage, 1.0, [{"name": "ask", "node_type": "ai_generate", "config": {"prompt": "x"}}])

    def pay(call: NodeCall) -> NodeResult:
        call.about_to_pay(PaidCall("openai", "gpt-99", input_tokens=1, output_tokens=1))
        raise AssertionError("it was asked")

    with pytest.raises(PermanentStepError):
        stage.perform(run, "ask", pay)
    assert stage.record(run, "ask").error["code"] == "MODEL_UNPRICED"


def test_at_eighty_percent_it_is_told_once(stage: Stage) -> None:
    run = budgeted(stage, STEP * 3.75)
    told = []

    for number in range(7):
        stage.perform(run, f"n{number}", quick)
        told.append(stage.event_types(run).count("budget.nearly_spent"))

    assert told == [0, 0, 0, 0, 0, 1, 1]


def test_what_a_dead_attempt_had_set_aside_is_taken_over_by_the_next(stage: Stage) -> None:
    run = budgeted(stage, STEP * 1.5)

    def die(_: NodeCall) -> NodeResult:
        raise TransientStepError("gone")

    with pytest.raises(TransientStepError):
        stage.perform(run, "n0", die, attempt=0)
    assert len(reservations(stage, run)) == 1
    stage.perform(run, "n0", quick, attempt=1)

    assert reservations(stage, run) == []
    assert account(stage, run)["committed"] == to_pico(stage.record(run, "n0").cost_usd)


def test_the_end_of_a_run_gives_back_what_nobody_settled_and_once(stage: Stage) -> None:
    from docchain.costs.ledger import Ledger

    run = budgeted(stage, STEP * 1.5)

    def die(_: NodeCall) -> NodeResult:
        raise TransientStepError("gone")

    with pytest.raises(TransientStepError):
        stage.perform(run, "n0", die)
    ledger = Ledger(stage.runs.table)

    assert ledger.release(stage.tenant, run.id) == 1
    assert ledger.release(stage.tenant, run.id) == 0
    assert account(stage, run)["committed"] == 0


def test_a_step_at_work_when_its_run_ends_still_records_what_it_did_and_what_it_cost(stage: Stage) -> None:
    from docchain.costs.ledger import Ledger

    run = budgeted(stage, 1.0)

    def slow(_: NodeCall) -> NodeResult:
        Ledger(stage.runs.table).release(stage.tenant, run.id)
        return NodeResult(output={"text": "x"})

    stage.perform(run, "n0", slow)

    assert stage.record(run, "n0").status == NodeStatus.COMPLETED
    assert account(stage, run)["committed"] == to_pico(stage.record(run, "n0").cost_usd)


def test_runs_at_once_cannot_pass_their_tenants_budget_together(stage: Stage, atomic_calls: None) -> None:
    limits = [Limit(scope="tenant", usd=STEP * 3, period="month")]
    BudgetRepository(Table(boto3.client("dynamodb"), "workflows")).set_tenant(
        stage.tenant, TenantBudget(usd=STEP * 3), "ada"
    )
    runs = [stage.started(NODES, limits=limits) for _ in range(8)]
    gate, inside, most = threading.Barrier(8), [], []

    def held(_: NodeCall) -> NodeResult:
        inside.append(1)
        most.append(sum(inside))
        finished.wait(5)
        return NodeResult(output={"text": "x"})

    finished = threading.Event()
    refused: list[str] = []

    def one(run: Run) -> None:
        gate.wait()
        try:
            stage.perform(run, "n0", held)
        except PermanentStepError:
            refused.append("n0")
        if len(refused) >= 5:
            finished.set()

    threads = [threading.Thread(target=one, args=(run,)) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert len(inside) == 3, "three are set aside for, and no more"
    assert len(refused) == 5


def test_a_budget_that_was_raised_is_seen_by_runs_that_had_started(stage: Stage) -> None:
    budgets = BudgetRepository(Table(boto3.client("dynamodb"), "workflows"))
    run = stage.started(NODES, limits=[Limit(scope="tenant", usd=STEP / 2, period="day")])
    budgets.set_tenant(stage.tenant, TenantBudget(usd=1.0, period="day"), "ada")

    stage.perform(run, "n0", quick)

    assert stage.record(run, "n0").status == NodeStatus.COMPLETED


def test_a_refused_run_goes_on_when_its_budget_was_raised(stage: Stage) -> None:
    run = budgeted(stage, STEP / 2)
    with pytest.raises(PermanentStepError):
        stage.perform(run, "n0", quick)
    stage.runs.end(stage.tenant, run, RunStatus.FAILED)
    failed = stage.runs.read(stage.tenant, run.id, consistent=True)

    raised = failed.with_limits(1.0, [Limit(scope="run", usd=1.0, period="run")])
    resumed = stage.runs.begin_resume(stage.tenant, raised, "ada")
    stage.perform(resumed, "n0", quick)

    assert resumed.budget_usd == 1.0
    assert stage.record(run, "n0").status == NodeStatus.COMPLETED
