"""The route of named values that runs have stored."""

from typing import Annotated

from fastapi import APIRouter, Path

from docchain.entrypoints.openapi import ERROR_RESPONSES
from docchain.values.models import NAME_PATTERN
from functions.api.workflows.dependencies import CanRead, Values
from functions.api.workflows.value_schemas import ValueView

router = APIRouter(prefix="/api/v3/workflows", tags=["values"], responses=ERROR_RESPONSES)
Name = Annotated[str, Path(pattern=NAME_PATTERN, description="As the node `store` has it.")]


@router.get("/values/{name}", summary="Read a value that a run has stored, as it is now")
async def read_value(name: Name, caller: CanRead, values: Values) -> ValueView:
    return ValueView.model_validate(values.read(caller.tenant_id, name).model_dump())
