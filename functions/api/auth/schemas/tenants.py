"""The tenant as its members see it."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

TenantName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class RenameTenant(BaseModel):
    name: TenantName

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"name": "Analytical Engines Ltd"}]})


class TenantView(BaseModel):
    id: str
    name: str
    created_at: str

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"id": "default", "name": "Analytical Engines Ltd", "created_at": "2026-11-21T09:30:00.000Z"}]
        }
    )
