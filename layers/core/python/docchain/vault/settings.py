"""The environment of a function that opens secrets of the vault."""

from collections.abc import Callable

from pydantic_settings import BaseSettings

from docchain import aws
from docchain.encryption.data_keys import DataKeys
from docchain.encryption.fields import FieldEncryption
from docchain.storage.table import Table
from docchain.vault.opening import Vault, open_secret


class VaultSettings(BaseSettings):
    vault_table: str
    data_key: str
    rsa2048_key: str
    rsa4096_key: str


def build_vault(settings: VaultSettings) -> Vault:
    keys = DataKeys(aws.kms(), settings.data_key, {"rsa2048": settings.rsa2048_key, "rsa4096": settings.rsa4096_key})
    return Vault(Table(aws.dynamodb(), settings.vault_table), FieldEncryption(keys))


def build_secrets(settings: VaultSettings, used_for: str) -> Callable[[str, str], str | None]:
    """Values by tenant and name. ``used_for`` is what the audit hears of a secret's use."""
    vault = build_vault(settings)

    def secret(tenant_id: str, name: str) -> str | None:
        opened = open_secret(vault, tenant_id, name, used_for=used_for)
        return opened.value if opened else None

    return secret
