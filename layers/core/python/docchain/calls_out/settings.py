"""The environment of functions that call out, and the sender built from it."""

from functools import partial

from docchain import aws
from docchain.calls_out.requesting import send_request
from docchain.encryption.data_keys import DataKeys
from docchain.encryption.fields import FieldEncryption
from docchain.outbound.client import Client
from docchain.outbound.policy import policy_of
from docchain.steps.call import Worker
from docchain.steps.settings import StepSettings
from docchain.storage.table import Table
from docchain.vault.opening import Vault, open_secret


class CallSettings(StepSettings):
    """``outbound_loopback_ports`` are comma-joined and empty but on a developer's machine."""

    vault_table: str
    data_key: str
    rsa2048_key: str
    rsa4096_key: str
    outbound_plain_http: bool
    outbound_loopback_ports: str


def build_sender(settings: CallSettings, used_for: str) -> Worker:
    """``used_for`` is what the audit hears of a secret's use."""
    keys = DataKeys(aws.kms(), settings.data_key, {"rsa2048": settings.rsa2048_key, "rsa4096": settings.rsa4096_key})
    vault = Vault(Table(aws.dynamodb(), settings.vault_table), FieldEncryption(keys))

    def secret(tenant_id: str, name: str) -> str | None:
        opened = open_secret(vault, tenant_id, name, used_for=used_for)
        return opened.value if opened else None

    client = Client(policy_of(settings.outbound_plain_http, settings.outbound_loopback_ports))
    return partial(send_request, client, secret)
