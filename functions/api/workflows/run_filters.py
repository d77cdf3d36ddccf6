"""The filters that lists of runs take."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query
from pydantic import AwareDatetime

from docchain.clock import to_iso
from docchain.runs.listing import Wanted
from docchain.runs.models import RunStatus


@dataclass(frozen=True)
class Filters:
    workflow_id: int | None
    status: RunStatus | None
    started_after: AwareDatetime | None
    started_before: AwareDatetime | None

    def wanted(self, workflow_id: int | None = None) -> Wanted:
        """``workflow_id`` of a path comes before that of the query."""
        return Wanted(
            workflow_id=workflow_id or self.workflow_id,
            status=self.status,
            after=to_iso(self.started_after) if self.started_after else None,
            before=to_iso(self.started_before) if self.started_before else None,
        )


async def _filters(
    workflow: Annotated[int | None, Query(alias="workflow_id", ge=1, le=10**12)] = None,
    status: Annotated[RunStatus | None, Query()] = None,
    started_after: Annotated[AwareDatetime | None, Query(description="With its offset or Z; inclusive.")] = None,
    started_before: Annotated[AwareDatetime | None, Query(description="Exclusive.")] = None,
) -> Filters:
    return Filters(workflow, status, started_after, started_before)


RunFilters = Annotated[Filters, Depends(_filters)]
