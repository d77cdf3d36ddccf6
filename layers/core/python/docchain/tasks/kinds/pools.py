"""Which workers do which kind: by the layers that it needs, so that a letter does not wait for a table."""

from typing import Final, Literal

Pool = Literal["light", "data", "documents", "ai"]

POOLS: Final[dict[str, Pool]] = {
    "workflow_execution": "light",
    "notification_sending": "light",
    "email_sending": "light",
    "data_processing": "data",
    "analytics_processing": "data",
    "cleanup": "data",
    "backup": "data",
    "report_generation": "documents",
    "ai_processing": "ai",
    "cache_warming": "ai",
}
