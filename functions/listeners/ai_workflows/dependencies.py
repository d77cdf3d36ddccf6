"""All that this listener needs from the world."""

from functools import cache

from pydantic_settings import BaseSettings

from docchain import aws
from docchain.ai_workflows.following import Follower
from docchain.ai_workflows.repository import AiWorkflowRepository
from docchain.runs.repository import RunRepository
from docchain.storage.table import Table


class Settings(BaseSettings):
    workflows_table: str
    runs_table: str


@cache
def follower() -> Follower:
    settings = Settings()
    client = aws.dynamodb()
    workflows = AiWorkflowRepository(Table(client, settings.workflows_table))
    return Follower(workflows, RunRepository(Table(client, settings.runs_table)))
