"""What compliance reports look like from outside."""

from datetime import date, timedelta
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, model_validator

from docchain.compliance.models import Asked, ReportCard, ReportFormat, ReportType

DAYS_MOST = 366
CARD: dict[str, Any] = {
    "id": "01KAJX2V7M3M9Q2Z8R6T4Y1W5B",
    "type": "full",
    "format": "pdf",
    "start_date": "2026-11-01",
    "end_date": "2026-11-21",
    "created_at": "2026-11-21T09:30:02.500Z",
    "created_by": "admin",
    "audit_entries": 1200,
    "sha256": "9f" * 32,
}


class MakeReport(BaseModel):
    """Both days are included, and are those of UTC; at most 366 of them."""

    type: ReportType
    start_date: date
    end_date: date
    format: ReportFormat = ReportFormat.JSON

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"type": "full", "start_date": "2026-11-01", "end_date": "2026-11-21", "format": "pdf"}]
        },
    )

    @model_validator(mode="after")
    def _is_a_time(self) -> Self:
        if not timedelta() <= self.end_date - self.start_date < timedelta(days=DAYS_MOST):
            raise ValueError(f"end_date is not before start_date, and at most {DAYS_MOST} days are reported on")
        return self

    def asked(self) -> Asked:
        return Asked(type=self.type, start_date=self.start_date, end_date=self.end_date)


class ReportView(BaseModel):
    """``audit_entries``: how many entries the signed head covers that the report was made from."""

    id: str
    type: ReportType
    format: ReportFormat
    start_date: date
    end_date: date
    created_at: str
    created_by: str
    audit_entries: int | None
    sha256: str

    model_config = ConfigDict(json_schema_extra={"examples": [CARD]})

    @classmethod
    def of(cls, card: ReportCard) -> Self:
        return cls(
            **card.model_dump(include=set(cls.model_fields) & set(ReportCard.model_fields)),
            audit_entries=card.head_size,
            sha256=card.pdf_sha256 or card.json_sha256,
        )


class ReportsView(BaseModel):
    reports: list[ReportView]
    next_cursor: str | None = None

    model_config = ConfigDict(json_schema_extra={"examples": [{"reports": [CARD], "next_cursor": None}]})


class ReportFile(BaseModel):
    """A file for ``docchain.verify``: the report with its signature and the head it was made from."""

    format: str
    tenant_id: str
    report: dict[str, Any]
    head: dict[str, Any] | None
    proof: dict[str, Any]
    keys: list[dict[str, str]]

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "format": "docchain-compliance/1",
                    "tenant_id": "default",
                    "report": {"id": "01KAJX2V7M3M9Q2Z8R6T4Y1W5B", "type": "access"},
                    "head": None,
                    "proof": {"format": "docchain-compliance-proof/1", "sha256": "9f" * 32},
                    "keys": [],
                }
            ]
        }
    )
