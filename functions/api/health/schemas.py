"""What the health group gives."""

from pydantic import BaseModel, ConfigDict


class Health(BaseModel):
    status: str
    version: str
    environment: str

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"status": "healthy", "version": "0.1.0", "environment": "local"}]}
    )


class Readiness(BaseModel):
    status: str
    version: str


class Service(BaseModel):
    status: str
    latency_ms: float
    error: str | None = None


class DetailedHealth(Health):
    services: dict[str, Service]
    timestamp: str


class Welcome(BaseModel):
    name: str
    version: str
    environment: str
    docs: str
    openapi: str
