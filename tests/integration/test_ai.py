"""The AI as its users meet it: by HTTP and by socket, with what computes here and with a provider of their own."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.support.client import Client, hear, of_type, until
from tests.support.openai_peer import completion, failure, openai_peer, streamed

AI = "/api/v3/advanced/ai"
OPEN_PORT = 8099
"""The one port on loopback that the local stage lets out to."""
BEES = """# Bees

The keeper opens the hive in spring and counts the frames. A colony without a queen does not live long.

# Money

Invoices are due within thirty days. Late payment costs eight percent interest a year.
"""
ABEJAS = "El apicultor abre la colmena en primavera. Una colonia sin reina no vive mucho tiempo."


def with_provider(client: Client) -> Client:
    """A tenant whose keys lie in its own vault."""
    for name, value in (
        ("openai_compatible_base_url", f"http://127.0.0.1:{OPEN_PORT}/v1"),
        ("openai_compatible_api_key", "sk-of-this-tenant-alone"),
    ):
        client.ok("PUT", f"/api/v3/security/vault/secrets/{name}", {"value": value, "kind": "provider_key"})
    return client


def ask(client: Client, prompt: str, **more: Any) -> dict[str, Any]:
    body = {"prompt": prompt, "provider": "openai_compatible", "model": "gpt-5-mini", "fallbacks": [], **more}
    answer: dict[str, Any] = client.ok("POST", f"{AI}/generate", body)
    return answer


def test_what_computes_here_says_how_and_points_to_its_source(user: Client) -> None:
    found = user.ok("POST", f"{AI}/analyze", {"text": "I love it, it works perfectly.", "analysis_type": "sentiment"})
    assert (found["provider"], found["method"], found["cost_usd"]) == ("local", "embedding", 0.0)
    summary = user.ok("POST", f"{AI}/summarize", {"text": BEES, "max_sentences": 1})
    sentence = summary["sentences"][0]
    assert BEES[sentence["start"] : sentence["end"]] == sentence["text"]


def test_what_nobody_here_can_do_says_what_to_configure(user: Client) -> None:
    answer = user.call("POST", f"{AI}/translate", {"text": "bees", "target_language": "es"})
    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "PROVIDER_NOT_CONFIGURED"
    assert "openai_api_key" in answer.json()["error"]["message"]


def test_the_small_model_answers_and_is_labelled_experimental(user: Client) -> None:
    answer = user.ok("POST", f"{AI}/generate", {"prompt": "Say hello.", "provider": "local", "max_tokens": 8})
    assert (answer["model"], answer["experimental"]) == ("SmolLM2-135M-Instruct", True)
    assert answer["usage"]["output_tokens"] > 0


def test_a_provider_of_ones_own_is_asked_once_for_equal_prompts(user: Client) -> None:
    with_provider(user)
    slow = completion("Bees sleep in winter.")
    slow.delay = 0.5
    with openai_peer(slow, port=OPEN_PORT) as peer:
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: ask(user, "Do bees sleep?"), range(20)))
        assert {answer["content"] for answer in answers} == {"Bees sleep in winter."}
        assert sum(not answer["cached"] for answer in answers) == len(peer.requests) == 1
        assert set(peer.keys) == {"Bearer sk-of-this-tenant-alone"}
    stats = user.ok("GET", "/api/v3/advanced/services/ai/stats")
    assert (stats["total_requests"], stats["cached_answers"]) == (20, 19)
    assert "sk-of-this-tenant-alone" not in str(answers)


def test_another_tenant_has_neither_the_answer_nor_the_key(user: Client, admin: Client) -> None:
    with_provider(user)
    with openai_peer(completion("mine"), port=OPEN_PORT) as peer:
        ask(user, "Whose?")
        refused = admin.newcomer().call(
            "POST", f"{AI}/generate", {"prompt": "Whose?", "provider": "openai_compatible", "fallbacks": []}
        )
        assert (refused.status_code, refused.json()["error"]["code"]) == (503, "PROVIDER_NOT_CONFIGURED")
        assert len(peer.requests) == 1


def test_a_provider_that_fails_is_replaced_in_sight(user: Client) -> None:
    with_provider(user)
    with openai_peer(failure(500), port=OPEN_PORT):
        answer = user.ok(
            "POST",
            f"{AI}/analyze",
            {
                "text": "I love it, it works perfectly.",
                "analysis_type": "sentiment",
                "provider": "openai_compatible",
                "model": "gpt-5-mini",
                "fallbacks": ["local"],
            },
        )
    assert (answer["provider"], answer["fallback_from"]) == ("local", "openai_compatible")


def test_pieces_reach_the_socket_before_the_answer_is_whole(user: Client) -> None:
    with_provider(user)

    async def talk() -> tuple[list[dict[str, Any]], dict[str, Any]]:
        me = str(user.ok("GET", "/api/v3/auth/me")["id"])
        async with user.socket(user_id=me) as ws:
            await hear(ws, of_type("connection_established"))
            asked = asyncio.create_task(asyncio.to_thread(ask, user, "Write!", stream=True, stream_id="s"))
            pieces = [await hear(ws, of_type("ai_stream"))]
            assert not asked.done()
            while pieces[-1]["event"] == "delta":
                pieces.append(await hear(ws, of_type("ai_stream")))
            return pieces, await asked

    with openai_peer(streamed("Bees ", "sleep ", "in winter.", pause=0.4), port=OPEN_PORT):
        pieces, answer = asyncio.run(talk())
    assert [piece["seq"] for piece in pieces] == list(range(1, len(pieces) + 1))
    assert "".join(piece.get("text") or "" for piece in pieces if piece["event"] == "delta") == answer["content"]
    assert pieces[-1]["event"] == "completed"


def test_a_document_is_found_by_its_meaning_in_both_languages_and_forgotten(user: Client, admin: Client) -> None:
    bees = user.upload(BEES.encode(), "bees.md")
    abejas = user.upload(ABEJAS.encode(), "abejas.txt")

    def found(query: str, client: Client = user) -> list[str]:
        answer = client.ok("POST", f"{AI}/search", {"query": query, "top_k": 3})
        return [result["document_id"] for result in answer["results"]]

    until(lambda: {bees, abejas} <= set(found("insects that make honey")), 40)
    assert found("what happens when somebody pays too late")[0] == bees
    assert found("¿cuándo se abre la colmena?")[0] == abejas
    assert found("insects that make honey", admin.newcomer()) == []
    user.ok("DELETE", f"/api/v3/workflows/documents/{bees}")
    until(lambda: bees not in found("what happens when somebody pays too late"), 40)


def test_an_ai_workflow_is_a_run_of_the_engine(user: Client) -> None:
    made = user.ok(
        "POST",
        "/api/v3/ai-workflows",
        {"name": "Look", "workflow_type": "text_analysis", "input_data": {"text": BEES}, "ai_provider": "local"},
    )
    path = f"/api/v3/ai-workflows/{made['workflow_id']}"
    done = user.ok("POST", f"{path}/execute")
    assert (done["status"], done["progress"], done["errors"]) == ("completed", 100.0, [])
    assert list(done["results"]) == ["sentiment_analysis", "keyword_extraction", "summary_generation"]
    assert all(step["success"] for step in done["results"].values())
    runs = user.ok("GET", f"/api/v3/workflows/{made['engine_workflow_id']}/runs")
    runs = runs if isinstance(runs, list) else runs["runs"]
    assert [run["status"] for run in runs] == ["completed"]
    stats = user.ok("GET", "/api/v3/ai-workflows/stats")
    assert (stats["total_workflows"], stats["completed_workflows"]) == (1, 1)


def test_a_step_that_fails_fails_the_ai_workflow(user: Client) -> None:
    made = user.ok(
        "POST",
        "/api/v3/ai-workflows",
        {
            "name": "No provider",
            "workflow_type": "translation",
            "input_data": {"text": "bees"},
            "steps": [{"name": "Translate", "ai_task": "analyze_text", "parameters": {"analysis_type": "translation"}}],
        },
    )
    done = user.ok("POST", f"/api/v3/ai-workflows/{made['workflow_id']}/execute")
    assert done["status"] == "failed"
    assert "store a provider's key in the vault" in done["errors"][0]


@pytest.mark.parametrize("backend", ["dynamodb", "memory", "file"])
def test_the_cache_keeps_and_forgets(user: Client, backend: str) -> None:
    path = "/api/v3/advanced/cache/entries/rates"
    user.ok("PUT", path, {"value": {"eur": 1.1}, "ttl_seconds": 60, "tags": ["money"], "backend": backend})
    assert user.ok("GET", f"{path}?backend={backend}")["value"] == {"eur": 1.1}
    assert user.ok("GET", "/api/v3/advanced/cache/stats")["sets"] >= 1
    user.ok("DELETE", f"{path}?backend={backend}")
    assert user.call("GET", f"{path}?backend={backend}").status_code == 404
