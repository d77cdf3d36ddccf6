"""All that the security group needs from the world."""

from functools import cache
from typing import Annotated

from docchain import aws
from docchain.entrypoints.provided import provided
from docchain.identity.accounts import Accounts, IdentitySettings, build_accounts
from docchain.identity.mfa_secrets import MfaSecrets


class Settings(IdentitySettings):
    """``data_key`` is the id or ARN of the KMS key that encrypts what users entrust to us."""

    data_key: str


@cache
def accounts() -> Accounts:
    return build_accounts(Settings())


@cache
def secrets() -> MfaSecrets:
    return MfaSecrets(aws.kms(), Settings().data_key)


Identity = Annotated[Accounts, provided(accounts)]
Secrets = Annotated[MfaSecrets, provided(secrets)]
