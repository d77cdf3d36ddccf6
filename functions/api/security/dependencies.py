"""All that the security group needs from the world."""

from functools import cache
from typing import Annotated

from docchain import aws
from docchain.encryption.data_keys import DataKeys
from docchain.encryption.fields import FieldEncryption
from docchain.entrypoints.provided import provided
from docchain.identity.accounts import Accounts, IdentitySettings, build_accounts
from docchain.identity.mfa_secrets import MfaSecrets
from docchain.identity.passkey_ceremonies import RelyingParty
from docchain.security_events.repository import SecurityEventRepository
from docchain.storage.table import Table
from docchain.threats.blocks import BlockRepository
from docchain.threats.repository import ThreatRepository
from docchain.threats.watch import Watch
from docchain.threats.windows import Windows
from docchain.vault.repository import SecretRepository


class Settings(IdentitySettings):
    """``data_key`` is the id or ARN of the KMS key that encrypts what users entrust to us.

    ``rsa2048_key`` and ``rsa4096_key`` are those of the hybrid algorithms; empty: the stage has none.
    ``passkey_origin`` is where browsers reach the stage; empty: it has no passkeys.
    """

    data_key: str
    rsa2048_key: str
    rsa4096_key: str
    vault_table: str
    passkey_origin: str


@cache
def accounts() -> Accounts:
    return build_accounts(Settings())


@cache
def secrets() -> MfaSecrets:
    return MfaSecrets(aws.kms(), Settings().data_key)


@cache
def encryption() -> FieldEncryption:
    s = Settings()
    return FieldEncryption(DataKeys(aws.kms(), s.data_key, {"rsa2048": s.rsa2048_key, "rsa4096": s.rsa4096_key}))


@cache
def vault_secrets() -> SecretRepository:
    return SecretRepository(Table(aws.dynamodb(), Settings().vault_table))


@cache
def party() -> RelyingParty:
    return RelyingParty(Settings().passkey_origin)


@cache
def watch() -> Watch:
    guard, identity = accounts().guard, accounts().table
    return Watch(
        SecurityEventRepository(guard), Windows(guard), ThreatRepository(guard), BlockRepository(guard, identity)
    )


Identity = Annotated[Accounts, provided(accounts)]
Watching = Annotated[Watch, provided(watch)]
Secrets = Annotated[MfaSecrets, provided(secrets)]
Encryption = Annotated[FieldEncryption, provided(encryption)]
VaultSecrets = Annotated[SecretRepository, provided(vault_secrets)]
Party = Annotated[RelyingParty, provided(party)]
