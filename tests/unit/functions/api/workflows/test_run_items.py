"""The items of a foreach over REST: paged, its own tenant's, and nothing else by a made-up cursor."""

import base64
import json
from typing import Any

import pytest

from docchain.storage.cursors import to_cursor
from functions.api.workflows.handler import handler
from tests.support.engine import Stage
from tests.support.executions import Executed, a_foreach, a_template
from tests.support.rest import a_caller, call

BASE = "/api/v3/workflows/runs"


@pytest.fixture
def run(tenant: str) -> Executed:
    return ran(tenant, 4)


def ran(tenant: str, items: int) -> Executed:
    inner = (a_template("write", "{{ item }}"), a_template("again", "{{ nodes.write.text }}!"))
    executed = Executed(Stage(tenant), [a_foreach("each", [f"i{n}" for n in range(items)], *inner)], failures={"i2"})
    executed.fail()
    return executed


def asked(tenant: str, path: str, **headers: str) -> Any:
    return call(handler, "GET", path, None, a_caller(tenant), headers)


def test_items_come_with_what_their_nodes_made_of_them(run: Executed, tenant: str) -> None:
    status, items = asked(tenant, f"{BASE}/{run.run.id}/nodes/each/items?limit=3")[:2]

    assert status == 200
    assert [i["index"] for i in items] == [0, 1, 2]
    assert [(n["key"], n["output"]) for n in items[1]["nodes"]] == [
        ("write", {"text": "i1"}),
        ("again", {"text": "i1!"}),
    ]
    assert [(n["key"], n["status"], n["error"]["message"]) for n in items[2]["nodes"]] == [
        ("write", "failed", "cannot write i2")
    ]


def test_pages_follow_each_other_and_hold_a_hundred_records(tenant: str) -> None:
    run = ran(tenant, 60)
    path = f"{BASE}/{run.run.id}/nodes/each/items"
    first = asked(tenant, path)
    assert [i["index"] for i in first[1]] == list(range(50))
    scope = f"items/{tenant}/{run.run.id}/each"
    second = asked(tenant, f"{path}?cursor={to_cursor({'index': 50}, scope)}")
    assert [i["index"] for i in second[1]] == list(range(50, 60))


def test_another_tenant_and_another_node_have_no_items(run: Executed, tenant: str) -> None:
    path = f"{BASE}/{run.run.id}/nodes/each/items"
    assert asked(f"{tenant}x", path)[0] == 404
    assert asked(tenant, path.replace("each", "write"))[0] == 404


@pytest.mark.parametrize("index", [-1, "1", 10**9, None])
def test_a_made_up_cursor_is_refused(run: Executed, tenant: str, index: Any) -> None:
    scope = f"items/{tenant}/{run.run.id}/each"
    cursor = base64.urlsafe_b64encode(json.dumps([scope, {"index": index}]).encode()).decode().rstrip("=")
    assert asked(tenant, f"{BASE}/{run.run.id}/nodes/each/items?cursor={cursor}")[0] == 422
