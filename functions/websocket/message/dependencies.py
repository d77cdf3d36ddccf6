"""All that messages need from the world."""

from functools import cache

from docchain import aws
from docchain.identity.live_sessions import LiveSessions
from docchain.identity.sessions import SessionRepository
from docchain.realtime.access import Registers
from docchain.realtime.settings import RealtimeSettings, build_switchboard
from docchain.runs.repository import RunRepository
from docchain.storage.table import Table
from docchain.tasks.repository import TaskRepository
from docchain.workflows.repository import WorkflowRepository
from functions.websocket.message.desk import Desk


class Settings(RealtimeSettings):
    identity_table: str
    workflows_table: str
    runs_table: str
    tasks_table: str


@cache
def desk() -> Desk:
    settings, dynamodb = Settings(), aws.dynamodb()
    return Desk(
        build_switchboard(settings),
        Registers(
            WorkflowRepository(Table(dynamodb, settings.workflows_table)),
            RunRepository(Table(dynamodb, settings.runs_table)),
            TaskRepository(Table(dynamodb, settings.tasks_table)),
        ),
        LiveSessions(SessionRepository(Table(dynamodb, settings.identity_table))).session_is_live,
    )
