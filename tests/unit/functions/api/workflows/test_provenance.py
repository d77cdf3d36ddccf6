"""A document names what it was made from, to the root, over the real handler."""

from typing import Any

import pytest

from docchain.clock import now
from docchain.documents.models import Document, NewDocument
from docchain.events.models import Event
from docchain.ids import new_ulid
from docchain.runs.models import Run
from docchain.steps.call import NodeCall, NodeResult
from functions.api.workflows.handler import handler
from tests.support.engine import Stage
from tests.support.rest import a_caller, a_context, call, rest_event

TEMPLATE = "hi {{ params.who }}"
NODES = [
    {"id": 1, "name": "Read", "node_type": "document_extract", "config": {"document": "{{ params.document }}"}},
    {"id": 2, "name": "Words", "node_type": "document_template", "config": {"template": TEMPLATE}},
    {"id": 3, "name": "Letter", "node_type": "document_render", "config": {"format": "pdf"}},
]


@pytest.fixture
def stage(tenant: str) -> Stage:
    return Stage(tenant)


def uploaded(stage: Stage) -> str:
    document = Document(
        id=f"doc_{new_ulid()}",
        filename='source "1".pdf',
        media_type="application/pdf",
        size=3,
        sha256="9f" * 32,
        origin={"kind": "upload", "user_id": 1},
        created_at=now(),
        created_by="ada",
    )
    stage.documents.create(stage.tenant, document, Event(type="test", tenant_id=stage.tenant, subject="d"))
    return document.id


def chained(stage: Stage, source: str) -> Run:
    run = stage.started(NODES, {"document": source, "who": "Ada"})
    stage.perform(run, "read", lambda c: NodeResult(output={"text": "t"}, consumed=(source,)))
    stage.perform(run, "words", _words)
    stage.perform(run, "letter", _letter)
    return run


def _words(call: NodeCall) -> NodeResult:
    return NodeResult(output={"text": "x"}, usage={"provider": "openai", "model": "m", "prompt_hash": "ab" * 32})


def _letter(call: NodeCall) -> NodeResult:
    return NodeResult(output={}, document=NewDocument(filename="letter.pdf", media_type="application/pdf", data=b"pdf"))


def asked(tenant: str, document_id: str, query: str = "") -> tuple[int, Any]:
    path = f"/api/v3/workflows/documents/{document_id}/provenance{query}"
    return call(handler, "GET", path, None, a_caller(tenant))


def test_a_document_leads_back_over_two_runs_to_what_was_uploaded(stage: Stage) -> None:
    source = uploaded(stage)
    first = f"doc_run{chained(stage, source).id}_letter"
    second = f"doc_run{chained(stage, first).id}_letter"

    status, view = asked(stage.tenant, second)

    assert status == 200
    assert [d["id"] for d in view["documents"]] == [second, first, source]
    assert (view["is_whole"], view["missing"]) == (True, [])
    assert view["documents"][2]["origin"]["kind"] == "upload"


def test_the_nodes_on_the_way_are_named_with_words_and_model(stage: Stage) -> None:
    run = chained(stage, uploaded(stage))

    steps = asked(stage.tenant, f"doc_run{run.id}_letter")[1]["documents"][0]["steps"]

    assert [s["node"] for s in steps] == ["read", "words", "letter"]
    assert steps[1]["template"] == {"template": TEMPLATE}
    assert (steps[1]["model"], steps[1]["prompt_hash"]) == ("m", "ab" * 32)
    assert all(s["status"] == "completed" for s in steps)


def test_it_is_drawn_and_names_cannot_break_out_of_the_drawing(stage: Stage) -> None:
    run = chained(stage, uploaded(stage))

    drawing = asked(stage.tenant, f"doc_run{run.id}_letter")[1]["mermaid"]

    assert drawing.startswith("flowchart TD\n")
    assert 'd1["source #34;1#34;.pdf"]' in drawing
    assert f'd1 -->|"letter, run {run.id}"| d0' in drawing


def test_what_was_deleted_is_said_to_be_missing(stage: Stage) -> None:
    source = uploaded(stage)
    run = chained(stage, source)
    stage.documents.delete(stage.tenant, source, lambda _: Event(type="test", tenant_id=stage.tenant, subject="d"))

    view = asked(stage.tenant, f"doc_run{run.id}_letter")[1]

    assert view["missing"] == [source]
    assert "(deleted)" in view["mermaid"]


def test_limits_are_told_and_pages_follow(stage: Stage) -> None:
    first = f"doc_run{chained(stage, uploaded(stage)).id}_letter"
    second = f"doc_run{chained(stage, first).id}_letter"

    assert asked(stage.tenant, second, "?depth=1")[1]["is_whole"] is False
    event = rest_event("GET", f"/api/v3/workflows/documents/{second}/provenance?limit=2", None, a_caller(stage.tenant))
    answer = handler(event, a_context())
    headers = {**(answer.get("headers") or {}), **{k: v[0] for k, v in (answer.get("multiValueHeaders") or {}).items()}}
    following = headers["link"].split("?", 1)[1].split(">", 1)[0]
    assert len(asked(stage.tenant, second, f"?{following}")[1]["documents"]) == 1


def test_the_document_of_another_tenant_is_not_found(stage: Stage) -> None:
    assert asked(f"t_{new_ulid()}", uploaded(stage))[0] == 404
