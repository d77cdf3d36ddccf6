"""All that the effect steps need from the world."""

from functools import cache, partial

from docchain import aws
from docchain.encryption.data_keys import DataKeys
from docchain.encryption.fields import FieldEncryption
from docchain.identity.recipients import find_strangers
from docchain.outbound.client import Client
from docchain.outbound.policy import policy_of
from docchain.steps.call import Worker
from docchain.steps.settings import StepSettings, build_world
from docchain.steps.world import StepWorld
from docchain.storage.table import Table
from docchain.values.repository import ValueRepository
from docchain.vault.opening import Vault, open_secret
from functions.steps.effect.notifying import notify
from functions.steps.effect.publishing import publish_event
from functions.steps.effect.requesting import send_request
from functions.steps.effect.storing import store_value


class Settings(StepSettings):
    """``outbound_loopback_ports`` are comma-joined and empty but on a developer's machine."""

    identity_table: str
    vault_table: str
    data_key: str
    rsa2048_key: str
    rsa4096_key: str
    outbound_plain_http: bool
    outbound_loopback_ports: str


@cache
def settings() -> Settings:
    return Settings()


@cache
def vault() -> Vault:
    s = settings()
    keys = DataKeys(aws.kms(), s.data_key, {"rsa2048": s.rsa2048_key, "rsa4096": s.rsa4096_key})
    return Vault(Table(aws.dynamodb(), s.vault_table), FieldEncryption(keys))


def secret(tenant_id: str, name: str) -> str | None:
    opened = open_secret(vault(), tenant_id, name, used_for="steps/effect")
    return opened.value if opened else None


@cache
def client() -> Client:
    return Client(policy_of(settings().outbound_plain_http, settings().outbound_loopback_ports))


@cache
def world() -> StepWorld:
    values = ValueRepository(Table(aws.dynamodb(), settings().runs_table))
    strangers = partial(find_strangers, Table(aws.dynamodb(), settings().identity_table))
    workers: dict[str, Worker] = {
        "http_request": partial(send_request, client(), secret),
        "notify": partial(notify, strangers),
        "publish_event": publish_event,
        "store": partial(store_value, values),
    }
    return build_world(settings(), workers)
