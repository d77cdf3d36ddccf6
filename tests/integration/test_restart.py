"""The stage stops in the middle of a run: the cut run is found, and resume does no recorded node again."""

from typing import Any

from tests.support.client import TEMPLATE_CHAIN, Client

WAIT = {"name": "Wait", "node_type": "delay", "config": {"seconds": 8}}


def test_a_run_that_was_cut_is_found_and_resumed(stage: Any, admin: Client) -> None:
    user = admin.newcomer()
    run = user.run(user.workflow(TEMPLATE_CHAIN[0], WAIT, TEMPLATE_CHAIN[1]), wait_seconds=0, topic="x")
    path = f"/api/v3/workflows/runs/{run['id']}"
    user.wait_for_run(run["id"], lambda r: r["node_counts"].get("completed") == 1)
    before = user.ok("GET", f"{path}/nodes")[0]
    stage.restart()
    look_now(stage)
    cut = user.wait_for_run(run["id"], lambda r: r["status"] != "running", 30)
    assert (cut["status"], cut["error"]["code"]) == ("interrupted", "RUN_INTERRUPTED")
    assert user.ok("POST", f"{path}/resume")["generation"] == 1
    ended = user.wait_for_run(run["id"], lambda r: r["status"] != "running", 60)
    assert (ended["status"], ended["node_counts"]) == ("completed", {"completed": 3})
    after = user.ok("GET", f"{path}/nodes")
    assert [n["attempts"] for n in after] == [1, 1, 1]
    assert after[0]["started_at"] == before["started_at"]


def look_now(stage: Any) -> None:
    """What the sweeper does once a minute to runs that are due, without waiting for either; it may have been there."""
    table, client = stage.outputs["RunsTable"], stage.client("dynamodb")
    open_runs = client.query(
        TableName=table,
        IndexName="open_runs",
        KeyConditionExpression="open_pk = :open",
        ExpressionAttributeValues={":open": {"S": "open"}},
    )
    for item in open_runs["Items"]:
        client.update_item(
            TableName=table,
            Key={"pk": item["pk"], "sk": item["sk"]},
            UpdateExpression="SET open_sk = :past",
            ExpressionAttributeValues={":past": {"S": "0" * 12}},
        )
    answer = stage.client("lambda").invoke(FunctionName="docchain-local-schedules-stuck-runs", Payload=b"{}")
    assert "FunctionError" not in answer, answer["Payload"].read()
