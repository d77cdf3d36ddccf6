"""What a run did is undone when it fails or is cancelled: newest first, once, and written down."""

from collections.abc import Iterator
from typing import Any

import pytest

from docchain.calls_out.requesting import send_request
from docchain.definitions.checks import validate
from docchain.definitions.normalise import normalise
from docchain.outbound.client import Client
from docchain.outbound.policy import Policy
from docchain.runs.models import NodeStatus, Run, RunStatus
from docchain.steps.call import NodeCall, NodeResult
from docchain.steps.compensating import StillAtWork, Undoing, compensate
from functions.api.workflows.handler import handler
from tests.support.engine import Stage
from tests.support.faults import ProcessKilled
from tests.support.http_peer import Peer, Reply, a_peer
from tests.support.rest import a_caller, call

BASE = "/api/v3/workflows"


@pytest.fixture
def peer() -> Iterator[Peer]:
    with a_peer() as peer:
        yield peer


@pytest.fixture
def stage(tenant: str) -> Stage:
    return Stage(tenant)


def started(stage: Stage, peer: Peer, **undo: Any) -> Run:
    undoing = {"url": f"{peer.url}/undo/{{{{ nodes.KEY.text }}}}", "method": "DELETE", **undo}
    nodes = []
    for key in ("first", "second", "third"):
        one = {**undoing, "url": undoing["url"].replace("KEY", key)}
        node = {"name": key, "node_type": "document_template", "config": {"template": key}, "compensate_with": one}
        nodes.append(node if key != "second" else {**node, "compensate_with": None})
    nodes.append({**nodes[0], "name": "fourth", "key": "fourth", "depends_on": ["third"]})
    return stage.started(nodes)


def done(stage: Stage, run: Run, *keys: str) -> None:
    for key in keys:
        stage.perform(run, key, lambda call: NodeResult(output={"text": call.node_key}))


def undo(stage: Stage, peer: Peer, run: Run) -> int:
    import time

    client = Client(Policy(plain_http=True, loopback_ports=frozenset({peer.port})))

    def send(call: NodeCall) -> NodeResult:
        return send_request(client, lambda _tenant, _name: None, call)

    world = stage.world(send)
    return compensate(Undoing(stage.runs, world, send, lambda _: None), stage.tenant, run.id, time.monotonic() + 900)


def ended(stage: Stage, run: Run, status: RunStatus = RunStatus.FAILED) -> None:
    stage.runs.end(stage.tenant, run, status, error={"code": "X", "message": "x"})


def seen(stage: Stage, run: Run) -> list[tuple[str, str]]:
    path = f"{BASE}/runs/{run.id}/compensations"
    return [(c["node"], c["status"]) for c in call(handler, "GET", path, None, a_caller(stage.tenant), {})[1]]


@pytest.mark.parametrize("status", [RunStatus.FAILED, RunStatus.CANCELLED])
def test_the_nodes_that_were_done_and_name_one_are_undone_newest_first(
    stage: Stage, peer: Peer, status: RunStatus
) -> None:
    run = started(stage, peer)
    done(stage, run, "first", "second", "third")
    ended(stage, run, status)
    assert undo(stage, peer, run) == 2
    assert [(r.method, r.path) for r in peer.received] == [("DELETE", "/undo/third"), ("DELETE", "/undo/first")]
    assert seen(stage, run) == [("third", "completed"), ("first", "completed")]
    assert stage.event_types(run).count("node.compensated") == 2


def test_the_same_event_again_undoes_nothing_more(stage: Stage, peer: Peer) -> None:
    run = started(stage, peer)
    done(stage, run, "first")
    ended(stage, run)
    assert [undo(stage, peer, run), undo(stage, peer, run)] == [1, 0]
    assert len(peer.received) == 1


@pytest.mark.parametrize("status", [RunStatus.COMPLETED, RunStatus.INTERRUPTED])
def test_a_run_that_is_done_or_may_go_on_is_left_as_it_is(stage: Stage, peer: Peer, status: RunStatus) -> None:
    run = started(stage, peer)
    done(stage, run, "first")
    ended(stage, run, status)
    assert undo(stage, peer, run) == 0
    assert peer.received == []


def test_a_run_that_was_undone_is_not_resumed(stage: Stage, peer: Peer) -> None:
    run = started(stage, peer)
    done(stage, run, "first")
    ended(stage, run)
    undo(stage, peer, run)
    status, told = call(handler, "POST", f"{BASE}/runs/{run.id}/resume", None, a_caller(stage.tenant), {})
    assert (status, told["error"]["code"]) == (409, "RUN_COMPENSATED")


def test_a_run_that_was_resumed_first_is_not_undone(stage: Stage, peer: Peer) -> None:
    run = started(stage, peer)
    done(stage, run, "first")
    ended(stage, run)
    stage.runs.begin_resume(stage.tenant, stage.runs.read(stage.tenant, run.id), "ada")
    assert undo(stage, peer, run) == 0


def test_a_node_at_work_is_waited_for(stage: Stage, peer: Peer) -> None:
    run = started(stage, peer)

    def cancelled(call: NodeCall) -> NodeResult:
        ended(stage, run, RunStatus.CANCELLED)
        with pytest.raises(StillAtWork):
            undo(stage, peer, run)
        return NodeResult(output={"text": call.node_key})

    stage.perform(run, "first", cancelled)
    assert undo(stage, peer, run) == 1


def test_a_peer_that_refuses_is_written_down_and_the_others_go_on(stage: Stage, peer: Peer) -> None:
    peer.reply = lambda got: Reply(500 if got.path.endswith("third") else 204)
    run = started(stage, peer)
    done(stage, run, "first", "second", "third")
    ended(stage, run)
    assert undo(stage, peer, run) == 1
    assert seen(stage, run) == [("third", "failed"), ("first", "completed")]


def test_a_keyed_one_whose_process_died_carries_its_key_again(
    stage: Stage, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_at_first_completion(monkeypatch)
    run = started(stage, peer)
    done(stage, run, "first")
    ended(stage, run)
    with pytest.raises(ProcessKilled):
        undo(stage, peer, run)
    expire(stage, run)
    assert undo(stage, peer, run) == 1
    assert (len(peer.received), peer.effects) == (2, 1)


def test_one_that_acts_once_and_whose_process_died_is_unknown(
    stage: Stage, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_at_first_completion(monkeypatch)
    run = started(stage, peer, effect="once")
    done(stage, run, "first")
    ended(stage, run)
    with pytest.raises(ProcessKilled):
        undo(stage, peer, run)
    with pytest.raises(StillAtWork):
        undo(stage, peer, run)
    expire(stage, run)
    assert undo(stage, peer, run) == 0
    assert seen(stage, run) == [("first", NodeStatus.UNKNOWN.value)]
    assert len(peer.received) == 1


def test_nobody_else_sees_what_was_undone(stage: Stage, peer: Peer) -> None:
    run = started(stage, peer)
    assert call(handler, "GET", f"{BASE}/runs/{run.id}/compensations", None, a_caller("t_other"), {})[0] == 404


@pytest.mark.parametrize(
    "undo_with", [{"url": "https://a.example", "method": "GET"}, {"method": "POST"}, {"url": "u", "methode": "POST"}]
)
def test_a_compensation_that_undoes_nothing_is_found_before(undo_with: dict[str, Any]) -> None:
    node = {"name": "a", "node_type": "document_template", "config": {"template": "x"}, "compensate_with": undo_with}
    assert {f.code for f in validate(normalise([node]))} == {"COMPENSATION_INVALID"}


def killed_at_first_completion(monkeypatch: pytest.MonkeyPatch) -> None:
    from docchain.runs.compensations import CompensationRepository

    real, left = CompensationRepository.finish, [1]

    def finish(self: Any, *arguments: Any, **told: Any) -> None:
        if left.pop() if left else 0:
            raise ProcessKilled
        real(self, *arguments, **told)

    monkeypatch.setattr(CompensationRepository, "finish", finish)


def expire(stage: Stage, run: Run) -> None:
    stage.runs.table.update(f"{stage.tenant}#run#{run.id}", "compensation#first", set_={"lease_until": 1})


def test_what_was_taken_over_from_another_run_is_not_undone(stage: Stage, peer: Peer) -> None:
    run = started(stage, peer)
    done(stage, run, "first", "second", "third")
    taken = {"reused_from": {"run": 1, "node": "third"}}
    stage.runs.table.update(f"{stage.tenant}#run#{run.id}", "node#third", set_=taken)
    ended(stage, run)
    assert undo(stage, peer, run) == 1
    assert [r.path for r in peer.received] == ["/undo/first"]
