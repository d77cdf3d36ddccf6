"""Translating and extracting through the real SDK, to a peer that speaks its protocol."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from pydantic import ValidationError

from docchain.errors import PermanentStepError, TransientStepError
from docchain.nodes.kinds.ai_extract import Extract
from functions.steps.ai.extracting import extract
from functions.steps.ai.translating import PIECE_CHARACTERS, translate
from tests.support.calls import a_call
from tests.support.gateways import a_gateway
from tests.support.openai_peer import Peer, Reply, completion, openai_peer

SCHEMA = {
    "type": "object",
    "properties": {"vendor": {"type": "string", "pattern": "^[A-Z]"}, "total": {"type": "number"}},
    "required": ["vendor", "total"],
    "additionalProperties": False,
}


@contextmanager
def a_provider(*replies: Reply) -> Iterator[tuple[Any, Peer]]:
    with openai_peer(*replies) as peer:
        yield a_gateway(openai=peer.base_url), peer


def words_sent(peer: Peer, number: int = 0) -> str:
    return str(peer.requests[number]["messages"][1]["content"])


def test_a_translation_keeps_its_paragraphs_and_says_who_made_it() -> None:
    config = {"text": "Hello", "target_language": "de", "glossary": {"bee": "Biene"}, "tone": "formally"}
    with a_provider(completion("Hallo", tokens=(11, 7))) as (gateway, peer):
        result = translate(gateway, a_call("ai_translate", config))
    assert (result.output["text"], result.output["language"], result.facts["language"]) == ("Hallo", "de", "de")
    assert (result.usage["input_tokens"], result.output["provider"]) == (11, "openai")
    assert "into the language de" in words_sent(peer)
    assert '{"bee": "Biene"}' in words_sent(peer)
    assert "<<<DOCUMENT\nHello\nDOCUMENT>>>" in words_sent(peer)


def test_a_long_text_is_translated_piece_by_piece_and_all_of_it_is_counted() -> None:
    text = "\n\n".join(f"Paragraph {i}. " + "word " * 300 for i in range(9))
    with a_provider(completion("eins"), completion("zwei"), completion("drei")) as (gateway, peer):
        result = translate(gateway, a_call("ai_translate", {"text": text, "target_language": "de"}))
    assert result.output["text"] == "eins\n\nzwei\n\ndrei"
    assert (result.facts["pieces"], result.usage["input_tokens"]) == (3, 33)
    assert all(len(words_sent(peer, i)) < PIECE_CHARACTERS + 1_000 for i in range(3))
    assert "Paragraph 8." in words_sent(peer, 2)


def test_the_upstream_text_is_translated_when_none_is_named() -> None:
    with a_provider(completion("Hallo")) as (gateway, peer):
        translate(gateway, a_call("ai_translate", {"target_language": "de"}, upstream={"a": {"text": "Good day"}}))
    assert "Good day" in words_sent(peer)


@pytest.mark.parametrize("provider", [None, "openai", "local"])
def test_without_a_real_provider_there_is_no_translation(provider: str | None) -> None:
    config = {"text": "Hello", "target_language": "de", **({"provider": provider} if provider else {})}
    with openai_peer(completion("Hallo")) as peer:
        gateway = a_gateway(keys={}, fallbacks=("local",), local=peer.base_url)
        with pytest.raises(PermanentStepError) as raised:
            translate(gateway, a_call("ai_translate", config))
    assert raised.value.code == "PROVIDER_NOT_CONFIGURED"
    assert peer.requests == [], "the small model here would have made something up"


def test_a_translation_that_was_cut_off_is_no_translation() -> None:
    body = json.loads(completion("Hal").body)
    body["choices"][0]["finish_reason"] = "length"
    with (
        a_provider(Reply(body=json.dumps(body).encode())) as (gateway, _),
        pytest.raises(TransientStepError, match="cut"),
    ):
        translate(gateway, a_call("ai_translate", {"text": "Hello", "target_language": "de"}))


def test_no_piece_is_begun_for_which_there_is_no_time() -> None:
    text = "\n\n".join("word " * 1_000 for _ in range(4))
    with (
        a_provider(completion("eins")) as (gateway, peer),
        pytest.raises(TransientStepError, match="too long"),
    ):
        translate(gateway, a_call("ai_translate", {"text": text, "target_language": "de"}, seconds=15))
    assert len(peer.requests) == 1


def test_an_answer_that_fits_its_schema_is_taken() -> None:
    with a_provider(completion('{"vendor": "Acme", "total": 12.5}')) as (gateway, peer):
        result = extract(gateway, a_call("ai_extract", {"text": "Acme, 12.50", "response_schema": SCHEMA}))
    assert result.output["data"] == {"vendor": "Acme", "total": 12.5}
    assert (result.facts["fields"], result.facts["repaired"]) == (2, False)
    assert peer.requests[0]["response_format"]["json_schema"]["schema"] == SCHEMA


@pytest.mark.parametrize("first", ['{"vendor": "acme", "total": 1}', '{"vendor": "Acme"}', "no JSON", "[]"])
def test_an_answer_that_does_not_fit_is_sent_back_once(first: str) -> None:
    good = completion('{"vendor": "Acme", "total": 1}')
    with a_provider(completion(first), good) as (gateway, peer):
        result = extract(gateway, a_call("ai_extract", {"text": "t", "response_schema": SCHEMA}))
    assert (result.output["data"]["vendor"], result.facts["repaired"]) == ("Acme", True)
    assert "did not fit" in words_sent(peer, 1)
    assert len(peer.requests) == 2


def test_two_answers_that_do_not_fit_are_an_error_that_says_what_is_wrong() -> None:
    bad = completion('{"vendor": "acme", "total": "x"}', tokens=(11, 7))
    with a_provider(bad) as (gateway, peer), pytest.raises(PermanentStepError) as raised:
        extract(gateway, a_call("ai_extract", {"text": "t", "response_schema": SCHEMA}))
    assert raised.value.code == "ANSWER_DOES_NOT_FIT"
    assert [p.split(":")[0] for p in raised.value.details] == ["total", "vendor"]
    assert len(peer.requests) == 2
    paid = raised.value.usage
    assert (paid["provider"], paid["input_tokens"], paid["output_tokens"]) == ("openai", 22, 14)


def test_an_open_schema_is_asked_for_in_words_and_checked_here() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}}
    with a_provider(completion('```json\n{"a": 1, "b": 2}\n```')) as (gateway, peer):
        result = extract(gateway, a_call("ai_extract", {"text": "t", "response_schema": schema}))
    assert result.output["data"] == {"a": 1, "b": 2}
    assert "response_format" not in peer.requests[0]
    assert '"integer"' in words_sent(peer)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "properties": {"a": {"type": "nothing"}}},
        {"type": "object", "properties": {"a": {"type": "string", "pattern": "("}}},
        {"type": "object", "patternProperties": {"a": {}}},
        {"type": "object", "required": ["\ud800"]},
    ],
)
def test_a_schema_that_is_none_is_told_before_anything_is_paid(schema: dict[str, Any]) -> None:
    with a_provider(completion("{}")) as (gateway, peer), pytest.raises(PermanentStepError) as raised:
        extract(gateway, a_call("ai_extract", {"text": "t", "response_schema": schema}))
    assert (raised.value.code, peer.requests) == ("SCHEMA_INVALID", [])


def test_a_schema_that_refers_to_nothing_is_told() -> None:
    schema = {"type": "object", "properties": {"a": {"$ref": "#/$defs/none"}}}
    with a_provider(completion('{"a": 1}')) as (gateway, _), pytest.raises(PermanentStepError) as raised:
        extract(gateway, a_call("ai_extract", {"text": "t", "response_schema": schema}))
    assert raised.value.code == "SCHEMA_INVALID"


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"type": "array"},
        {"type": "object", "$ref": "https://example.com/schema.json"},
        {"type": "object", "description": "x" * 20_000},
    ],
)
def test_a_schema_that_is_refused_when_the_workflow_is_validated(schema: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Extract.model_validate({"response_schema": schema})
