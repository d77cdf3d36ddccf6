"""Whatever a provider does, no key is found afterwards: in logs, errors, answers, names of things, or tables."""

import logging
import traceback

import boto3
import pytest

from docchain import aws
from docchain.ai.models import EmbedQuestion, Question
from docchain.errors import StepError
from docchain.storage.table import Table
from tests.support import anthropic_peer, bedrock_peer, google_peer, openai_peer
from tests.support.gateways import a_gateway
from tests.support.model_peer import Reply, model_peer

KEY = "sk-leak-0123456789-LEAK-9876543210"
PEERS = {"openai": openai_peer, "anthropic": anthropic_peer, "google": google_peer, "openai_compatible": openai_peer}
HAPPY = {
    "openai": openai_peer.completion,
    "anthropic": anthropic_peer.message,
    "google": google_peer.content,
    "bedrock": bedrock_peer.converse,
    "openai_compatible": openai_peer.completion,
}


def replies(name):
    """Each way to fail, in words that repeat the key, and an answer that repeats none."""
    peer = PEERS.get(name, bedrock_peer)
    yield HAPPY[name]("fine")
    for status in (400, 401, 403, 404, 429, 500, 529):
        yield peer.failure(status, told=f"bad key {KEY}", headers={"x-echo": KEY})
    for body in (b"", b"{", KEY.encode(), f'{{"error": "{KEY}"}}'.encode()):
        yield Reply(body=body)
    yield peer.streamed("cut", cut=True)
    yield Reply(delay=1.2)


def all_that_is_shown(gateway, tenant, model):
    asked = {"tenant_id": tenant, "model": model, "seconds": 1.0}
    shaped = Question(user="say yes", schema={"type": "object"}, **asked)
    for work in (
        lambda: gateway.generate(Question(user="say yes", **asked)),
        lambda: list(gateway.stream(Question(user="say yes", **asked))),
        lambda: gateway.structured(shaped),
        lambda: gateway.embed(EmbedQuestion(texts=("a text",), **asked)),
    ):
        try:
            yield repr(work())
        except StepError as error:
            yield repr(error) + str(error.details) + "".join(traceback.format_exception(error))
    yield repr(gateway)


@pytest.mark.parametrize("name", HAPPY)
def test_no_key_is_found_anywhere(name, aws_account, tenant, caplog, capsys, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", KEY if name == "bedrock" else "testing")
    caplog.set_level(logging.DEBUG)
    limits = Table(aws.dynamodb(), "limits")
    shown = []
    for number, reply in enumerate(replies(name)):
        with model_peer(reply) as peer:
            path = "/v1" if name.startswith("openai") else ""
            keys = {} if name == "bedrock" else {name: KEY}
            gateway = a_gateway(default=name, keys=keys, table=limits, attempts=2, **{name: peer.base_url + path})
            # Another model each time: the circuit of the one before may be open.
            shown += all_that_is_shown(gateway, tenant, f"leaking-{number}")
            assert KEY not in str(peer.requests)
    stored = boto3.client("dynamodb").scan(TableName="limits")["Items"]
    out, err = capsys.readouterr()
    logged = [record for record in caplog.records if record.name.split(".")[0] not in ("botocore", "urllib3")]
    told = "".join(str(r.__dict__) for r in logged)

    assert len(shown) > 40
    for text in (*shown, str(stored), out, err, told):
        assert KEY not in text
