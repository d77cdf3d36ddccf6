"""Entries as the API shows them."""

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from docchain.audit.kinds import AuditEventType, Severity
from docchain.audit.models import Entry
from docchain.audit.searching import OFFSET_MOST
from docchain.entrypoints.paging import LIMIT_DEFAULT, LIMIT_MOST

UserNumber = Annotated[int, Field(ge=1, le=10**12)]
FromDay = Annotated[date | None, Field(description="The first day (UTC) of recording, such as 2026-11-01.")]
ToDay = Annotated[date | None, Field(description="The last day, which is included.")]
EXAMPLE: dict[str, Any] = {
    "id": "audit_42",
    "event_type": "workflow_updated",
    "name": "workflow.updated",
    "user_id": 1,
    "username": "ada",
    "details": {"workflow_id": 3, "before": {"name": "Contract"}, "after": {"name": "Contract review"}},
    "severity": "low",
    "resource_id": "3",
    "resource_type": "workflow",
    "ip_address": "203.0.113.7",
    "user_agent": "Mozilla/5.0",
    "session_id": "01K0000000000000000000SESS",
    "timestamp": "2026-11-21T09:30:02.500Z",
    "recorded_at": "2026-11-21T09:30:03.120Z",
    "request_id": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
    "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "previous_hash": "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
    "erased": False,
    "metadata": {"source": "api", "version": "0.1.0", "environment": "prod"},
}


class PageQuery(BaseModel):
    limit: Annotated[int, Field(ge=1, le=LIMIT_MOST)] = LIMIT_DEFAULT
    offset: Annotated[int, Field(ge=0, le=OFFSET_MOST, description="For the first pages; further by the cursor.")] = 0
    cursor: Annotated[str | None, Field(max_length=2000)] = None


class LogsQuery(PageQuery):
    """Every condition given must hold. A day is of recording, which normally is within seconds of what happened."""

    event_type: AuditEventType | None = None
    user_id: UserNumber | None = None
    severity: Severity | None = None
    start_date: FromDay = None
    end_date: ToDay = None
    q: Annotated[str | None, Field(min_length=2, max_length=100, description="A text that the entry contains.")] = None


class Metadata(BaseModel):
    """``source`` is ``api`` for what a request caused, ``system`` for what happened by itself."""

    source: str
    version: str
    environment: str


class EntryView(BaseModel):
    """``timestamp`` is when it happened, ``recorded_at`` when the chain took it. An erased entry names nobody."""

    id: str
    event_type: AuditEventType
    name: str
    user_id: int | None = None
    username: str | None = None
    details: dict[str, Any]
    severity: Severity
    resource_id: str | None = None
    resource_type: str | None = None
    ip_address: str | None = None
    user_agent: str | None = None
    session_id: str | None = None
    timestamp: str
    recorded_at: str
    request_id: str | None = None
    hash: str
    previous_hash: str
    erased: bool = False
    metadata: Metadata

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    @classmethod
    def of(cls, entry: Entry, *, version: str, environment: str) -> "EntryView":
        personal = {field: sealed.value for field, sealed in entry.personal.items()}
        plain = entry.model_dump(include=cls.model_fields.keys() - personal.keys())
        return cls(
            id=f"audit_{entry.seq}",
            timestamp=entry.occurred_at,
            erased=entry.is_erased,
            metadata=Metadata(source=entry.source, version=version, environment=environment),
            **plain,
            **{**personal, "details": personal["details"] or {}},
        )


class LogsView(BaseModel):
    """``total_count`` is exact where a counter knows it; else it is what was found so far, and says so."""

    logs: list[EntryView]
    total_count: int
    total_count_exact: bool
    limit: int
    offset: int
    has_more: bool
    next_cursor: str | None = Field(None, description="Goes on behind the last one; better than offset.")

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "logs": [EXAMPLE],
                    "total_count": 42,
                    "total_count_exact": True,
                    "limit": 1,
                    "offset": 0,
                    "has_more": True,
                    "next_cursor": "WyJhdWRpdC…",
                }
            ]
        }
    )
