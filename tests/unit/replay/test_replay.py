"""A replay does again what was changed and what comes of that, and nothing else; its plan said so."""

from dataclasses import replace
from typing import Any

import boto3
import pytest

from docchain.replay.models import Order
from docchain.replay.starting import plan_of, start_replay
from docchain.runs.control import RunControl
from docchain.runs.models import RunStatus
from docchain.steps.call import NodeResult
from functions.api.workflows.dependencies import control, definitions
from tests.support.http_peer import Peer as Receiver
from tests.support.openai_peer import Peer as Model
from tests.support.player import Player


def written(name: str, template: str, **fields: Any) -> dict[str, Any]:
    return {"name": name, "node_type": "document_template", "config": {"template": template}, **fields}


def asked(name: str, prompt: str, **fields: Any) -> dict[str, Any]:
    config = {"prompt": prompt, "provider": "openai", "model": "gpt-5-mini"}
    return {"name": name, "node_type": "ai_generate", "config": config, **fields}


def told(name: str, receiver: Receiver, text: str, **fields: Any) -> dict[str, Any]:
    config = {"url": f"{receiver.url}/{name.lower()}", "method": "POST", "json": {"text": text}}
    return {"name": name, "node_type": "http_request", "config": config, **fields}


@pytest.fixture
def chain(receiver: Receiver) -> list[dict[str, Any]]:
    """Ten nodes: two effects and two paid answers before the middle, and as many after it."""
    return [
        written("n1", "About {{ params.topic }}"),
        asked("n2", "Outline: {{ nodes.n1.text }}"),
        told("n3", receiver, "{{ nodes.n2.text }}"),
        written("n4", "{{ nodes.n2.text }}, edited"),
        asked("n5", "Draft: {{ nodes.n4.text }}"),
        written("n6", "# {{ nodes.n5.text }}"),
        asked("n7", "Shorten: {{ nodes.n6.text }}"),
        told("n8", receiver, "{{ nodes.n7.text }}"),
        written("n9", "{{ nodes.n7.text }} ({{ nodes.n8.status }})"),
        written("n10", "Done: {{ nodes.n9.text }}"),
    ]


BEFORE, AFTER = ["n1", "n2", "n3", "n4"], ["n6", "n7", "n8", "n9", "n10"]
EDIT = {"edits": {"n5": {"config": {"prompt": "Draft briefly: {{ nodes.n4.text }}"}}}}


def decisions(plan: dict[str, Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for node in plan["nodes"]:
        found.setdefault(node["decision"], []).append(node["key"])
    return found


def test_one_changed_prompt_in_the_middle_of_ten_nodes(
    api: Any, ran: Any, player: Player, chain: Any, model: Model, receiver: Receiver
) -> None:
    source = ran(chain, {"topic": "bees"})
    assert player.worked == [f"n{i}" for i in range(1, 11)]
    status, dry = api("POST", f"/runs/{source}/replay", {**EDIT, "dry_run": True})
    assert (status, dry["run"]) == (200, None)
    assert decisions(dry["plan"]) == {"reused": BEFORE, "runs": ["n5"], "depends": AFTER}
    assert dry["plan"]["effects"] == {
        "paid": {"fire": ["n5"], "may_fire": ["n7"]},
        "keyed": {"fire": [], "may_fire": ["n8"]},
        "once": {"fire": [], "may_fire": []},
    }
    paid, sent = len(model.requests), len(receiver.received)
    status, view = api("POST", f"/runs/{source}/replay", EDIT)
    assert (status, view["run"]["replay_of"]) == (200, {"run_id": source, "from_node": None})
    assert decisions(view["plan"]) == decisions(dry["plan"])
    run = player.play(view["run"]["id"])
    assert run.status == RunStatus.COMPLETED
    assert player.worked == ["n5", *AFTER]
    assert [r["messages"][-1]["content"].split(":")[0] for r in model.requests[paid:]] == ["Draft briefly", "Shorten"]
    assert [r.path for r in receiver.received[sent:]] == ["/n8"]
    nodes = {n["key"]: n for n in api("GET", f"/runs/{run.id}/nodes")[1]}
    before = {n["key"]: n for n in api("GET", f"/runs/{source}/nodes")[1]}
    for key in BEFORE:
        assert nodes[key]["output"] == before[key]["output"]
        assert nodes[key]["cost_usd"] == 0
        assert nodes[key]["reused_from"] == {"run": source, "node": key, "cost_usd": before[key]["cost_usd"]}
    assert all(nodes[key]["reused_from"] is None and nodes[key]["cost_usd"] > 0 for key in ["n5", *AFTER])
    saved = sum(before[key]["cost_usd"] for key in BEFORE)
    assert dry["plan"]["expected"]["saved_usd"] == pytest.approx(saved)
    assert run.version != api("GET", f"/runs/{source}")[1]["version"]


def test_what_is_made_the_same_again_is_not_worked_on_further(
    api: Any, ran: Any, player: Player, model: Model, receiver: Receiver
) -> None:
    source = ran(
        [
            written("a", "one  {{ params.topic | lower }}"),
            written("b", "{{ nodes.a.text | upper }}"),
            asked("c", "Say {{ nodes.b.text }}"),
            told("d", receiver, "{{ nodes.c.text }}"),
        ],
        {"topic": "bees"},
    )
    paid, sent = len(model.requests), len(receiver.received)
    edit = {"edits": {"a": {"config": {"template": "ONE  {{ params.topic | lower }}"}}}}
    view = api("POST", f"/runs/{source}/replay", edit)[1]
    assert decisions(view["plan"]) == {"runs": ["a"], "depends": ["b", "c", "d"]}
    run = player.play(view["run"]["id"])
    # b reads another text and writes the same one, so that what follows it is as it was.
    assert player.worked == ["a", "b"]
    assert (len(model.requests), len(receiver.received)) == (paid, sent)
    record = player.stage.record(run, "c")
    assert (record.reused_from.run, record.cost_usd, record.output["text"]) == (source, 0.0, "answer 1")


def test_from_node_works_again_what_nobody_changed(
    api: Any, ran: Any, player: Player, chain: Any, model: Model
) -> None:
    source = ran(chain, {"topic": "bees"})
    view = api("POST", f"/runs/{source}/replay", {"from_node": "n7"})[1]
    assert decisions(view["plan"]) == {
        "reused": [f"n{i}" for i in range(1, 7)],
        "runs": ["n7", "n8", "n9", "n10"],
    }
    run = player.play(view["run"]["id"])
    assert player.worked == ["n7", "n8", "n9", "n10"]
    assert run.version == api("GET", f"/runs/{source}")[1]["version"]


def test_it_works_when_the_machine_and_its_history_are_gone(
    api: Any, ran: Any, player: Player, chain: Any, model: Model
) -> None:
    source = ran(chain, {"topic": "bees"})
    machines = boto3.client("stepfunctions")
    for machine in machines.list_state_machines()["stateMachines"]:
        machines.delete_state_machine(stateMachineArn=machine["stateMachineArn"])
    status, view = api("POST", f"/runs/{source}/replay")
    assert status == 200, view
    assert decisions(view["plan"]) == {"reused": [f"n{i}" for i in range(1, 11)]}
    paid = len(model.requests)
    assert player.play(view["run"]["id"]).status == RunStatus.COMPLETED
    assert (player.worked, len(model.requests)) == ([], paid)


def test_other_parameters_run_again_what_reads_them(api: Any, ran: Any, player: Player) -> None:
    source = ran(
        [
            written("a", "{{ params.topic }}"),
            written("b", "{{ params.who }}", depends_on=[]),
            {"name": "c", "node_type": "condition", "config": {"expression": "params.size > 3"}, "depends_on": []},
            written("big", "big", depends_on=["c:true"]),
            written("small", "small", depends_on=["c:false"]),
        ],
        {"topic": "bees", "who": "Ada", "size": 5},
    )
    same = {"topic": "bees", "who": "Ada", "size": 5}
    plan = api("POST", f"/runs/{source}/replay", {"params": {**same, "who": "Bob"}, "dry_run": True})[1]["plan"]
    assert decisions(plan) == {"reused": ["a", "c", "big"], "runs": ["b"], "skipped": ["small"]}
    view = api("POST", f"/runs/{source}/replay", {"params": {**same, "size": 1}})[1]
    assert decisions(view["plan"]) == {"reused": ["a", "b"], "runs": ["c"], "depends": ["big", "small"]}
    player.play(view["run"]["id"])
    assert player.worked == ["small"]


def test_a_replay_of_a_replay_names_who_worked_first(api: Any, ran: Any, player: Player, chain: Any) -> None:
    source = ran(chain, {"topic": "bees"})
    first = api("POST", f"/runs/{source}/replay", EDIT)[1]["run"]["id"]
    player.play(first)
    second = api("POST", f"/runs/{first}/replay", {"from_node": "n10"})[1]["run"]["id"]
    run = player.play(second)
    assert player.worked == ["n10"]
    assert player.stage.record(run, "n2").reused_from.run == source
    assert player.stage.record(run, "n5").reused_from.run == first
    assert player.stage.record(run, "n2").reused_from.cost_usd > 0


def test_a_failed_run_is_replayed_from_what_it_completed(api: Any, ran: Any, player: Player) -> None:
    source = ran([written("a", "x"), {"name": "b", "node_type": "fail", "config": {"message": "no"}}])
    assert api("GET", f"/runs/{source}")[1]["status"] == "failed"
    plan = api("POST", f"/runs/{source}/replay", {"dry_run": True})[1]["plan"]
    assert decisions(plan) == {"reused": ["a"], "runs": ["b"]}


def test_more_records_than_a_transaction_holds_are_there_before_the_run_is(api: Any, ran: Any, player: Player) -> None:
    source = ran([written(f"n{i}", "x" * 3000, depends_on=[]) for i in range(120)])
    view = api("POST", f"/runs/{source}/replay", {"from_node": "n119"})[1]
    run = player.stage.runs.read(player.stage.tenant, view["run"]["id"])
    records = player.stage.runs.read_records(player.stage.tenant, run.id)
    assert sum(r.reused_from is not None for r in records) == 119


def test_one_key_starts_one_replay(api: Any, ran: Any) -> None:
    source = ran([written("a", "x")])
    first = api("POST", f"/runs/{source}/replay", {"from_node": "a"}, **{"idempotency-key": "k"})[1]["run"]["id"]
    again = api("POST", f"/runs/{source}/replay", {"from_node": "a"}, **{"idempotency-key": "k"})[1]["run"]["id"]
    assert again == first
    assert api("POST", f"/runs/{source}/replay", {}, **{"idempotency-key": "k"})[0] == 409


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"from_node": "nobody"}, 404, "NODE_NOT_FOUND"),
        ({"edits": {"nobody": {"config": {}}}}, 404, "NODE_NOT_FOUND"),
        ({"edits": {"a": {"config": {"template": None}}}}, 422, "DEFINITION_INVALID"),
        ({"edits": {"a": {"config": {"template": "{{ nodes.zz.text }}"}}}}, 422, "DEFINITION_INVALID"),
        ({"version": 9}, 404, "VERSION_NOT_FOUND"),
        ({"who": 1}, 422, "VALIDATION_ERROR"),
        ({"budget_usd": 0}, 422, "VALIDATION_ERROR"),
    ],
)
def test_what_cannot_be_replayed_is_refused(api: Any, ran: Any, body: Any, status: int, code: str) -> None:
    answer = api("POST", f"/runs/{ran([written('a', 'x')])}/replay", body)
    assert (answer[0], answer[1]["error"]["code"]) == (status, code)


def test_a_run_that_goes_on_is_not_replayed(api: Any) -> None:
    workflow = api("POST", "", {"name": "W", "nodes": [written("a", "x")]})[1]["id"]
    run = api("POST", f"/{workflow}/execute")[1]["id"]
    assert api("POST", f"/runs/{run}/replay")[1]["error"]["code"] == "RUN_STILL_OPEN"


def test_a_step_that_takes_over_makes_four_calls(api: Any, ran: Any, player: Player, aws_calls: list[str]) -> None:
    source = ran([written("a", "x"), written("b", "{{ nodes.a.text | length }}"), written("c", "c")])
    edit = {"edits": {"a": {"config": {"template": "y"}}}}
    run = api("POST", f"/runs/{source}/replay", edit)[1]["run"]["id"]
    stage = player.stage
    world = stage.world(lambda _: NodeResult(output={}))
    world = replace(world, workers=player.workers())
    made = stage.runs.read(stage.tenant, run)
    stage.perform_in(world, made, "a")
    stage.perform_in(world, made, "b")
    aws_calls.clear()
    stage.perform_in(world, made, "c")
    assert aws_calls == ["BatchGetItem", "TransactWriteItems", "GetItem", "TransactWriteItems"]
    assert stage.record(made, "c").reused_from.run == source


def test_a_process_that_dies_while_it_copies_leaves_no_run(
    api: Any, ran: Any, player: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = ran([written(f"n{i}", "x", depends_on=[]) for i in range(120)])

    class Died(BaseException):
        pass

    def die(*_: Any, **__: Any) -> None:
        raise Died

    with monkeypatch.context() as patched:
        patched.setattr(RunControl, "begin", die)
        order, run = Order(from_node="n1"), player.stage.runs.read(player.stage.tenant, source)
        planned = plan_of(control(), definitions(), player.stage.tenant, run, order)
        with pytest.raises(Died):
            start_replay(control(), player.stage.tenant, planned, order, "ada", None)
    assert [r["id"] for r in api("GET", "/runs")[1]] == [source]
    again = api("POST", f"/runs/{source}/replay", {"from_node": "n1"})[1]["run"]["id"]
    assert player.play(again).status == RunStatus.COMPLETED
    assert player.worked == ["n1"]
