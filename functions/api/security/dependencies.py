"""All that the security group needs from the world."""

from functools import cache
from typing import Annotated

from docchain import aws
from docchain.entrypoints.provided import provided
from docchain.identity.accounts import Accounts, IdentitySettings, build_accounts
from docchain.identity.mfa_secrets import MfaSecrets
from docchain.identity.passkey_ceremonies import RelyingParty


class Settings(IdentitySettings):
    """``data_key`` is the id or ARN of the KMS key that encrypts what users entrust to us.

    ``passkey_origin`` is where browsers reach the stage; empty: it has no passkeys.
    """

    data_key: str
    passkey_origin: str


@cache
def accounts() -> Accounts:
    return build_accounts(Settings())


@cache
def secrets() -> MfaSecrets:
    return MfaSecrets(aws.kms(), Settings().data_key)


@cache
def party() -> RelyingParty:
    return RelyingParty(Settings().passkey_origin)


Identity = Annotated[Accounts, provided(accounts)]
Secrets = Annotated[MfaSecrets, provided(secrets)]
Party = Annotated[RelyingParty, provided(party)]
