"""What the engine promises, seen by a client of a deployed stage."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.client import Client, until
from tests.support.http_peer import a_peer

ROOT = Path(__file__).parents[2]
INVOICE = b"# Invoice 2026-114\n\nAcme Ltd. bills 1,840.50 EUR for the repair of the press. Due in 30 days.\n"
LETTER = {"name": "Letter", "node_type": "document_template", "config": {"template": "Dear {{ params.who }}"}}


def ended(run: dict[str, Any]) -> bool:
    return run["status"] not in {"running", "queued"}


def states(user: Client, run_id: int) -> dict[str, str]:
    return {n["key"]: n["status"] for n in user.ok("GET", f"/api/v3/workflows/runs/{run_id}/nodes")}


def test_an_invoice_waits_for_a_person_and_goes_on_with_what_they_said(user: Client) -> None:
    made = user.ok("POST", "/api/v3/workflows/templates/invoice_approval", {"name": "Invoices"})
    document = user.upload(INVOICE, "invoice.md")
    run = user.run(made["id"], 0, document_id=document, amount=1840.5, vendor="Acme Ltd.")

    pending: list[dict[str, Any]] = []

    def asked() -> bool:
        pending[:] = user.ok("GET", "/api/v3/workflows/approvals")
        return bool(pending)

    until(asked, 40)
    explained = user.ok("GET", f"/api/v3/workflows/runs/{run['id']}/explain")
    user.ok("POST", f"/api/v3/workflows/approvals/{pending[0]['id']}/approve", {"comment": "as agreed"})
    run = user.wait_for_run(run["id"], ended)

    assert "approve" in json.dumps(explained)
    assert run["status"] == "completed", run["error"]
    assert {key for key, state in states(user, run["id"]).items() if state == "skipped"} == {"refused", "small"}
    assert user.call("POST", f"/api/v3/workflows/approvals/{pending[0]['id']}/reject").status_code == 409


def test_a_webhook_is_taken_once_and_its_body_goes_on(user: Client) -> None:
    waits = {"name": "Hook", "node_type": "wait_for_webhook", "config": {"expires_in_seconds": 600}}
    says = {"name": "Say", "node_type": "document_template", "config": {"template": "{{ nodes.hook.body.city }}"}}
    run = user.run(user.workflow(waits, says), 0)
    path = ""

    def waiting() -> bool:
        nonlocal path
        node = user.ok("GET", f"/api/v3/workflows/runs/{run['id']}/nodes")[0]
        path = (node.get("waiting") or {}).get("webhook", "")
        return bool(path)

    until(waiting, 30)
    nobody = Client(user.base_url, user.ws_url)
    nobody.ok("POST", path, {"city": "Sevilla"})
    run = user.wait_for_run(run["id"], ended)

    assert run["results"]["say"]["text"] == "Sevilla"
    assert nobody.call("POST", path, {"city": "Cádiz"}).status_code == 409


def test_a_chain_for_each_item_and_a_workflow_within_a_workflow(user: Client) -> None:
    greet = user.workflow(LETTER, name="Greet")
    user.ok("POST", f"/api/v3/workflows/{greet}/publish")
    each = {
        "name": "Each",
        "node_type": "foreach",
        "config": {
            "items": "{{ params.names }}",
            "nodes": [
                {"name": "Hello", "node_type": "document_template", "config": {"template": "{{ index }} {{ item }}"}}
            ],
        },
    }
    config = {"workflow_id": greet, "parameters": {"who": "Ada"}}
    child = {"name": "Child", "node_type": "subworkflow", "config": config}
    run = user.run(user.workflow(each, child), names=["Eva", "Luis", "Ñúñez"])

    run = user.wait_for_run(run["id"], ended, 60)

    assert run["status"] == "completed", run["error"]
    items = user.ok("GET", f"/api/v3/workflows/runs/{run['id']}/nodes/each/items")
    assert [i["nodes"][0]["output"]["text"] for i in items] == ["0 Eva", "1 Luis", "2 Ñúñez"]
    assert "Dear Ada" in json.dumps(run["results"]["child"])


def test_errors_are_handled_where_the_author_says_so(user: Client) -> None:
    fails = {
        "name": "Fails",
        "node_type": "fail",
        "config": {"message": "no {{ params.what }}", "code": "NOTHING_LEFT"},
    }
    which = {
        "name": "Which",
        "node_type": "switch",
        "config": {"cases": [{"name": "tea", "expression": "params.what = 'tea'"}]},
    }
    tea = {**LETTER, "name": "Tea", "depends_on": ["which:tea"]}
    run = user.run(user.workflow(which, tea, {**fails, "depends_on": ["which:default"]}), what="milk", who="you")

    assert (run["status"], run["error"]["code"], run["error"]["message"]) == ("failed", "NOTHING_LEFT", "no milk")

    broken = {
        "name": "Call",
        "node_type": "http_request",
        "config": {"url": "http://127.0.0.1:8099/none", "method": "GET", "timeout_seconds": 2},
        "retry": {"max_attempts": 1},
        "on_error": "continue",
    }
    after = {"name": "After", "node_type": "document_template", "config": {"template": "{{ errors.call.code }}"}}
    run = user.run(user.workflow(broken, after))

    assert run["status"] == "completed", run["error"]
    assert run["results"]["after"]["text"].isupper()


def test_a_call_to_the_outside_carries_its_key_and_what_is_stored_is_read(user: Client) -> None:
    with a_peer(8099) as peer:
        call = {
            "name": "Call",
            "node_type": "http_request",
            "config": {"url": f"{peer.url}/orders", "method": "POST", "json": {"what": "{{ params.what }}"}},
        }
        keep = {"name": "Keep", "node_type": "store", "config": {"name": "last_order", "value": "{{ params.what }}"}}
        run = user.run(user.workflow(call, keep), what="paper")

        assert run["status"] == "completed", run["error"]
        assert [json.loads(r.body) for r in peer.received] == [{"what": "paper"}]
        assert peer.received[0].headers["idempotency-key"]
    assert user.ok("GET", "/api/v3/workflows/values/last_order")["value"] == "paper"


def test_a_replay_runs_what_was_changed_and_what_comes_after_it(user: Client) -> None:
    chain = [
        {
            "name": f"N{n}",
            "node_type": "document_template",
            "config": {"template": f"{n} {{{{ nodes.n{n - 1}.text }}}}" if n else "0 {{ params.topic }}"},
        }
        for n in range(10)
    ]
    first = user.run(user.workflow(*chain), topic="tea")
    edits = {"edits": {"n5": {"config": {"template": "changed {{ nodes.n4.text }}"}}}}

    replay = f"/api/v3/workflows/runs/{first['id']}/replay"
    plan = user.ok("POST", replay, {**edits, "dry_run": True})
    done = user.ok("POST", replay, edits)
    run = user.wait_for_run(done["run"]["id"], ended)

    planned = {n["key"] for n in plan["plan"]["nodes"] if n["decision"] != "reused"}
    assert plan["run"] is None
    assert planned == {f"n{n}" for n in range(5, 10)}
    assert run["status"] == "completed", run["error"]
    assert run["results"]["n9"]["text"].startswith("9 8 7 6 changed 4 3")
    diff = user.ok("GET", f"/api/v3/workflows/runs/{first['id']}/diff/{run['id']}")
    assert diff["same"] == 5
    assert {n["key"] for n in diff["nodes"] if not n["same"]} == planned


def test_a_receipt_verifies_with_no_network_and_names_what_was_changed(user: Client, tmp_path: Path) -> None:
    run = user.run(user.workflow({**LETTER, "config": {"template": "Dear {{ params.who }}"}}), who="Ada")
    file = tmp_path / "receipt.json"

    def in_the_audit() -> bool:
        answer = user.call("GET", f"/api/v3/workflows/runs/{run['id']}/proof")
        file.write_bytes(answer.content)
        return answer.status_code == 200

    until(in_the_audit, 30)
    assert verify(file).returncode == 0, verify(file).stdout
    file.write_text(file.read_text().replace("Dear Ada", "Dear Eva"))
    found = verify(file)

    assert found.returncode != 0
    assert "letter" in found.stdout + found.stderr


def test_a_run_exported_as_a_file_is_worked_again_offline(user: Client, tmp_path: Path) -> None:
    run = user.run(user.workflow(LETTER), who="Ada")
    file = tmp_path / "run.json"
    file.write_bytes(user.call("GET", f"/api/v3/workflows/runs/{run['id']}/export").content)

    assert python("docchain.replay", str(file)).returncode == 0
    file.write_text(file.read_text().replace("Dear Ada", "Dear Eva"))
    assert python("docchain.replay", str(file)).returncode != 0


def test_money_is_counted_limited_and_told(user: Client) -> None:
    workflow = user.workflow(LETTER)
    run = user.run(workflow, who="Ada")

    cost = user.ok("GET", f"/api/v3/workflows/runs/{run['id']}/cost")
    estimate = user.ok("POST", f"/api/v3/workflows/{workflow}/estimate", {"runs": 10, "params": {"who": "Ada"}})

    def counted() -> bool:
        return bool(user.ok("GET", f"/api/v3/workflows/{workflow}/analytics")["runs"]["completed"])

    until(counted, 30)
    assert 0 < cost["total"] < 0.01
    assert estimate["cost_usd"]["low"] <= estimate["cost_usd"]["expected"] <= estimate["cost_usd"]["high"]


@pytest.mark.parametrize("form", ["json", "mermaid", "svg"])
def test_a_graph_in_every_form(user: Client, form: str) -> None:
    workflow = user.workflow(LETTER)

    answer = user.call("GET", f"/api/v3/workflows/{workflow}/graph?format={form}")

    assert answer.status_code == 200
    assert {"json": '"letter"', "mermaid": "flowchart", "svg": "<svg"}[form] in answer.text


def test_versions_come_back_and_many_workflows_are_worked_at_once(user: Client) -> None:
    workflow = user.workflow(LETTER, name="Letters")
    user.ok("POST", f"/api/v3/workflows/{workflow}/publish", {"note": "first"})
    user.ok("PUT", f"/api/v3/workflows/{workflow}/nodes/1", {"config": {"template": "Hi {{ params.who }}"}})
    user.ok("POST", f"/api/v3/workflows/{workflow}/publish", {"note": "second"})
    user.ok("POST", f"/api/v3/workflows/{workflow}/rollback", {"version": 1})

    assert user.run(workflow, who="Ada")["results"]["letter"]["text"] == "Dear Ada"
    copied = user.ok("POST", "/api/v3/workflows/import", user.ok("GET", f"/api/v3/workflows/{workflow}/export"))
    many = user.ok("POST", "/api/v3/workflows/bulk", {"action": "activate", "ids": [workflow, copied["id"], 999]})
    assert [r["success"] for r in many["results"]] == [True, True, False]


def verify(file: Path) -> subprocess.CompletedProcess[str]:
    return python("docchain.verify", str(file))


def python(module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    where = {"PYTHONPATH": str(ROOT / "layers" / "core" / "python"), "PATH": "/usr/bin:/bin"}
    return subprocess.run(
        [sys.executable, "-m", module, *arguments], cwd=ROOT, env=where, capture_output=True, text=True, check=False
    )
