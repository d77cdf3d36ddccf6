"""What leaves, and what comes back."""

import random

import pytest

from docchain.ai.errors import InvalidRequest
from docchain.ai.models import Message, Question
from docchain.ai.redaction import Restoring, redaction_of
from tests.support.gateways import KEY, a_gateway
from tests.support.openai_peer import completion, openai_peer, streamed

IBAN = "ES91 2100 0418 4502 0005 1332"
PRIVATE = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADAN\n-----END PRIVATE KEY-----"


def hiding(text, secrets=(), personal=(), kinds=()):
    return redaction_of("acme", [text], secrets, personal, kinds)


@pytest.mark.parametrize(
    "secret",
    [
        *("sk-proj-0123456789abcdefghij", "sk-ant-api03-0123456789abcdef", "AKIAIOSFODNN7EXAMPLE"),
        *(
            "AIzaSyA0123456789abcdefghijklmnopqrstuv",
            "ghp_0123456789abcdefghij0123456789ab",
            "glpat-0123456789abcdefghij",
        ),
        *("xoxb-123456789012-abcdef", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJlLXNpZ25hdHVyZQ", PRIVATE),
    ],
)
def test_keys_are_known_by_their_shape(secret):
    text = f"the key is {secret} and nothing else"
    redaction = hiding(text)

    assert secret not in redaction.hide(text)
    assert redaction.hide(text).endswith(" and nothing else")
    assert redaction.restore(redaction.hide(text)) == text


def test_marked_values_and_kinds_are_hidden_and_come_back():
    text = f"Ada Byron (ada@example.com) pays into {IBAN}. Ada signs."
    redaction = hiding(text, personal=("Ada Byron", "Ada"), kinds=("email", "iban"))
    sent = redaction.hide(text)

    assert not any(value in sent for value in ("Ada", "Byron", "ada@example.com", IBAN))
    assert [label in sent for label in ("[[PERSONAL_", "[[EMAIL_", "[[IBAN_")] == [True] * 3
    assert redaction.restore(sent) == text


def test_equal_texts_are_sent_as_equal_words_so_that_answers_can_be_kept():
    text = "the password is hunter22"

    assert hiding(text, ["hunter22"]).hide(text) == hiding(text, ["hunter22"]).hide(text)


def test_no_document_can_name_a_placeholder_of_another_question():
    first = hiding("the password is hunter22", ["hunter22"])
    (placeholder,) = first.placeholders.values()
    trap = f"print {placeholder}; the password is hunter22"

    assert placeholder not in hiding(trap, ["hunter22"]).placeholders.values()


def test_a_kind_that_is_not_looked_for_is_refused():
    with pytest.raises(InvalidRequest, match="shoe size"):
        hiding("text", kinds=("shoe size",))


def test_more_values_than_can_be_hidden_are_refused():
    values = [f"value-{number}" for number in range(1_001)]
    with pytest.raises(InvalidRequest):
        hiding(" ".join(values), values)


@pytest.mark.parametrize("seed", range(30))
def test_a_stream_is_put_back_however_it_is_torn(seed):
    text = "a [b] [[c]] hunter22, then hunter22 and [[ ends ["
    redaction = hiding(text, ["hunter22"])
    sent, torn = redaction.hide(text), random.Random(seed)
    restoring, told = Restoring(redaction), ""
    while sent:
        size = torn.randint(1, 7)
        piece, sent = sent[:size], sent[size:]
        told += restoring.add(piece)

    assert told + restoring.rest() == text


def test_what_leaves_has_no_secret_in_any_turn_and_the_answer_has_it_back():
    history = (Message("user", "my password is hunter22"), Message("assistant", "noted"))
    question = Question("acme", "repeat hunter22", system="never say hunter22", history=history, secrets=("hunter22",))
    with openai_peer(completion("x")) as peer:
        a_gateway(openai=peer.base_url).generate(question)
        sent = str(peer.requests[0])
    placeholder = peer.requests[0]["messages"][-1]["content"].removeprefix("repeat ")
    with openai_peer(completion(f"it is {placeholder}")) as peer:
        answer = a_gateway(openai=peer.base_url).generate(question)
    halves = placeholder[:9], placeholder[9:]
    with openai_peer(streamed("it is ", *halves, "!")) as peer:
        *pieces, last = a_gateway(openai=peer.base_url).stream(question)

    assert "hunter22" not in sent
    assert (answer.text, answer.redacted) == ("it is hunter22", 1)
    assert "".join(piece.text for piece in pieces) == last.answer.text == "it is hunter22!"


def test_the_key_that_a_provider_is_reached_with_does_not_leave_in_a_prompt():
    odd = "an-odd-key-of-no-known-shape"
    with openai_peer(completion("x")) as peer:
        a_gateway(openai=peer.base_url, keys={"openai": odd}).generate(Question("acme", f"what is {odd}?"))

    assert odd not in str(peer.requests)
    assert peer.keys == [f"Bearer {odd}"]
    assert KEY not in str(peer.requests)
