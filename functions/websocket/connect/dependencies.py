"""All that ``$connect`` needs from the world."""

from functools import cache

from docchain import aws
from docchain.identity.sessions import SessionRepository
from docchain.identity.signing import signing_keys
from docchain.identity.verify import verify_access_token
from docchain.limits.limiter import LimitSettings, limiter
from docchain.realtime.connections import ConnectionRepository
from docchain.storage.table import Table
from docchain.workflows.repository import WorkflowRepository
from functions.websocket.connect.run import Doorkeeper


class Settings(LimitSettings):
    realtime_table: str
    identity_table: str
    workflows_table: str
    signing_keys: str


@cache
def doorkeeper() -> Doorkeeper:
    settings = Settings()
    keys = signing_keys(aws.kms(), settings.signing_keys)
    sessions = SessionRepository(Table(aws.dynamodb(), settings.identity_table))
    return Doorkeeper(
        ConnectionRepository(Table(aws.dynamodb(), settings.realtime_table)),
        WorkflowRepository(Table(aws.dynamodb(), settings.workflows_table)),
        lambda token, address: verify_access_token(token, keys, sessions, address),
        lambda caller, address: limiter().admit(caller, address, sign_in=False),
    )
