"""Who is next: fair between tenants, weighted between priorities, and never more at once than there are places."""

import random
import time
from collections import Counter

import pytest

from docchain.tasks import claiming, service
from docchain.tasks.claiming import Claim, claim_next
from docchain.tasks.lanes import WEIGHTS, Lane, places_of_priority, places_of_tenant
from docchain.tasks.models import Priority
from docchain.tasks.submitting import open_lane
from docchain.tasks.working import do
from tests.support.tasks import POOL, Bench, a_bench

pytestmark = pytest.mark.usefixtures("aws_account")
WORKERS = {"light": 4, "data": 4, "documents": 4, "ai": 4}


def _next(bench: Bench, tenant: str) -> Claim | None:
    return claim_next(bench.repository, POOL, bench.shop.workers, tenant)


def test_the_one_task_of_a_tenant_is_next_whatever_others_have(tenant: str) -> None:
    bench, other = a_bench(), f"{tenant}_b"
    for _ in range(30):
        bench.submit(tenant, priority="critical")
    for _ in range(5):
        claim = _next(bench, tenant)
        assert claim is not None
        do(claim, bench.shop)
    late = bench.submit(other, priority="low")
    claim = _next(bench, tenant)
    assert claim is not None and claim.task.id == late.id


def test_a_tenant_never_has_all_the_workers(tenant: str) -> None:
    bench, other = a_bench(), f"{tenant}_b"
    for _ in range(6):
        bench.submit(tenant, priority="high")
    held = [_next(bench, tenant) for _ in range(6)]
    assert [claim is not None for claim in held] == [True] * places_of_tenant(4) + [False] * 3
    bench.submit(other)
    assert _next(bench, other) is not None
    assert held[0] is not None
    do(held[0], bench.shop)
    assert _next(bench, tenant) is not None, "who leaves a place opens the lane again"


def test_low_has_half_the_places_and_the_last_is_for_high_and_critical(tenant: str) -> None:
    assert [places_of_priority(priority, 10) for priority in Priority] == [8, 8, 7, 4]
    bench = a_bench()
    for _ in range(4):
        bench.submit(tenant, priority="low")
    assert [bool(_next(bench, tenant)) for _ in range(3)] == [True, False, False]
    bench.submit(tenant, priority="critical")
    claim = _next(bench, tenant)
    assert claim is not None and claim.task.priority == "critical"


def test_priorities_are_drawn_by_their_weight_and_low_is_never_starved() -> None:
    lane = Lane("t", POOL, {f"waiting_{priority}": 1 for priority in Priority}, paused=False)
    chance = random.Random(7)
    first = Counter(lane.next_priorities(20, chance)[0] for _ in range(15_000))
    for priority, weight in WEIGHTS.items():
        assert first[priority] == pytest.approx(weight * 1000, rel=0.08)
    assert set(lane.next_priorities(20, chance)) == set(Priority), "who loses the draw is tried after the winner"


def test_the_oldest_of_a_priority_goes_first(tenant: str) -> None:
    bench = a_bench()
    tasks = []
    for _ in range(12):
        tasks.append(bench.submit(tenant))
        time.sleep(0.002)
    order = []
    while claim := _next(bench, tenant):
        order.append(claim.task.id)
        do(claim, bench.shop)
    places = [[task.id for task in tasks].index(task_id) for task_id in order]
    assert sorted(places) == list(range(12))
    assert all(place <= n + 4 for n, place in enumerate(places)), "of the five oldest any may be next"


def test_nothing_begins_while_the_service_is_stopped(tenant: str) -> None:
    bench = a_bench()
    service.stop(bench.repository, tenant, "ada")
    task = bench.submit(tenant)
    assert bench.work(tenant) == 0
    known = service.statistics(bench.repository, tenant)
    assert (known.is_running, known.pending, known.waiting) == (False, 1, 1)
    bench.messages()
    service.start(bench.repository, bench.tokens, tenant, "ada", WORKERS)
    assert [token.tenant_id for token in bench.messages()] == [tenant]
    assert bench.work(tenant) == 1
    assert bench.read(task).status == "completed"


def test_a_stop_between_the_look_and_the_claim_holds(tenant: str) -> None:
    """The claim itself asks: what the worker saw before is of no use to it."""
    bench = a_bench()
    bench.submit(tenant)
    lane = bench.repository.lanes(tenant)[0]
    service.stop(bench.repository, tenant, "ada")
    assert claiming._claim_in(bench.repository, lane, 4) is None


def test_a_lane_that_is_empty_leaves_the_list_and_comes_back(tenant: str) -> None:
    bench = a_bench()
    bench.submit(tenant)
    bench.work(tenant)
    table = bench.repository.table
    assert table.get(f"{tenant}#tasks", f"lane#{POOL}").get("lane_pk") is None  # type: ignore[union-attr]
    bench.submit(tenant)
    assert table.get(f"{tenant}#tasks", f"lane#{POOL}")["lane_pk"] == POOL  # type: ignore[index]


def test_a_tenants_first_tasks_at_once_open_one_lane(tenant: str) -> None:
    bench = a_bench()
    open_lane(bench.repository, tenant, POOL)
    bench.submit(tenant)
    open_lane(bench.repository, tenant, POOL)
    assert bench.counts(tenant)["open"] == 1


def test_too_many_open_tasks_are_refused(tenant: str) -> None:
    from docchain.tasks.errors import TooManyTasks

    bench = a_bench()
    bench.submit(tenant)
    bench.repository.table.update(f"{tenant}#tasks", f"lane#{POOL}", set_={"open": 10_000})
    with pytest.raises(TooManyTasks):
        bench.submit(tenant)


def test_many_of_two_priorities_leave_the_last_place_to_the_critical(tenant: str) -> None:
    bench = a_bench(workers=10)
    for _ in range(6):
        bench.submit(tenant, priority="low")
        bench.submit(tenant)
    begun = [_next(bench, tenant) for _ in range(12)]
    assert sum(claim is not None for claim in begun) == places_of_tenant(10) - 1
    bench.submit(tenant, priority="critical")
    claim = _next(bench, tenant)
    assert claim is not None and claim.task.priority == "critical"


def test_an_index_that_is_behind_hides_no_task(tenant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Just submitted, or a place just left: the list of lanes says otherwise for a moment."""
    bench = a_bench()
    bench.submit(tenant)
    behind = (
        Lane(tenant, POOL, {}, paused=False),
        Lane(tenant, POOL, {"waiting_normal": 1, "working": 3, "working_normal": 2}, paused=False),
        Lane(tenant, POOL, {"waiting_normal": 1}, paused=True),
    )
    for lane in behind:
        monkeypatch.setattr("docchain.tasks.claiming._listed_lanes", lambda *_, seen=lane: [seen])
        claim = _next(bench, tenant)
        assert claim is not None
        do(claim, bench.shop)
        bench.submit(tenant)


def test_lanes_that_are_stopped_do_not_stand_before_the_others(tenant: str) -> None:
    bench, last = a_bench(), f"{tenant}_z"
    for n in range(claiming._LANES_LOOKED_AT):
        service.stop(bench.repository, f"{tenant}_{n}", "ada")
        bench.submit(f"{tenant}_{n}")
    bench.submit(last)
    assert [claim is not None for claim in (_next(bench, tenant), _next(bench, tenant))] == [False, True]
