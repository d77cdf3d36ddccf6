"""All that the group of AI workflows needs from the world."""

from functools import cache
from typing import Annotated

from fastapi import Depends

from docchain import aws
from docchain.ai_workflows.choices import ChoiceRepository
from docchain.ai_workflows.executing import Executor
from docchain.ai_workflows.repository import AiWorkflowRepository
from docchain.ai_workflows.templates import TemplateRepository
from docchain.auth.caller import Caller
from docchain.documents.store import ContentStore
from docchain.entrypoints.access import requires
from docchain.entrypoints.provided import provided
from docchain.runs.control import RunControl
from docchain.runs.settings import RunSettings, build_control

CanRead = Annotated[Caller, Depends(requires("ai_workflows:read"))]
CanWrite = Annotated[Caller, Depends(requires("ai_workflows:write"))]
CanGovern = Annotated[Caller, Depends(requires("tenant:admin"))]


class Settings(RunSettings):
    """Nothing of its own."""


@cache
def settings() -> Settings:
    return Settings()


@cache
def control() -> RunControl:
    return build_control(settings())


@cache
def contents() -> ContentStore:
    return ContentStore(aws.s3(), settings().documents_bucket)


def ai_workflows() -> AiWorkflowRepository:
    return AiWorkflowRepository(control().workflows.table)


def executor() -> Executor:
    return Executor(ai_workflows(), control())


def templates() -> TemplateRepository:
    return TemplateRepository(control().workflows.table)


def choices() -> ChoiceRepository:
    return ChoiceRepository(control().workflows.table)


Executing = Annotated[Executor, provided(executor)]
Contents = Annotated[ContentStore, provided(contents)]
AiWorkflows = Annotated[AiWorkflowRepository, provided(ai_workflows)]
Templates = Annotated[TemplateRepository, provided(templates)]
Choices = Annotated[ChoiceRepository, provided(choices)]
Control = Annotated[RunControl, provided(control)]
