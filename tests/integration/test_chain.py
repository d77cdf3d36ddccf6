"""A real document goes through a chain on the real engine."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.client import TEMPLATE_CHAIN, Client

DOCUMENTS = Path(__file__).parents[2] / "infra" / "local" / "demo" / "documents"
REVIEW: list[dict[str, Any]] = [
    {"name": "Read", "node_type": "document_extract"},
    {"name": "Summary", "node_type": "ai_summarize", "config": {"max_sentences": 4}, "depends_on": ["read"]},
    {
        "name": "Analysis",
        "node_type": "ai_analyze",
        "config": {"analyses": ["sentiment", "keywords", "entities", "language"]},
        "depends_on": ["read"],
    },
    {
        "name": "In Spanish",
        "node_type": "condition",
        "config": {"expression": "nodes.analysis.language = 'es'"},
        "depends_on": ["analysis"],
    },
    {
        "name": "Nota",
        "node_type": "document_template",
        "config": {"template": "# Resumen\n\n{{ nodes.summary.text }}"},
        "depends_on": ["summary", "in_spanish:true"],
    },
    {
        "name": "Note",
        "node_type": "document_template",
        "config": {"template": "# Summary\n\n{{ nodes.summary.text }}"},
        "depends_on": ["summary", "in_spanish:false"],
    },
    {
        "name": "Pdf",
        "node_type": "document_render",
        "config": {"source": "{{ nodes.note.text if nodes.note else nodes.nota.text }}", "format": "pdf"},
        "depends_on": ["nota", "note"],
    },
]


@pytest.mark.parametrize(
    ("file", "taken"), [("service-agreement.en.pdf", "note"), ("informe-trimestral.es.pdf", "nota")]
)
def test_a_pdf_becomes_a_summary_in_its_own_language(user: Client, file: str, taken: str) -> None:
    document = user.upload((DOCUMENTS / file).read_bytes(), file)
    run = user.run(user.workflow(*REVIEW), document_id=document)
    assert run["status"] == "completed", run["error"]
    nodes = {n["key"]: n for n in user.ok("GET", f"/api/v3/workflows/runs/{run['id']}/nodes")}
    statuses = {key: node["status"] for key, node in nodes.items()}
    passed = ({"nota", "note"} - {taken}).pop()
    assert statuses == {**dict.fromkeys(nodes, "completed"), passed: "skipped"}
    assert nodes["summary"]["output"]["method"] == "extractive"
    assert nodes["summary"]["output"]["provider"] == "local"
    pdf = user.call("GET", f"/api/v3/workflows/documents/{run['results']['pdf']['document_id']}/content")
    assert pdf.content.startswith(b"%PDF-")
    assert run["cost_usd"] > 0


def test_results_come_from_what_nothing_follows(user: Client) -> None:
    run = user.run(user.workflow(*TEMPLATE_CHAIN), topic="rain")
    assert run["results"]["n4"]["text"] == "step 4 of rain"
    assert run["node_counts"] == {"completed": 5}


def test_an_empty_workflow_completes(user: Client) -> None:
    run = user.run(user.workflow())
    assert (run["status"], run["results"]) == ("completed", {})


def test_fan_out_and_fan_in_run_every_node_once(user: Client) -> None:
    def text(name: str, *after: str) -> dict[str, Any]:
        return {"name": name, "node_type": "document_template", "config": {"template": name}, "depends_on": list(after)}

    nodes = [text("a"), *(text(f"b{n}", "a") for n in range(4)), text("c", "b0", "b1", "b2", "b3")]
    run = user.run(user.workflow(*nodes))
    assert run["node_counts"] == {"completed": 6}
    records = user.ok("GET", f"/api/v3/workflows/runs/{run['id']}/nodes")
    assert [n["attempts"] for n in records] == [1] * 6


def test_a_delay_waits(user: Client) -> None:
    wait = {"name": "Wait", "node_type": "delay", "config": {"seconds": 1}}
    run = user.run(user.workflow(TEMPLATE_CHAIN[0], wait, TEMPLATE_CHAIN[1]), topic="x")
    assert run["status"] == "completed"
    assert run["execution_time"] >= 1


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"%PDF-1.7\nbroken", "DOCUMENT_BROKEN"),
        (b"   \n", "DOCUMENT_EMPTY"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "UNSUPPORTED_DOCUMENT"),
    ],
)
def test_a_file_that_cannot_be_read_fails_its_node_with_a_reason(user: Client, data: bytes, code: str) -> None:
    document = user.upload(data, "file.pdf")
    run = user.run(user.workflow(REVIEW[0]), document_id=document)
    assert (run["status"], run["error"]["code"], run["error"]["node"]) == ("failed", code, "read")


def test_a_password_protected_pdf_says_so(user: Client) -> None:
    from io import BytesIO

    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(PdfReader(DOCUMENTS / "service-agreement.en.pdf"))
    writer.encrypt("secret", algorithm="AES-256")
    out = BytesIO()
    writer.write(out)
    run = user.run(user.workflow(REVIEW[0]), document_id=user.upload(out.getvalue(), "locked.pdf"))
    assert run["error"]["code"] == "DOCUMENT_ENCRYPTED"


def test_a_template_that_loops_for_ever_ends_with_a_clear_error(user: Client) -> None:
    bomb = "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}"
    run = user.run(user.workflow({"name": "Bomb", "node_type": "document_template", "config": {"template": bomb}}))
    assert (run["status"], run["error"]["code"]) == ("failed", "TEMPLATE_LIMIT")


def test_an_unknown_document_fails_the_node_and_another_tenants_is_unknown(user: Client, admin: Client) -> None:
    foreign = admin.upload(b"secret of another tenant", "secret.txt")
    run = user.run(user.workflow(REVIEW[0]), document_id=foreign)
    assert (run["status"], run["error"]["code"]) == ("failed", "DOCUMENT_NOT_FOUND")


def test_a_cancelled_run_stops_where_it_is(user: Client) -> None:
    wait = {"name": "Wait", "node_type": "delay", "config": {"seconds": 600}}
    run = user.run(user.workflow(TEMPLATE_CHAIN[0], wait, TEMPLATE_CHAIN[1]), wait_seconds=0, topic="x")
    user.wait_for_run(run["id"], lambda r: r["node_counts"].get("completed") == 1)
    cancelled = user.ok("POST", f"/api/v3/workflows/runs/{run['id']}/cancel", {"reason": "wrong file"})
    assert (cancelled["status"], cancelled["error"]["message"]) == ("cancelled", "wrong file")
    again = user.call("POST", f"/api/v3/workflows/runs/{run['id']}/cancel")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "RUN_HAS_ENDED")
    nodes = user.ok("GET", f"/api/v3/workflows/runs/{run['id']}/nodes")
    assert [n["status"] for n in nodes] == ["completed", "pending", "pending"]


def test_a_provider_that_is_not_there_falls_back_and_says_so(user: Client) -> None:
    generate = {"name": "Gen", "node_type": "ai_generate", "config": {"prompt": "Say hi", "max_tokens": 20}}
    run = user.run(user.workflow(generate))
    assert run["status"] == "completed"
    made = user.ok("GET", f"/api/v3/workflows/runs/{run['id']}/nodes")[0]["output"]
    assert (made["provider"], made["fallback_from"], made["experimental"]) == ("local", "openai", True)


def test_the_chain_makes_at_most_three_transitions_more_than_nodes(user: Client, stage: Any) -> None:
    run = user.run(user.workflow(*TEMPLATE_CHAIN), topic="x")
    client = stage.client("stepfunctions")
    entered = 0
    for machine in client.list_state_machines()["stateMachines"]:
        for execution in client.list_executions(stateMachineArn=machine["stateMachineArn"])["executions"]:
            data = client.describe_execution(executionArn=execution["executionArn"])
            if f'"run": {run["id"]},' in data["input"] and data["name"].endswith(f"-{run['id']}-0"):
                if data["input"].split('"tenant": "')[1].split('"')[0] not in data["name"]:
                    continue
                history = client.get_execution_history(executionArn=execution["executionArn"], maxResults=500)
                count = sum(e["type"].endswith("StateEntered") for e in history["events"])
                entered = max(entered, count)
    assert 0 < entered <= 8
