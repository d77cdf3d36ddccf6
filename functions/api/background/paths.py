"""What all routes of the group share."""

from typing import Annotated

from fastapi import APIRouter, Path

from docchain.entrypoints.openapi import ERROR_RESPONSES
from functions.api.background.schemas import UUID

TaskPath = Annotated[str, Path(pattern=UUID)]


def router_of_group() -> APIRouter:
    return APIRouter(prefix="/api/v3/background", tags=["background"], responses=ERROR_RESPONSES)
