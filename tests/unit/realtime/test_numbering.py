"""Numbers of room messages: no gap, no duplicate, whatever the stream delivers and wherever a delivery was cut."""

import random

import pytest

from docchain.realtime.history import read_history
from docchain.realtime.numbering import RunFact, number_events
from docchain.storage.errors import ConditionFailed
from tests.support.realtime import a_run_event


def killed(*_, **__):
    raise OSError("killed")


def facts_of(run_id=1, workflow_id=7, first=1, how_many=3, tenant_id="default"):
    return [
        RunFact(str(first + n), a_run_event(run_id, workflow_id, tenant_id=tenant_id, data={"n": n}))
        for n in range(how_many)
    ]


def told(table, room, tenant_id="default"):
    return [(m.seq, m.event_id) for m in read_history(table, tenant_id, room, 0, 10_000)]


def numbered_like(*facts):
    return [(seq, fact.event.id) for seq, fact in enumerate(facts, start=1)]


def test_events_are_numbered_in_order_in_the_run_and_in_the_workflow_room(realtime):
    facts = facts_of()
    number_events(realtime, facts)
    assert told(realtime, "run_1") == told(realtime, "workflow_7") == numbered_like(*facts)


def test_a_run_event_is_a_workflow_execution_and_a_node_event_a_node_execution(realtime):
    events = [a_run_event(kind="run.started"), a_run_event(kind="node.completed", data={"node": "summary"})]
    number_events(realtime, [RunFact(str(n), e) for n, e in enumerate(events, 1)])
    first, second = read_history(realtime, "default", "run_1", 0, 10)
    assert (first.event_type, first.event) == ("workflow_execution", "run.started")
    assert (second.event_type, second.data["node"]) == ("node_execution", "summary")
    assert second.timestamp == events[1].occurred_at


def test_a_batch_delivered_again_is_recognised(realtime):
    facts = facts_of()
    assert len(number_events(realtime, facts)) == 6
    assert number_events(realtime, facts) == []
    assert told(realtime, "workflow_7") == numbered_like(*facts)


def test_a_batch_seen_in_part_is_cut(realtime):
    facts = facts_of(how_many=5)
    number_events(realtime, facts[:2])
    assert [m.data["n"] for _, m in number_events(realtime, facts) if m.room_id == "run_1"] == [2, 3, 4]
    assert told(realtime, "run_1") == numbered_like(*facts)


def test_runs_of_one_workflow_share_its_room_without_gaps(realtime):
    one, two = facts_of(run_id=1), facts_of(run_id=2, first=10)
    number_events(realtime, [one[0], two[0], one[1], two[1], one[2], two[2]])
    assert told(realtime, "workflow_7") == numbered_like(one[0], two[0], one[1], two[1], one[2], two[2])
    assert told(realtime, "run_2") == numbered_like(*two)


def test_a_shard_with_smaller_sequences_is_not_taken_for_seen(realtime):
    """Sequences of different shards say nothing about each other; the workflow's room hears of both."""
    late, early = facts_of(run_id=1, first=9_000), facts_of(run_id=2, first=10)
    number_events(realtime, late)
    number_events(realtime, early)
    assert told(realtime, "workflow_7") == numbered_like(*late, *early)


def test_sequences_are_compared_as_numbers(realtime):
    facts = [RunFact("9", a_run_event()), RunFact("10", a_run_event())]
    number_events(realtime, facts[:1])
    number_events(realtime, facts[1:])
    assert told(realtime, "run_1") == numbered_like(*facts)


def test_a_sequence_of_forty_digits_is_kept(realtime):
    facts = [RunFact("9" * 39, a_run_event()), RunFact("1" + "0" * 39, a_run_event())]
    for fact in [*facts, *facts]:
        number_events(realtime, [fact])
    assert told(realtime, "run_1") == numbered_like(*facts)


def test_more_events_than_one_transaction_holds(realtime):
    facts = facts_of(how_many=130)
    number_events(realtime, facts)
    assert told(realtime, "run_1") == told(realtime, "workflow_7") == numbered_like(*facts)


def test_many_runs_in_one_batch(realtime):
    facts = [RunFact(str(n), a_run_event(run_id=n, workflow_id=n)) for n in range(1, 41)]
    number_events(realtime, facts)
    assert all(len(told(realtime, f"run_{n}")) == len(told(realtime, f"workflow_{n}")) == 1 for n in range(1, 41))


def test_a_crash_before_the_transaction_leaves_nothing_and_the_next_delivery_has_all(realtime, monkeypatch):
    facts = facts_of()
    with monkeypatch.context() as crash:
        crash.setattr(type(realtime), "transact", killed)
        with pytest.raises(OSError, match="killed"):
            number_events(realtime, facts)
    assert told(realtime, "run_1") == []
    number_events(realtime, facts)
    assert told(realtime, "run_1") == numbered_like(*facts)


def test_a_crash_between_two_transactions_of_a_batch_goes_on_where_it_was_cut(realtime, monkeypatch):
    facts, real, calls = facts_of(how_many=60), type(realtime).transact, []

    def killed_at_the_second(self, actions, **arguments):
        calls.append(len(actions))
        if len(calls) == 2:
            raise OSError("killed")
        real(self, actions, **arguments)

    with monkeypatch.context() as crash:
        crash.setattr(type(realtime), "transact", killed_at_the_second)
        with pytest.raises(OSError, match="killed"):
            number_events(realtime, facts)
    assert 0 < len(told(realtime, "run_1")) < 60
    number_events(realtime, facts)
    assert told(realtime, "run_1") == numbered_like(*facts)


def test_another_shard_that_was_faster_makes_it_count_again(realtime, monkeypatch):
    ours, theirs, real = facts_of(run_id=1), facts_of(run_id=2, first=50), type(realtime).transact
    overtaken = []

    def overtaken_once(self, actions, **arguments):
        if not overtaken:
            overtaken.append(True)
            number_events(self, theirs)
        real(self, actions, **arguments)

    monkeypatch.setattr(type(realtime), "transact", overtaken_once)
    number_events(realtime, ours)
    assert told(realtime, "workflow_7") == numbered_like(*theirs, *ours)
    assert told(realtime, "run_1") == numbered_like(*ours)


def test_the_acknowledgement_was_lost_and_the_batch_comes_again(realtime, monkeypatch):
    """Written, but the function never heard so and failed: the second delivery finds its mark."""
    facts, real = facts_of(), type(realtime).transact

    def written_but_not_told(self, actions, **arguments):
        real(self, actions, **arguments)
        raise TimeoutError

    with monkeypatch.context() as lost:
        lost.setattr(type(realtime), "transact", written_but_not_told)
        with pytest.raises(TimeoutError):
            number_events(realtime, facts)
    assert number_events(realtime, facts) == []
    assert told(realtime, "workflow_7") == numbered_like(*facts)


def test_tenants_with_the_same_ids_do_not_meet(realtime):
    ours, theirs = facts_of(tenant_id="a"), facts_of(tenant_id="b", how_many=1)
    number_events(realtime, [*ours, *theirs])
    assert told(realtime, "run_1", "a") == numbered_like(*ours)
    assert told(realtime, "workflow_7", "b") == numbered_like(*theirs)


@pytest.mark.parametrize("seed", range(10))
def test_any_pattern_of_redelivery_writes_the_same_history(realtime, seed):
    """As Lambda does it: batches of any size, each possibly again, possibly from some way back."""
    chance = random.Random(seed)
    facts = [RunFact(str(n), a_run_event(run_id=chance.randint(1, 3))) for n in range(1, 41)]
    position = 0
    while position < len(facts):
        start = max(0, position - chance.randint(0, 6))
        end = min(len(facts), position + chance.randint(1, 8))
        number_events(realtime, facts[start:end])
        position = end
    assert told(realtime, "workflow_7") == numbered_like(*facts)
    for run_id in (1, 2, 3):
        own = [f for f in facts if f.event.data["run_id"] == run_id]
        assert told(realtime, f"run_{run_id}") == numbered_like(*own)


def test_two_writers_that_never_give_way_end_in_an_error_and_not_in_a_gap(realtime, monkeypatch):
    def always_too_late(*_, **__):
        raise ConditionFailed([0])

    monkeypatch.setattr(type(realtime), "transact", always_too_late)
    monkeypatch.setattr("docchain.realtime.numbering.time.sleep", lambda _: None)
    with pytest.raises(Exception, match="Too many writers"):
        number_events(realtime, facts_of())
