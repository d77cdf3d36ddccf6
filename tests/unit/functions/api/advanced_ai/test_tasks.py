"""analyze, summarize, extract, translate, embeddings: by our own methods or by a model, and it is said by whom."""

import base64
import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from docchain import aws
from docchain.ai.tasks.analyzing import BY_METHOD
from docchain.clock import now
from docchain.documents.models import Document
from docchain.documents.repository import DocumentRepository
from docchain.documents.store import ContentStore
from docchain.events.models import Event
from docchain.storage.table import Table
from tests.support.openai_peer import completion, embeddings, failure
from tests.unit.functions.api.advanced_ai.conftest import AI, Door

TEXT = (
    "The finance team reviewed the supplier invoices of the third quarter. However, the average approval time rose "
    "from two days to five, which delayed forty payments. Suppliers charged late fees of 1,200 euros in total. "
    "The team proposes to approve small invoices automatically. A trial begins in January with ten suppliers."
)


def a_document(door: Door, filename: str, data: bytes, document_id: str = "doc_1") -> str:
    tenant_id = door.caller.tenant_id
    sha256 = ContentStore(boto3.client("s3"), "documents").put(tenant_id, data)
    card = Document(
        id=document_id,
        filename=filename,
        media_type="text/plain",
        size=len(data),
        sha256=sha256,
        origin={},
        created_at=now(),
        created_by="ada",
    )
    told = Event(type="document.uploaded", tenant_id=tenant_id, subject=f"documents/{document_id}")
    DocumentRepository(Table(aws.dynamodb(), "documents")).create(tenant_id, card, told)
    return document_id


@pytest.mark.parametrize("how", ["query", "body"])
def test_a_sentiment_is_told_with_its_text_its_kind_and_its_method(alone: Door, how: str) -> None:
    text = "I love this product, it works wonderfully"
    if how == "query":
        status, found = alone.call("POST", f"{AI}/analyze?text={text.replace(' ', '%20')}")
    else:
        status, found = alone.post("/analyze", {"text": text, "analysis_type": "sentiment"})

    assert status == 200, found
    assert (found["text"], found["analysis_type"]) == (text, "sentiment")
    assert found["result"]["label"] == "positive"
    assert (found["provider"], found["method"], found["cost_usd"]) == ("local", "embedding", 0.0)
    assert found["timestamp"].endswith("Z")


def test_every_analysis_of_our_own_needs_nobody(alone: Door) -> None:
    for kind in sorted({*BY_METHOD, "summary"}):
        status, found = alone.post("/analyze", {"text": TEXT, "analysis_type": kind})
        assert (status, found.get("provider")) == (200, "local"), found
        assert found["result"], kind


def test_what_only_a_model_can_do_says_what_to_configure(alone: Door) -> None:
    for kind in ("translation", "performance_optimization"):
        status, found = alone.post("/analyze", {"text": TEXT, "analysis_type": kind})
        assert (status, found["error"]["code"]) == (503, "PROVIDER_NOT_CONFIGURED"), kind
        assert "openai_api_key" in found["error"]["message"] or "no key" in found["error"]["message"]


def test_an_analysis_by_a_provider_falls_back_to_our_own_and_says_so(door: Door, peered: Callable[..., Any]) -> None:
    with peered(failure(503), fallbacks=("local",), attempts=1):
        status, found = door.call("POST", f"{AI}/analyze?text=This%20is%20awful&provider=openai")

    assert status == 200, found
    assert (found["provider"], found["fallback_from"], found["result"]["label"]) == ("local", "openai", "negative")


def test_an_analysis_by_a_model_has_the_shape_that_was_asked_for(door: Door, peered: Callable[..., Any]) -> None:
    said = {"findings": [{"problem": "waits", "evidence": "five days", "suggestion": "automate", "impact": "high"}]}
    with peered(completion(json.dumps(said))):
        status, found = door.post("/analyze", {"text": TEXT, "analysis_type": "performance_optimization"})

    assert status == 200, found
    assert found["result"] == said
    assert found["method"] == "generative"


def test_a_text_twice_or_not_at_all_is_422(alone: Door) -> None:
    assert alone.call("POST", f"{AI}/analyze")[0] == 422
    assert alone.call("POST", f"{AI}/analyze?text=a", {"text": "b"})[0] == 422
    assert alone.post("/summarize", {"text": "a", "document_id": "doc_1"})[0] == 422
    assert alone.post("/summarize", {"text": "   "})[0] == 422


def test_sentences_of_a_summary_are_where_they_say(alone: Door) -> None:
    status, found = alone.post("/summarize", {"text": TEXT, "max_sentences": 2})

    assert status == 200, found
    assert (found["method"], len(found["sentences"])) == ("extractive", 2)
    for sentence in found["sentences"]:
        assert TEXT[sentence["start"] : sentence["end"]] == sentence["text"]


def test_a_document_is_read_and_summarized_with_the_headings_above_each_sentence(alone: Door) -> None:
    markdown = f"# Finance\n\n## Invoices\n\n{TEXT}\n".encode()
    document_id = a_document(alone, "report.md", markdown)
    status, found = alone.post("/summarize", {"document_id": document_id, "max_sentences": 2})

    assert status == 200, found
    assert all(sentence["section"] == ["Finance", "Invoices"] for sentence in found["sentences"])
    assert alone.lambdas.orders[0]["data"] is None


def test_a_file_in_the_request_is_read_and_kept_nowhere(alone: Door) -> None:
    file = {"filename": "a.html", "content": base64.b64encode(f"<p>{TEXT}</p>".encode()).decode()}
    status, found = alone.post("/summarize", {"file": file, "max_sentences": 1})

    assert status == 200, found
    assert found["sentences"]


def test_what_cannot_be_read_is_422_with_the_readers_own_code(alone: Door) -> None:
    file = {"filename": "a.pdf", "content": base64.b64encode(b"%PDF-1.7 nothing").decode()}
    status, found = alone.post("/summarize", {"file": file})

    assert status == 422
    assert found["error"]["code"].startswith("DOCUMENT_")


def test_another_tenants_document_is_404(alone: Door, aws_account: None) -> None:
    other = Door("t_other_of_tasks")
    document_id = a_document(other, "secret.md", b"# Secret", "doc_of_another")
    for path in ("/summarize", "/analyze"):
        assert alone.post(path, {"document_id": document_id})[0] == 404
    assert alone.lambdas.orders == []


def test_a_translation_without_a_real_provider_says_what_to_configure(door: Door, peered: Callable[..., Any]) -> None:
    body = {"text": "Buenos días", "target_language": "en"}
    with peered(completion("Good morning"), keys={}, fallbacks=("local",), also=("local",)) as peer:
        status, found = door.post("/translate", body)
        asked = door.post("/translate", {**body, "provider": "local"})

    assert (status, found["error"]["code"]) == (503, "PROVIDER_NOT_CONFIGURED")
    assert asked[0] == 503
    assert peer.requests == []


def test_a_translation_is_made_by_who_can_also_when_another_is_the_default(
    door: Door, peered: Callable[..., Any]
) -> None:
    with peered(completion("Good morning"), default="local"):
        status, found = door.post("/translate", {"text": "Buenos días", "target_language": "en"})

    assert (status, found["translation"], found["provider"]) == (200, "Good morning", "openai")


def test_a_translation_that_was_cut_off_is_no_translation(door: Door, peered: Callable[..., Any]) -> None:
    with peered(completion("Good mor", finish="length")):
        status, found = door.post("/translate", {"text": "Buenos días", "target_language": "en"})

    assert (status, found["error"]["code"]) == (503, "PROVIDER_ANSWER_INVALID")


def test_what_a_text_says_is_extracted_in_the_callers_own_shape(door: Door, peered: Callable[..., Any]) -> None:
    schema = {"type": "object", "properties": {"total": {"type": "number"}}, "required": ["total"]}
    with peered(completion('{"total": 250}')) as peer:
        status, found = door.post("/extract", {"text": "Total: 250.00 EUR", "schema": schema})

    assert (status, found["data"], found["repaired"]) == (200, {"total": 250}, False)
    assert "Total: 250.00 EUR" in peer.requests[0]["messages"][-1]["content"]


def test_a_schema_that_is_none_is_422_and_nobody_is_asked(door: Door, peered: Callable[..., Any]) -> None:
    with peered(completion("unused")) as peer:
        status, found = door.post("/extract", {"text": "x", "schema": {"type": "no such type"}})

    assert (status, found["error"]["code"]) == (422, "SCHEMA_INVALID")
    assert peer.requests == []


def test_vectors_are_made_in_the_function_unless_a_provider_is_named(door: Door, peered: Callable[..., Any]) -> None:
    with peered(embeddings([0.6, 0.8])):
        status, found = door.post("/embeddings", {"texts": ["one", "two"]})
        named = door.post("/embeddings", {"text": "one", "provider": "openai"})

    assert status == 200, found
    assert (found["provider"], found["dimensions"], len(found["embeddings"])) == ("local", 384, 2)
    assert named[1]["embeddings"] == [[0.6, 0.8]]
    assert door.stats()["requests_by_task"] == {"embeddings": 2}


def test_who_can_be_asked_is_told_with_what_each_needs(door: Door, peered: Callable[..., Any]) -> None:
    with peered(completion("unused")):
        status, found = door.get("/models")

    providers = {provider["name"]: provider for provider in found["providers"]}
    assert status == 200
    assert providers["openai"]["configured"]
    assert providers["openai"]["health"] == "healthy"
    assert providers["openai"]["prices"]
    assert not providers["anthropic"]["configured"]
    assert "anthropic_api_key" in providers["anthropic"]["reason"]
    assert providers["local"]["methods"] == ["extractive", "embedding", "rule-based"]
    assert found["analysis_types"]["translation"] == "model"
