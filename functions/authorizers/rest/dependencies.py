"""All that the authorizer needs from the world.

The gateway keeps an answer for four seconds. Nothing but the public keys are kept here too: the two would add up, and a
revoked session must be refused within five.
"""

from functools import cache

from pydantic_settings import BaseSettings

from docchain import aws
from docchain.auth.caller import Caller
from docchain.identity.api_keys import secret
from docchain.identity.api_keys.repository import ApiKeyRepository
from docchain.identity.api_keys.verify import verify_api_key
from docchain.identity.sessions import SessionRepository
from docchain.identity.signing import SigningKeys, signing_keys
from docchain.identity.verify import verify_access_token
from docchain.storage.table import Table


class Settings(BaseSettings):
    identity_table: str
    signing_keys: str


@cache
def settings() -> Settings:
    return Settings()


@cache
def keys() -> SigningKeys:
    return signing_keys(aws.kms(), settings().signing_keys)


@cache
def table() -> Table:
    return Table(aws.dynamodb(), settings().identity_table)


def identify(sent: str, address: str) -> Caller:
    """Each is one read, and now and then a note that it was used."""
    if sent.startswith(secret.PREFIX):
        return verify_api_key(sent, address, ApiKeyRepository(table()))
    return verify_access_token(sent, keys(), SessionRepository(table()), address)
