"""An AI step asks with the tenant's own key, out of its vault; without one, with the stage's."""

import json
import time

import boto3
import pytest
from pytest_socket import enable_socket, socket_allow_hosts

from docchain import aws
from docchain.ai import keys
from docchain.encryption.errors import CiphertextRefused
from docchain.nodes.kinds.ai_generate import Generate
from docchain.nodes.kinds.ai_summarize import Summarize
from docchain.steps.call import NodeCall
from docchain.storage.table import Table
from docchain.vault.repository import SecretRepository
from docchain.vault.storing import NewSecret, store_secret
from functions.steps.ai import dependencies
from tests.support.openai_peer import completion, openai_peer

OWN, STAGES = "sk-own-0123456789abcdef-OWN", "sk-stage-0123456789abcdef"


@pytest.fixture
def peer(aws_account, monkeypatch):
    enable_socket()
    socket_allow_hosts(["127.0.0.1"])
    name = boto3.client("secretsmanager").create_secret(Name="openai-of-the-stage", SecretString=STAGES)["ARN"]
    with openai_peer(completion("an answer")) as peer:
        openai = {"model": "gpt-5-mini", "base_url": peer.base_url, "key_secret": name}
        environment = {"AI_PROVIDERS": json.dumps({"openai": openai}), "AI_FALLBACKS": ""}
        # What is asked is looked at here: a kept answer asks nobody.
        monkeypatch.setattr(dependencies, "AnswerCache", lambda _: None)
        for key, value in environment.items():
            monkeypatch.setenv(key, value)
        forget()
        yield peer
    forget()
    boto3.client("secretsmanager").delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)


def forget():
    for cached in (dependencies.gateway, dependencies.world):
        cached.cache_clear()


@pytest.fixture
def secrets(aws_account):
    return SecretRepository(Table(aws.dynamodb(), "vault"))


def ask(tenant, **config):
    asked = Generate(prompt="Say something.", **config)
    deadline = time.monotonic() + 30
    call = NodeCall(tenant, 1, "node", asked, {}, {}, deadline, lambda _: None)
    return dependencies.world().workers["ai_generate"](call)


def store(secrets, tenant, value=OWN):
    new = NewSecret("openai_api_key", value, "provider_key", "", "aes256")
    return store_secret(secrets, dependencies.gateway().directory.keys.vault.encryption, tenant, new, "ada")


def test_the_tenants_key_is_what_arrives(peer, secrets, tenant):
    store(secrets, tenant)
    assert ask(tenant).output["text"] == "an answer"
    assert peer.keys == [f"Bearer {OWN}"]


def test_without_one_it_is_the_stages(peer, secrets, tenant):
    store(secrets, f"{tenant}x")
    ask(tenant)
    assert peer.keys == [f"Bearer {STAGES}"]


def test_a_new_key_is_asked_with_within_a_minute(peer, secrets, tenant, monkeypatch):
    ask(tenant)
    store(secrets, tenant)
    ask(tenant)
    later = time.monotonic() + keys.REMEMBERED_SECONDS
    monkeypatch.setattr(keys.time, "monotonic", lambda: later)
    ask(tenant)
    assert peer.keys == [f"Bearer {STAGES}", f"Bearer {STAGES}", f"Bearer {OWN}"]


def test_it_is_looked_up_once_and_told_once(peer, secrets, tenant, aws_calls):
    store(secrets, tenant)
    aws_calls.clear()
    for _ in range(3):
        ask(tenant)
    assert [c for c in aws_calls if c != "GetSecretValue"] == ["BatchGetItem", "Decrypt", "TransactWriteItems"]
    facts = [i["event"]["type"] for i in secrets.table.query_all(f"{tenant}#outbox", most=10)]
    assert facts == ["secret.stored", "secret.used"]


def test_a_node_that_asks_nobody_outside_opens_no_secret(peer, secrets, tenant, aws_calls):
    store(secrets, tenant)
    aws_calls.clear()
    asked = Summarize(text="One thing. Another thing. A third thing.")
    call = NodeCall(tenant, 1, "node", asked, {}, {}, time.monotonic() + 30, lambda _: None)
    dependencies.world().workers["ai_summarize"](call)
    assert [c for c in aws_calls if c != "GetSecretValue"] == []


def test_a_key_that_was_tampered_with_does_not_become_the_stages(peer, secrets, tenant):
    store(secrets, tenant)
    stolen = secrets.table.get(f"{tenant}#vault", "openai_api_key")
    secrets.table.put({**stolen, "pk": f"{tenant}x#vault"})
    with pytest.raises(CiphertextRefused):
        ask(f"{tenant}x")
    assert peer.keys == []


def test_no_log_and_no_name_of_things_shows_a_key(peer, secrets, tenant, caplog, capsys):
    store(secrets, tenant)
    result = ask(tenant)
    shown = repr([dependencies.gateway(), result])
    assert OWN not in shown + caplog.text + "".join(capsys.readouterr())
