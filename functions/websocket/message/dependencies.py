"""All that messages need from the world."""

from functools import cache

from pydantic_settings import BaseSettings

from docchain import aws
from docchain.identity.live_sessions import LiveSessions
from docchain.identity.sessions import SessionRepository
from docchain.realtime.push import ApiGatewayPush
from docchain.realtime.switchboard import Switchboard
from docchain.runs.repository import RunRepository
from docchain.storage.table import Table
from docchain.workflows.repository import WorkflowRepository
from functions.websocket.message.desk import Desk


class Settings(BaseSettings):
    realtime_table: str
    identity_table: str
    workflows_table: str
    runs_table: str
    websocket_endpoint: str


@cache
def desk() -> Desk:
    settings, dynamodb = Settings(), aws.dynamodb()
    push = ApiGatewayPush(aws.websocket_api(settings.websocket_endpoint))
    return Desk(
        Switchboard(Table(dynamodb, settings.realtime_table), push),
        WorkflowRepository(Table(dynamodb, settings.workflows_table)),
        RunRepository(Table(dynamodb, settings.runs_table)),
        LiveSessions(SessionRepository(Table(dynamodb, settings.identity_table))).session_is_live,
    )
