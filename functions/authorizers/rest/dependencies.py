"""All that the authorizer needs from the world.

The gateway keeps an answer for four seconds. Nothing but the public keys are kept here too: the two would add up, and a
revoked session must be refused within five.
"""

from functools import cache

from pydantic_settings import BaseSettings

from docchain import aws
from docchain.auth.caller import Caller
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
def sessions() -> SessionRepository:
    return SessionRepository(Table(aws.dynamodb(), settings().identity_table))


def identify(token: str) -> Caller:
    return verify_access_token(token, keys(), sessions())
