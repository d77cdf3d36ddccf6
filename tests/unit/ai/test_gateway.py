"""The gateway with real providers' SDKs on peers, and the real table."""

import json
import threading
import time

import pytest

from docchain import aws
from docchain.ai.errors import (
    AiLimitReached,
    InvalidRequest,
    ProviderAuthFailed,
    ProviderNotConfigured,
    ProviderRefused,
    ProviderResting,
    ProviderTimeout,
    ProviderUnavailable,
)
from docchain.ai.models import EmbedQuestion, Question
from docchain.ai.structured import AnswerDoesNotFit
from docchain.storage.table import Table
from tests.support import anthropic_peer
from tests.support.gateways import a_gateway
from tests.support.model_peer import Reply, model_peer
from tests.support.openai_peer import completion, embeddings, failure, openai_peer, streamed

CLOSED = {
    "type": "object",
    "properties": {"mail": {"type": "string", "pattern": "@"}},
    "required": ["mail"],
    "additionalProperties": False,
}


@pytest.fixture
def limits(aws_account):
    return Table(aws.dynamodb(), "limits")


@pytest.fixture
def calls(aws_account, monkeypatch):
    """The calls that are made at the table of limits."""
    import botocore.client

    seen, send = [], botocore.client.BaseClient._make_api_call

    def noted(self, operation, arguments):
        seen.append(operation)
        return send(self, operation, arguments)

    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", noted)
    return seen


def ask(gateway, user="say yes", **given):
    return gateway.generate(Question(**{"tenant_id": "acme", "user": user, **given}))


# Who answers --------------------------------------------------------------------------------------------------------


def test_an_answer_says_who_gave_it_how_and_for_how_much():
    with openai_peer(completion("yes", model="gpt-4.1-mini-2025-04-14", tokens=(1_000_000, 1_000_000))) as peer:
        answer = ask(a_gateway(openai=peer.base_url))

    assert (answer.text, answer.provider, answer.model) == ("yes", "openai", "gpt-4.1-mini-2025-04-14")
    assert (answer.fallback_from, answer.cached, answer.attempts, answer.finish_reason) == (None, False, 1, "stop")
    assert answer.cost_usd == 2.0


def test_a_model_without_a_listed_price_is_not_free():
    with openai_peer(completion("yes", model="gpt-99")) as peer:
        assert ask(a_gateway(openai=peer.base_url), model="gpt-99").cost_usd is None


@pytest.mark.parametrize("status", [401, 429, 500])
def test_who_cannot_answer_is_passed_over_and_the_answer_says_for_whom_it_stands_in(status):
    with openai_peer(failure(status)) as one, model_peer(anthropic_peer.message("yes")) as other:
        gateway = a_gateway(openai=one.base_url, anthropic=other.base_url, fallbacks=("anthropic",))
        answer = ask(gateway)

    assert (answer.text, answer.provider, answer.fallback_from) == ("yes", "anthropic", "openai")


def test_a_question_names_its_own_fallbacks_with_their_models():
    with openai_peer(failure(500)) as one, model_peer(anthropic_peer.message("yes")) as other:
        gateway = a_gateway(openai=one.base_url, anthropic=other.base_url)
        ask(gateway, fallbacks=("anthropic/claude-opus-4-6",))

    assert other.requests[0]["model"] == "claude-opus-4-6"


def test_nobody_stands_in_where_none_is_wanted():
    with openai_peer(failure(500)) as one, model_peer(anthropic_peer.message("yes")) as other:
        gateway = a_gateway(openai=one.base_url, anthropic=other.base_url, fallbacks=("anthropic",))
        with pytest.raises(ProviderUnavailable):
            ask(gateway, fallbacks=())

    assert other.requests == []


def test_a_request_that_is_wrong_is_not_asked_of_others():
    with openai_peer(failure(400)) as one, model_peer(anthropic_peer.message("yes")) as other:
        gateway = a_gateway(openai=one.base_url, anthropic=other.base_url, fallbacks=("anthropic",))
        with pytest.raises(ProviderRefused):
            ask(gateway)

    assert other.requests == []


def test_when_all_fail_the_error_names_each():
    with openai_peer(failure(500)) as one, model_peer(anthropic_peer.failure(401)) as other:
        gateway = a_gateway(openai=one.base_url, anthropic=other.base_url, fallbacks=("anthropic", "google"))
        with pytest.raises(ProviderUnavailable) as raised:
            ask(gateway)

    assert [(t["provider"], t["code"]) for t in raised.value.details["tried"]] == [
        ("openai", "PROVIDER_UNAVAILABLE"),
        ("anthropic", "PROVIDER_AUTH_FAILED"),
        ("google", "PROVIDER_NOT_CONFIGURED"),
    ]


def test_nobody_configured_says_what_to_configure():
    with pytest.raises(ProviderNotConfigured, match=r"openai_api_key.*base URL"):
        ask(a_gateway(keys={}, fallbacks=("local",)))


def test_an_unknown_provider_is_refused():
    with pytest.raises(InvalidRequest, match="there are: openai, anthropic"):
        ask(a_gateway(), provider="oracle")


# Tries --------------------------------------------------------------------------------------------------------------


def test_what_passes_is_asked_again_and_the_tries_are_told():
    with openai_peer(failure(500), failure(503), completion("yes")) as peer:
        answer = ask(a_gateway(openai=peer.base_url))

    assert (answer.text, answer.attempts, len(peer.requests)) == ("yes", 3, 3)


def test_the_time_that_a_provider_names_is_waited():
    slept = []
    with openai_peer(failure(429, headers={"retry-after": "3"}), completion("yes")) as peer:
        ask(a_gateway(openai=peer.base_url, sleep=slept.append))

    assert 3.0 <= slept[0] <= 3.2


def test_a_wait_that_does_not_fit_is_not_waited():
    slept = []
    with openai_peer(failure(429, headers={"retry-after": "120"})) as peer:
        with pytest.raises(ProviderUnavailable) as raised:
            ask(a_gateway(openai=peer.base_url, sleep=slept.append), seconds=30.0)

        assert (slept, len(peer.requests), raised.value.retry_after) == ([], 1, 120.0)


def test_a_wrong_key_is_asked_once():
    with openai_peer(failure(401)) as peer:
        with pytest.raises(ProviderAuthFailed):
            ask(a_gateway(openai=peer.base_url))

        assert len(peer.requests) == 1


def test_a_silent_provider_leaves_time_for_the_next():
    with openai_peer(Reply(delay=5)) as one, model_peer(anthropic_peer.message("yes")) as other:
        gateway = a_gateway(openai=one.base_url, anthropic=other.base_url, fallbacks=("anthropic",), attempts=1)
        started = time.monotonic()
        answer = ask(gateway, seconds=3.0)

    assert answer.fallback_from == "openai"
    assert time.monotonic() - started < 3.0


# Circuits -----------------------------------------------------------------------------------------------------------


def test_after_failures_in_a_row_nobody_is_asked_and_other_processes_know(limits):
    with openai_peer(failure(500)) as peer:
        here = a_gateway(openai=peer.base_url, table=limits, attempts=5)
        with pytest.raises(ProviderUnavailable):
            ask(here, model="away-1")
        assert len(peer.requests) == 5
        for gateway in (here, a_gateway(openai=peer.base_url, table=limits)):
            with pytest.raises(ProviderResting) as raised:
                ask(gateway, model="away-1")
            assert 0 < raised.value.retry_after <= 30
        assert len(peer.requests) == 5


def test_after_the_rest_one_probes_and_its_answer_closes_the_circuit(limits):
    with openai_peer(*[failure(500)] * 5, completion("back")) as peer:
        gateway = a_gateway(openai=peer.base_url, table=limits, attempts=5)
        with pytest.raises(ProviderUnavailable):
            ask(gateway, model="away-2")
        limits.update("_system#circuits", "openai/away-2", set_={"open_until": int(time.time()) - 1})
        other = a_gateway(openai=peer.base_url, table=limits)

        assert ask(other, model="away-2").text == "back"
    assert limits.get("_system#circuits", "openai/away-2")["open_until"] == 0


def test_only_one_probes_at_a_time(limits, atomic_calls):
    with openai_peer(*[failure(500)] * 5, Reply(delay=1, body=completion("back").body)) as peer:
        gateway = a_gateway(openai=peer.base_url, table=limits, attempts=5)
        with pytest.raises(ProviderUnavailable):
            ask(gateway, model="away-3")
        limits.update("_system#circuits", "openai/away-3", set_={"open_until": int(time.time()) - 1})
        told = []

        def probe():
            try:
                told.append(ask(a_gateway(openai=peer.base_url, table=limits), model="away-3").text)
            except ProviderResting as error:
                told.append(error.code)

        threads = [threading.Thread(target=probe) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(told) == ["PROVIDER_CIRCUIT_OPEN"] * 3 + ["back"]


@pytest.mark.parametrize("reply", [failure(429), failure(400), failure(401)])
def test_who_refuses_is_not_away(limits, reply):
    with openai_peer(reply) as peer:
        gateway = a_gateway(openai=peer.base_url, table=limits, attempts=1)
        for _ in range(7):
            with pytest.raises((ProviderUnavailable, ProviderRefused, ProviderAuthFailed)):
                ask(gateway, model="refusing")
        assert len(peer.requests) == 7


def test_impatience_stops_nobody_else(limits):
    with openai_peer(Reply(delay=0.5)) as peer:
        gateway = a_gateway(openai=peer.base_url, table=limits, attempts=1)
        for _ in range(6):
            with pytest.raises(ProviderTimeout):
                ask(gateway, model="slow", seconds=0.1)
        assert len(peer.requests) >= 5


def test_a_closed_circuit_writes_nothing_and_reads_once(limits, calls):
    with openai_peer(completion("yes")) as peer:
        gateway = a_gateway(openai=peer.base_url, local=peer.base_url, table=limits)
        calls.clear()
        for _ in range(3):
            ask(gateway, provider="local")

    assert calls == ["GetItem"]


# Limits -------------------------------------------------------------------------------------------------------------


def test_a_call_takes_its_tokens_before_and_gives_back_what_it_did_not_use(limits, tenant, calls):
    with openai_peer(completion("yes", tokens=(11, 7))) as peer:
        gateway = a_gateway(openai=peer.base_url, table=limits, tokens_per_minute=6_000)
        calls.clear()
        for _ in range(10):
            ask(gateway, tenant_id=tenant, max_tokens=5_000)

    # Of ten times 5,000 there would have been room for one.
    assert calls.count("UpdateItem") == 20
    bucket = limits.get(f"{tenant}#bucket#models", "bucket")
    assert bucket["leases"] == {}
    assert bucket["full_at"] < time.time() * 1e6 + 180 * 10_000 + 1_000_000


def test_more_tokens_than_a_minute_has_are_refused_with_the_time_to_wait(limits, tenant):
    with openai_peer(completion("yes", tokens=(4_000, 1_500))) as peer:
        gateway = a_gateway(openai=peer.base_url, table=limits, tokens_per_minute=6_000)
        ask(gateway, tenant_id=tenant, max_tokens=5_000)
        with pytest.raises(AiLimitReached) as raised:
            ask(gateway, tenant_id=tenant, max_tokens=5_000)

        assert len(peer.requests) == 1
    assert (raised.value.status, raised.value.code) == (429, "AI_RATE_LIMITED")
    assert 40 <= raised.value.retry_after <= 60


def test_a_tenants_limit_is_not_another_tenants(limits, tenant):
    with openai_peer(completion("yes", tokens=(4_000, 2_000))) as peer:
        gateway = a_gateway(openai=peer.base_url, table=limits, tokens_per_minute=6_000)
        ask(gateway, tenant_id=tenant, max_tokens=5_000)
        assert ask(gateway, tenant_id=f"{tenant}x", max_tokens=5_000).text == "yes"


def test_calls_at_a_time_are_bounded_over_all_processes(limits, tenant, atomic_calls):
    with openai_peer(Reply(delay=1.0, body=completion("yes").body)) as peer:
        told = []

        def call():
            gateway = a_gateway(openai=peer.base_url, table=limits, calls_at_a_time=2)
            try:
                told.append(ask(gateway, tenant_id=tenant).text)
            except AiLimitReached as error:
                told.append(error.details["limit"])

        threads = [threading.Thread(target=call) for _ in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(told) == ["calls_at_a_time"] * 3 + ["yes"] * 2


def test_a_process_that_died_holds_its_place_until_its_time_is_over(limits, tenant):
    now = time.time_ns() // 1000
    dead = {"leases": {"gone": now - 1, "alive": now + 60_000_000}, "full_at": now, "entity": "bucket"}
    limits.put({"pk": f"{tenant}#bucket#models", "sk": "bucket", **dead})
    with openai_peer(completion("yes")) as peer:
        assert ask(a_gateway(openai=peer.base_url, table=limits, calls_at_a_time=2), tenant_id=tenant).text == "yes"

    assert list(limits.get(f"{tenant}#bucket#models", "bucket")["leases"]) == ["alive"]


def test_a_call_that_failed_is_charged_nothing(limits, tenant):
    with openai_peer(failure(400)) as peer:
        gateway = a_gateway(openai=peer.base_url, table=limits, tokens_per_minute=6_000)
        for _ in range(3):
            with pytest.raises(ProviderRefused):
                ask(gateway, tenant_id=tenant, max_tokens=5_000)


# Budgets ------------------------------------------------------------------------------------------------------------


def test_a_budget_is_asked_once_for_the_dearest_of_who_may_answer():
    heard = []
    with openai_peer(failure(500)) as one, model_peer(anthropic_peer.message("yes")) as other:
        gateway = a_gateway(openai=one.base_url, anthropic=other.base_url, fallbacks=("anthropic/claude-opus-4-6",))
        ask(gateway, about_to_pay=heard.append)

    assert [(call.provider, call.model, call.output_tokens) for call in heard] == [
        ("anthropic", "claude-opus-4-6", 1_000)
    ]


def test_a_budget_without_room_asks_nobody():
    def refuse(_):
        raise InvalidRequest("no room")

    with openai_peer(completion("yes")) as peer:
        with pytest.raises(InvalidRequest):
            ask(a_gateway(openai=peer.base_url), about_to_pay=refuse)

        assert peer.requests == []


# Streams ------------------------------------------------------------------------------------------------------------


def deltas(gateway, **given):
    return gateway.stream(Question(**{"tenant_id": "acme", "user": "say yes", **given}))


def test_a_stream_gives_pieces_and_at_last_the_answer_with_its_cost():
    with openai_peer(streamed("Bees", " dance.", tokens=(1_000_000, 0))) as peer:
        *pieces, last = deltas(a_gateway(openai=peer.base_url), model="gpt-5-mini")

    assert "".join(piece.text for piece in pieces) == last.answer.text == "Bees dance."
    assert (last.answer.cost_usd, last.answer.provider) == (0.25, "openai")


def test_a_stream_that_does_not_begin_is_begun_by_another():
    with openai_peer(failure(500)) as one, model_peer(anthropic_peer.streamed("Bees")) as other:
        gateway = a_gateway(openai=one.base_url, anthropic=other.base_url, fallbacks=("anthropic",))
        *pieces, last = deltas(gateway)

    assert (pieces[0].text, last.answer.fallback_from) == ("Bees", "openai")


def test_a_stream_that_breaks_in_the_middle_is_not_begun_again_by_another():
    with openai_peer(streamed("Bees", cut=True)) as one, model_peer(anthropic_peer.streamed("Wasps")) as other:
        gateway = a_gateway(openai=one.base_url, anthropic=other.base_url, fallbacks=("anthropic",))
        pieces = deltas(gateway)
        assert next(pieces).text == "Bees"
        with pytest.raises(ProviderUnavailable):
            list(pieces)

    assert other.requests == []


def test_a_stream_that_nobody_hears_to_its_end_frees_its_place(limits, tenant):
    with openai_peer(streamed("Bees", " dance.")) as peer:
        pieces = deltas(a_gateway(openai=peer.base_url, table=limits), tenant_id=tenant)
        next(pieces)
        pieces.close()

    assert limits.get(f"{tenant}#bucket#models", "bucket")["leases"] == {}


# Shapes -------------------------------------------------------------------------------------------------------------


def test_a_structured_answer_is_checked_and_sent_back_once():
    with openai_peer(completion('{"mail": "none"}'), completion('{"mail": "a@b"}')) as peer:
        answer = a_gateway(openai=peer.base_url).structured(Question("acme", "who?", schema=CLOSED))

    assert (answer.data, answer.repaired, answer.attempts, answer.usage.input_tokens) == ({"mail": "a@b"}, True, 2, 22)
    assert "does not match" in peer.requests[1]["messages"][-1]["content"]


def test_an_answer_that_fits_never_is_an_error():
    with openai_peer(completion("no")) as peer, pytest.raises(AnswerDoesNotFit):
        a_gateway(openai=peer.base_url).structured(Question("acme", "who?", schema=CLOSED))

    assert len(peer.requests) == 2


def test_hidden_values_are_back_before_the_shape_is_checked():
    asked = Question("acme", "who is ada@example.com?", schema=CLOSED, personal_kinds=("email",))
    with openai_peer(completion("x")) as peer:
        with pytest.raises(AnswerDoesNotFit):
            a_gateway(openai=peer.base_url).structured(asked)
        sent = peer.requests[0]["messages"][-1]["content"]
    placeholder = sent.removeprefix("who is ").removesuffix("?")
    with openai_peer(completion(json.dumps({"mail": placeholder}))) as peer:
        answer = a_gateway(openai=peer.base_url).structured(asked)

    assert "ada@example.com" not in sent
    assert answer.data == {"mail": "ada@example.com"}
    assert json.loads(answer.text) == {"mail": "ada@example.com"}


# Vectors ------------------------------------------------------------------------------------------------------------


def test_texts_are_embedded_and_paid():
    with openai_peer(embeddings([0.1], [0.2], tokens=1_000_000)) as peer:
        made = a_gateway(openai=peer.base_url).embed(EmbedQuestion("acme", ("a", "b")))

    assert (made.vectors, made.model, made.provider) == (((0.1,), (0.2,)), "text-embedding-3-small", "openai")
    assert made.cost_usd == 0.02


def test_local_vectors_cost_nothing_and_need_nobody():
    made = a_gateway().embed(EmbedQuestion("acme", ("bees dance",), provider="local"))

    assert (made.dimensions, made.cost_usd) == (384, 0.0)


def test_nobody_stands_in_for_vectors():
    with openai_peer(failure(500)) as peer, pytest.raises(ProviderUnavailable):
        a_gateway(openai=peer.base_url, fallbacks=("local",)).embed(EmbedQuestion("acme", ("a",)))


@pytest.mark.parametrize(
    "question",
    [
        EmbedQuestion("acme", ()),
        EmbedQuestion("acme", ("a",) * 1_001),
        EmbedQuestion("acme", ("a" * 2_000_001,)),
        EmbedQuestion("acme", ("a",), provider="anthropic"),
    ],
)
def test_vectors_that_cannot_be_made_are_refused(question):
    with pytest.raises(InvalidRequest):
        a_gateway(anthropic="http://127.0.0.1:1").embed(question)
