"""What a report is about, and its card: what of it is kept beside the files themselves."""

from datetime import date
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict

Report = dict[str, Any]
"""JSON as it is signed: its shape is ``docchain/compliance/report.py``."""


class ReportType(StrEnum):
    ACCESS = "access"
    CHANGES = "changes"
    LOGINS = "logins"
    FULL = "full"


class ReportFormat(StrEnum):
    JSON = "json"
    PDF = "pdf"


class Asked(BaseModel):
    """Both days are included, and are those of UTC."""

    model_config = ConfigDict(frozen=True)

    type: ReportType
    start_date: date
    end_date: date

    @property
    def with_access(self) -> bool:
        return self.type in {ReportType.ACCESS, ReportType.FULL}

    @property
    def with_changes(self) -> bool:
        return self.type in {ReportType.CHANGES, ReportType.FULL}

    @property
    def with_logins(self) -> bool:
        return self.type in {ReportType.LOGINS, ReportType.FULL}


class ReportCard(BaseModel):
    """``sha256`` are of the stored files; ``head_size`` is of the signed head that the report was made from."""

    model_config = ConfigDict(frozen=True)

    id: str
    type: ReportType
    format: ReportFormat
    start_date: date
    end_date: date
    created_at: str
    created_by: str
    head_size: int | None = None
    json_sha256: str
    pdf_sha256: str | None = None
