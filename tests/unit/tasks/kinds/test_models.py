"""ai_processing and cache_warming through the real gateway and cache, with a peer of OpenAI's on this machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from pytest_socket import enable_socket, socket_allow_hosts

from docchain import aws
from docchain.ai.answer_cache import AnswerCache
from docchain.ai.counters import AiCounters
from docchain.ai.tasks.desk import Desk
from docchain.ai.templates.repository import PromptRepository
from docchain.cache.backends.dynamodb import DynamoBackend
from docchain.cache.cache import Cache
from docchain.cache.counters import Counters
from docchain.cache.tiers import Tiers
from docchain.documents.reading import DocumentReader
from docchain.documents.repository import DocumentRepository
from docchain.storage.table import Table
from docchain.tasks.errors import TaskCancelled, TaskRefused
from docchain.tasks.kinds.ai_processing import Asker
from docchain.tasks.kinds.cache_warming import Warmer
from docchain.tasks.kinds.people import People
from docchain.tasks.kinds.shelf import Shelf
from tests.support.gateways import a_gateway
from tests.support.openai_peer import Peer, Reply, completion, failure, openai_peer
from tests.unit.tasks.kinds.conftest import Asked, given


@pytest.fixture(autouse=True)
def no_network() -> None:
    enable_socket()
    socket_allow_hosts(["127.0.0.1"])


@pytest.fixture
def cache(aws_account: None) -> Cache:
    table = Table(aws.dynamodb(), "cache")
    return Cache(Tiers({"dynamodb": DynamoBackend(table)}, default=("dynamodb",)), Counters(table))


@contextmanager
def a_desk(*replies: Reply, cache: Cache | None = None, **gateway: Any) -> Iterator[tuple[Peer, Desk]]:
    with openai_peer(*replies) as peer:
        kept = AnswerCache(cache) if cache else None
        asks = a_gateway(openai=peer.base_url, cache=kept, **gateway)
        table = Table(aws.dynamodb(), "ai")
        documents = DocumentRepository(Table(aws.dynamodb(), "documents"))
        reader = DocumentReader(aws.lambdas(), "reader")
        yield peer, Desk(asks, PromptRepository(table), documents, reader, AiCounters(table))


def test_an_answer_comes_with_who_gave_it_and_what_it_cost(asked: Asked, people: People, shelf: Shelf) -> None:
    with a_desk(completion("Bees dance.")) as (peer, desk):
        parameters = given("ai_processing", prompt="What do bees do?", text="Bees dance.", system="Be brief.")
        found = Asker(desk, shelf.contents, people).run(parameters, asked.context())
    assert (found["content"], found["provider"]) == ("Bees dance.", "openai")
    assert found["cost_usd"] > 0
    assert found["usage"]["total_tokens"] == 18
    assert "What do bees do?" in peer.requests[0]["messages"][-1]["content"]


def test_the_same_task_twice_is_asked_and_paid_once(asked: Asked, people: People, shelf: Shelf) -> None:
    context = asked.context()
    parameters = given("ai_processing", prompt="Why?", cache_seconds=0)
    with a_desk(completion("because"), completion("other")) as (peer, desk):
        asker = Asker(desk, shelf.contents, people)
        first, second = asker.run(parameters, context), asker.run(parameters, context)
    assert first == second
    assert len(peer.requests) == 1


def test_a_provider_that_is_away_is_tried_again_and_one_that_refuses_is_not(
    asked: Asked, people: People, shelf: Shelf
) -> None:
    parameters = given("ai_processing", prompt="Why?")
    with a_desk(failure(503), attempts=1) as (_, desk), pytest.raises(Exception) as away:
        Asker(desk, shelf.contents, people).run(parameters, asked.context())
    assert not isinstance(away.value, TaskRefused)
    with a_desk(failure(400)) as (_, desk), pytest.raises(TaskRefused) as refused:
        Asker(desk, shelf.contents, people).run(parameters, asked.context())
    assert refused.value.reason == "PROVIDER_REFUSED_REQUEST"


def test_a_cancelled_question_is_not_asked(asked: Asked, people: People, shelf: Shelf) -> None:
    def stop(_: int) -> None:
        raise TaskCancelled("cancelled")

    asked.stop = stop
    with a_desk(completion("unused")) as (peer, desk), pytest.raises(TaskCancelled):
        Asker(desk, shelf.contents, people).run(given("ai_processing", prompt="Why?"), asked.context())
    assert peer.requests == []


def test_a_warm_prompt_is_answered_from_the_cache_and_not_paid_again(
    asked: Asked, people: People, cache: Cache
) -> None:
    prompt = {"prompt": "Summarise the terms.", "provider": "openai", "ttl_seconds": 600}
    parameters = given("cache_warming", prompts=[prompt], entries=[{"key": "rate", "value": {"eur": 1.09}}])
    with a_desk(completion("Terms."), cache=cache) as (peer, desk):
        warmer = Warmer(cache, desk, people)
        first, second = (warmer.run(parameters, asked.context()) for _ in range(2))
    assert (first["warmed"], first["already_warm"], first["failed"]) == (2, 0, [])
    assert (second["warmed"], second["already_warm"]) == (1, 1)
    assert first["cost_usd"] > second["cost_usd"] == 0
    assert len(peer.requests) == 1
    assert cache.get(asked.user.tenant_id, "api.rate")[0].decoded() == {"eur": 1.09}


def test_one_that_fails_holds_up_no_other(asked: Asked, people: People, cache: Cache) -> None:
    prompts = [{"prompt": "a"}, {"prompt": "b"}]
    with a_desk(failure(400), completion("B."), cache=cache) as (_, desk):
        result = Warmer(cache, desk, people).run(given("cache_warming", prompts=prompts), asked.context())
    assert result["warmed"] == 1
    assert [one["prompt"] for one in result["failed"]] == ["a"]


def test_when_all_fail_so_does_the_task(asked: Asked, people: People, cache: Cache) -> None:
    entries = [{"key": "large", "value": "x" * 300_000}]
    with a_desk(completion("unused"), cache=cache) as (_, desk), pytest.raises(TaskRefused) as refused:
        Warmer(cache, desk, people).run(given("cache_warming", entries=entries), asked.context())
    assert refused.value.reason == "CACHE_VALUE_TOO_LARGE"
