"""Keys of figures, in the table of runs."""

from docchain.clock import epoch

HOURS_KEPT_SECONDS = 35 * 24 * 3600
DAYS_KEPT_SECONDS = 800 * 24 * 3600
SEEN_KEPT_SECONDS = 30 * 24 * 3600
"""Longer than any queue keeps an event and its dead letter together."""

Place = tuple[str, str]


def tenant_figures(tenant_id: str) -> str:
    return f"{tenant_id}#figures"


def workflow_figures(tenant_id: str, workflow_id: int) -> str:
    return f"{tenant_id}#figures#workflow#{workflow_id}"


def seen(tenant_id: str, event_id: str) -> Place:
    """Spread over partitions, so that a busy tenant's events do not queue at one."""
    return f"{tenant_id}#figures#seen#{event_id[-2:]}", event_id


def expiry(sk: str) -> int:
    return epoch() + (HOURS_KEPT_SECONDS if sk.startswith("hour#") else DAYS_KEPT_SECONDS)
