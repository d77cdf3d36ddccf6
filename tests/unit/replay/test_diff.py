"""Two runs side by side: what is the same is said to be, and what is not is shown as far as there is room."""

from typing import Any

from docchain.replay import differences
from tests.support.player import Player
from tests.unit.replay.test_replay import written


def replayed(api: Any, player: Player, source: int, body: Any) -> int:
    run = api("POST", f"/runs/{source}/replay", body)[1]["run"]["id"]
    player.play(run)
    return int(run)


def test_the_lines_that_differ_are_shown(api: Any, ran: Any, player: Player) -> None:
    source = ran([written("a", "one\ntwo\nthree"), written("b", "{{ nodes.a.text | length }}"), written("c", "c")])
    edit = {"edits": {"a": {"config": {"template": "one\n2\nthree"}}}}
    status, diff = api("GET", f"/runs/{source}/diff/{replayed(api, player, source, edit)}")
    assert status == 200, diff
    nodes = {n["key"]: n for n in diff["nodes"]}
    assert nodes["a"]["diff"].splitlines()[2:] == ["@@ -1,3 +1,3 @@", " one", "-two", "+2", " three"]
    assert nodes["b"]["diff"].splitlines()[-2:] == ["-13", "+11"]
    assert (nodes["c"]["same"], nodes["c"]["diff"], diff["same"]) == (True, None, 1)
    assert nodes["a"]["a"]["output_hash"] != nodes["a"]["b"]["output_hash"]
    assert diff["b"]["version"] > diff["a"]["version"]


def test_the_same_text_in_another_document_is_the_same(api: Any, ran: Any, player: Player) -> None:
    source = ran([written("a", "x"), written("b", "y")])
    diff = api("GET", f"/runs/{source}/diff/{replayed(api, player, source, {'from_node': 'a'})}")[1]
    assert [n["same"] for n in diff["nodes"]] == [True, True]


def test_a_node_that_only_one_of_them_has_and_one_that_failed(api: Any, ran: Any) -> None:
    one = ran([written("a", "x"), written("b", "y", depends_on=[])])
    two = ran([written("a", "{{ params.n / 0 }}"), written("c", "z", depends_on=[])], {"n": 1})
    nodes = {n["key"]: n for n in api("GET", f"/runs/{one}/diff/{two}")[1]["nodes"]}
    assert (nodes["a"]["a"]["status"], nodes["a"]["b"]["status"], nodes["a"]["same"]) == ("completed", "failed", False)
    assert (nodes["b"]["a"]["status"], nodes["b"]["b"]) == ("completed", None)


def test_a_large_difference_is_cut_and_says_so(api: Any, ran: Any, player: Player) -> None:
    source = ran([written("a", "{% for i in range(5000) %}line {{ i }}\n{% endfor %}")])
    edit = {"edits": {"a": {"config": {"template": "{% for i in range(5000) %}row {{ i }}\n{% endfor %}"}}}}
    node = api("GET", f"/runs/{source}/diff/{replayed(api, player, source, edit)}")[1]["nodes"][0]
    assert node["cut"]
    assert 10_000 < len(node["diff"]) <= differences.DIFF_CHARACTERS_MOST


def test_another_tenants_run_is_not_compared(api: Any, ran: Any) -> None:
    source = ran([written("a", "x")])
    assert api("GET", f"/runs/{source}/diff/999")[0] == 404
