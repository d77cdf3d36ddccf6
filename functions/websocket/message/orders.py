"""What a client may ask for. A ``workflow_id`` of ``"7"`` is taken for 7, as REST does."""

from typing import Annotated

from pydantic import BaseModel, Field

Id = Annotated[int, Field(ge=1, lt=10**15)]
Since = Annotated[int, Field(ge=0, lt=10**12)]


class Nothing(BaseModel):
    """``ping`` and ``get_stats`` say no more than their type."""


class JoinWorkflow(BaseModel):
    """``since`` is the number of the last event that the client has seen; 0 asks for all that is kept."""

    workflow_id: Id
    since: Since | None = None


class LeaveWorkflow(BaseModel):
    workflow_id: Id


class JoinRun(BaseModel):
    run_id: Id
    since: Since | None = None


class LeaveRun(BaseModel):
    run_id: Id
