"""Answers of providers: who asks the same is not asked for again, and what that saves is counted."""

from dataclasses import replace
from typing import Any

import pytest

from docchain.ai.answer_cache import AnswerCache
from docchain.ai.errors import ProviderRefused, ProviderUnavailable
from docchain.ai.models import Answer, Usage
from docchain.ai.provider import ChatRequest
from docchain.cache.backends.dynamodb import DynamoBackend
from docchain.cache.backends.memory import MemoryBackend
from tests.unit.cache.servers import a_process, counted, the_table
from tests.unit.cache.test_cache import all_at_once

REQUEST = ChatRequest("be brief", "why?", "gpt-5-mini", 100, 0.7)
ANSWER = Answer("because", "openai", "gpt-5-mini-2026-08-07", "generative", Usage(10, 5, 800), cost_usd=0.002)


class Provider:
    def __init__(self, answer: Answer = ANSWER, error: Exception | None = None) -> None:
        self.answer, self.error, self.calls = answer, error, 0

    def __call__(self) -> Answer:
        self.calls += 1
        if self.error:
            raise self.error
        return self.answer


@pytest.fixture
def answers(aws_account: None) -> AnswerCache:
    return AnswerCache(a_process({"memory": MemoryBackend(), "dynamodb": DynamoBackend(the_table())}))


def test_the_second_is_not_paid(answers: AnswerCache, tenant: str) -> None:
    provider = Provider()
    first = answers.get_or_ask(tenant, "openai", REQUEST, provider)
    assert first == ANSWER
    for _ in range(2):
        again = answers.get_or_ask(tenant, "openai", REQUEST, provider)
        assert (again.text, again.model, again.cached) == ("because", "gpt-5-mini-2026-08-07", True)
        assert (again.cost_usd, again.usage.input_tokens) == (0.0, 0)
    assert provider.calls == 1
    told = counted(answers.cache, tenant)
    assert told == {"hits": 2, "misses": 1, "sets": 1, "saved_nano_usd": 4_000_000}


def test_a_hundred_identical_prompts_at_once_ask_once(answers: AnswerCache, atomic_calls: None, tenant: str) -> None:
    provider = Provider()
    got = all_at_once([lambda: answers.get_or_ask(tenant, "openai", REQUEST, provider)] * 100)
    assert provider.calls == 1
    assert {a.text for a in got} == {"because"}
    assert counted(answers.cache, tenant)["saved_nano_usd"] == 99 * 2_000_000


@pytest.mark.parametrize(
    "other",
    [
        {"user": "why not?"},
        {"system": "be long"},
        {"model": "gpt-5"},
        {"max_tokens": 101},
        {"temperature": 0.0},
        {"schema": {"type": "object"}},
    ],
)
def test_another_question_is_another_answer(answers: AnswerCache, tenant: str, other: dict[str, Any]) -> None:
    provider = Provider()
    answers.get_or_ask(tenant, "openai", REQUEST, provider)
    answers.get_or_ask(tenant, "openai", replace(REQUEST, **other), provider)
    assert provider.calls == 2


def test_another_tenant_another_provider_and_a_longer_patience(answers: AnswerCache, tenant: str) -> None:
    provider = Provider()
    answers.get_or_ask(tenant, "openai", REQUEST, provider)
    answers.get_or_ask(f"{tenant}x", "openai", REQUEST, provider)
    answers.get_or_ask(tenant, "local", REQUEST, provider)
    assert provider.calls == 3
    assert answers.get_or_ask(tenant, "openai", replace(REQUEST, seconds=5.0), provider).cached


def test_a_name_that_stands_for_a_new_model_serves_no_answer_of_the_old(answers: AnswerCache, tenant: str) -> None:
    old, new = Provider(), Provider(replace(ANSWER, text="new", model="gpt-5-mini-2026-11-01"))
    answers.get_or_ask(tenant, "openai", REQUEST, old)
    # Another question tells of the new model.
    answers.get_or_ask(tenant, "openai", replace(REQUEST, user="and?"), new)
    assert answers.get_or_ask(tenant, "openai", REQUEST, new).text == "new"
    assert (old.calls, new.calls) == (1, 2)


def test_a_fresh_answer_is_asked_for_and_not_kept(answers: AnswerCache, tenant: str) -> None:
    provider = Provider()
    for _ in range(2):
        assert not answers.get_or_ask(tenant, "openai", REQUEST, provider, seconds=0).cached
    assert not answers.get_or_ask(tenant, "openai", REQUEST, provider).cached


@pytest.mark.parametrize(
    "change", [{"finish_reason": "content_filter"}, {"fallback_from": "openai"}, {"provider": "local"}]
)
def test_what_is_not_that_providers_whole_answer_is_not_kept(
    answers: AnswerCache, tenant: str, change: dict[str, Any]
) -> None:
    provider = Provider(replace(ANSWER, **change))
    for _ in range(2):
        assert not answers.get_or_ask(tenant, "openai", REQUEST, provider).cached
    assert provider.calls == 2


def test_a_refusal_is_told_again_and_an_outage_is_tried_again(answers: AnswerCache, tenant: str) -> None:
    refused = Provider(error=ProviderRefused("no such model", details={"status": 404}))
    for _ in range(3):
        with pytest.raises(ProviderRefused, match="no such model") as raised:
            answers.get_or_ask(tenant, "openai", REQUEST, refused)
        assert raised.value.details == {"status": 404}
    away = Provider(error=ProviderUnavailable("away"))
    for _ in range(2):
        with pytest.raises(ProviderUnavailable):
            answers.get_or_ask(tenant, "openai", replace(REQUEST, user="x"), away)
    assert (refused.calls, away.calls) == (1, 2)


def test_what_was_streamed_is_kept_and_found(answers: AnswerCache, tenant: str) -> None:
    assert answers.find(tenant, "openai", REQUEST) is None
    answers.keep(tenant, "openai", REQUEST, ANSWER)
    found = answers.find(tenant, "openai", REQUEST)
    assert found is not None
    assert (found.text, found.cached) == ("because", True)
    assert counted(answers.cache, tenant) == {"hits": 1, "misses": 1, "sets": 1, "saved_nano_usd": 2_000_000}


def test_clearing_a_models_answers_asks_anew(answers: AnswerCache, tenant: str) -> None:
    provider = Provider()
    answers.get_or_ask(tenant, "openai", REQUEST, provider)
    answers.cache.clear(tenant, ["model:gpt-5-mini"])
    assert not answers.get_or_ask(tenant, "openai", REQUEST, provider).cached


def test_the_words_of_the_question_are_in_no_key(answers: AnswerCache, tenant: str) -> None:
    answers.get_or_ask(tenant, "openai", replace(REQUEST, user="hush-4711"), Provider())
    items = the_table().query_all(f"{tenant}#cache", most=100)
    assert len(items) > 3
    assert "4711" not in str(items)
