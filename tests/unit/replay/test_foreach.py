"""A foreach in a replay: what its items had paid for is not paid again while it is the same."""

from typing import Any

import pytest

from tests.support.openai_peer import Peer as Model
from tests.support.player import Player
from tests.unit.replay.test_replay import asked, decisions, written


def each(after: str, prompt: str = "Say {{ item }}", items: Any = ("x", "y", "z")) -> dict[str, Any]:
    nodes = [asked("say", prompt), written("note", after)]
    return {"name": "each", "node_type": "foreach", "config": {"items": list(items), "nodes": nodes}}


@pytest.fixture
def source(ran: Any, model: Model) -> int:
    run = int(ran([each("{{ nodes.say.text }}"), written("end", "{{ nodes.each.succeeded }} done")]))
    assert len(model.requests) == 3
    return run


def replayed(api: Any, player: Player, run: int, **body: Any) -> tuple[int, dict[str, Any]]:
    status, view = api("POST", f"/runs/{run}/replay", body)
    assert status == 200, view
    assert player.play(view["run"]["id"]).status == "completed"
    return view["run"]["id"], view["plan"]


def test_items_whose_first_node_is_as_it_was_pay_nothing_again(
    api: Any, player: Player, source: int, model: Model
) -> None:
    config = {"nodes": each("Noted: {{ nodes.say.text }}")["config"]["nodes"]}
    run, plan = replayed(api, player, source, edits={"each": {"config": config}})
    assert decisions(plan) == {"runs": ["each"], "depends": ["end"]}
    assert (player.worked, len(model.requests)) == ([*["note"] * 3, "end"], 3)
    items = api("GET", f"/runs/{run}/nodes/each/items")[1]
    assert [n["status"] for item in items for n in item["nodes"]] == ["completed"] * 6
    assert {n["cost_usd"] for item in items for n in item["nodes"] if n["key"] == "say"} == {0.0}


def test_one_item_that_changed_is_the_one_that_pays(api: Any, player: Player, source: int, model: Model) -> None:
    replayed(api, player, source, edits={"each": {"config": {"items": ["x", "other", "z"]}}})
    assert [r["messages"][-1]["content"] for r in model.requests[3:]] == ["Say other"]


def test_a_foreach_that_is_asked_for_works_on_all_of_them(api: Any, player: Player, source: int, model: Model) -> None:
    replayed(api, player, source, from_node="each")
    assert len(model.requests) == 6


def test_the_items_of_a_reused_one_are_still_listed(api: Any, player: Player, source: int, model: Model) -> None:
    run, plan = replayed(api, player, source, from_node="end")
    assert decisions(plan) == {"reused": ["each"], "runs": ["end"]}
    assert (player.worked, len(model.requests)) == (["end"], 3)
    assert api("GET", f"/runs/{run}/nodes/each/items") == api("GET", f"/runs/{source}/nodes/each/items")
    replayed(api, player, run, edits={"each": {"config": {"nodes": each("!")["config"]["nodes"]}}})
    assert len(model.requests) == 3
