"""All that the advanced group needs from the world."""

from functools import cache
from typing import Annotated

from fastapi import Depends

from docchain import aws
from docchain.auth.caller import Caller
from docchain.documents.store import ContentStore
from docchain.entrypoints.access import requires
from docchain.entrypoints.provided import provided
from docchain.runs.control import RunControl
from docchain.runs.settings import RunSettings, build_control
from docchain.workflows.definitions import DefinitionReader

CanExecute = Annotated[Caller, Depends(requires("workflows:write"))]
CanRead = Annotated[Caller, Depends(requires("workflows:read"))]


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


@cache
def definitions() -> DefinitionReader:
    return DefinitionReader(control().publisher.versions)


Control = Annotated[RunControl, provided(control)]
Contents = Annotated[ContentStore, provided(contents)]
Definitions = Annotated[DefinitionReader, provided(definitions)]
