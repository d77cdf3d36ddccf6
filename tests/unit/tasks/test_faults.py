"""Tasks of two tenants, workers killed at every point, tokens twice: each effect once, and nothing lost."""

import random
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from docchain.clock import from_iso
from docchain.storage.table import Table
from docchain.tasks import claiming
from docchain.tasks.kind import TaskContext
from docchain.tasks.models import NewTask, Priority, TaskStatus
from docchain.tasks.submitting import Asker, submit_all
from docchain.tasks.sweeping import recover
from docchain.tasks.tokens import Token
from docchain.tasks.working import work
from tests.support.tasks import POOL, TYPE, Bench, a_bench

pytestmark = pytest.mark.usefixtures("aws_account")
SEEDS = (11, 12)
TASKS = 60


class Killed(BaseException):
    """As a process ends: nothing catches it, and nothing is tidied."""


class Executioner:
    """Ends the process before or after a write, or in the middle of the work."""

    def __init__(self, chance: random.Random, share: float) -> None:
        self.chance, self.share, self.kills = chance, share, 0

    def maybe(self) -> None:
        if self.chance.random() < self.share:
            self.kills += 1
            raise Killed


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_each_effect_is_there_once_whoever_is_killed(tenant: str, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(seed)
    executioner = Executioner(chance, 0.03)
    effects: set[str] = set()
    at_work: set[str] = set()
    overlaps: list[str] = []
    starts: Counter[str] = Counter()

    def effect(parameters: Any, context: TaskContext) -> dict[str, Any]:
        """Idempotent by its task, as every kind is; whether two are at it at once is what the claim answers for."""
        if context.task_id in at_work:
            overlaps.append(context.task_id)
        at_work.add(context.task_id)
        starts[context.task_id] += 1
        executioner.maybe()
        effects.add(context.task_id)
        executioner.maybe()
        at_work.discard(context.task_id)
        return {"n": parameters.n}

    bench = a_bench(effect)
    tenants = (tenant, f"{tenant}_b")
    ids = _submit(bench, tenants, chance)
    transact = Table.transact

    def mortal(self: Table, actions: Any, *, token: str | None = None) -> None:
        executioner.maybe()
        transact(self, actions, token=token)
        executioner.maybe()

    monkeypatch.setattr(Table, "transact", mortal)
    for _ in range(60):
        try:
            for who in chance.choices(tenants, k=3):  # tokens come twice, late, and for nothing
                work(Token(tenant_id=who), bench.shop)
        except Killed:
            at_work.clear()
        with monkeypatch.context() as quiet:
            quiet.setattr(Table, "transact", transact)
            _a_minute_later(bench, tenants)
            if not any(bench.counts(who).get("open") for who in tenants):
                break
    assert executioner.kills > 5, "the test is worth something only if processes die"
    assert effects == set(ids), "each effect, and no other"
    assert overlaps == [], "and never two at one task"
    for who in tenants:
        counts = bench.counts(who)
        assert counts["completed"] == counts["total"]
        assert not {name for name in counts if name.startswith(("open", "begun", "working", "waiting", "held"))}
    assert max(starts.values()) >= 2, "some were begun again"


def _submit(bench: Bench, tenants: tuple[str, str], chance: random.Random) -> list[str]:
    ids = []
    for start in range(0, TASKS, 20):
        who = tenants[0] if start < TASKS // 2 else tenants[1]
        orders = [
            NewTask(
                name=f"t{n}",
                type=TYPE,
                priority=chance.choice(list(Priority)),
                max_retries=10,
                metadata={"n": n},
            )
            for n in range(start, start + 20)
        ]
        tasks = submit_all(bench.repository, bench.tokens, Asker(who, 1, "ada"), orders)
        ids += [task.id for task in tasks]
    return ids


def _a_minute_later(bench: Bench, tenants: tuple[str, str]) -> None:
    """Leases of the dead are over, pauses too; who lives has renewed, and here nobody works at this moment."""
    for who in tenants:
        for status in ("running", "retrying"):
            tasks, _ = bench.repository.list_page(who, {"status": status}, limit=1000, start_key=None)
            for task in tasks:
                bench.make_due(task)
                recover(bench.repository, bench.tokens, bench.read(task))
        tasks, _ = bench.repository.list_page(who, {"status": "retrying"}, limit=1000, start_key=None)
        for task in tasks:
            bench.make_due(task)
            work(Token(tenant_id=who, task_id=task.id), _nobody(bench))


def _nobody(bench: Bench) -> Any:
    """Ripens, and does nothing: it has no places."""
    from dataclasses import replace

    return replace(bench.shop, pool="light")


@pytest.mark.slow
def test_priorities_hold_in_the_large_and_the_other_tenant_does_not_wait(
    tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One worker, so that the order is the order of beginnings."""
    monkeypatch.setattr(claiming, "_chance", random.Random(3))  # what is drawn is the same each time
    order: list[tuple[str, str]] = []
    bench = a_bench()

    def note(parameters: Any, context: TaskContext) -> dict[str, Any]:
        order.append((context.tenant, parameters.priority))
        if len(order) == 20:
            bench.submit(other, metadata={"priority": "low"}, priority="low")
        return {}

    bench.kind.work = note
    other = f"{tenant}_b"
    for priority in Priority:
        for _ in range(2):
            orders = [
                NewTask(name="t", type=TYPE, priority=priority, metadata={"priority": priority.value})
                for _ in range(10)
            ]
            submit_all(bench.repository, bench.tokens, Asker(tenant, 1, "ada"), orders)
    while bench.work(tenant):
        pass
    assert len(order) == 81
    assert order[20][0] == other, "next of all, behind none of the 60 that wait"
    mean = {
        priority: sum(n for n, (who, p) in enumerate(order) if p == priority and who == tenant) / 20
        for priority in Priority
    }
    assert mean["critical"] < mean["high"] < mean["normal"] < mean["low"]
    first_low = next(n for n, (_, priority) in enumerate(order) if priority == "low")
    assert first_low < 60, "low does not wait until all others are done"


def test_a_poison_task_ends_with_the_dead_and_the_others_are_done(tenant: str) -> None:
    def work_or_break(parameters: Any, context: TaskContext) -> dict[str, Any]:
        if parameters.poison:
            raise ValueError("poison")
        return {}

    bench = a_bench(work_or_break)
    poison = bench.submit(tenant, metadata={"poison": True}, max_retries=1)
    well = [bench.submit(tenant, metadata={"poison": False}) for _ in range(5)]
    bench.work(tenant)
    bench.make_due(poison)
    bench.work(tenant, poison.id)
    assert {bench.read(task).status for task in well} == {TaskStatus.COMPLETED}
    (dead,), _ = bench.repository.dead_page(tenant, limit=10, start_key=None)
    assert dead.id == poison.id and dead.error is not None and "ValueError" in dead.error.message
    assert from_iso(dead.completed_at or "") <= datetime.now(UTC)
    assert dead.pool == POOL
