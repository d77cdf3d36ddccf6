"""Marks a run as interrupted, or as failed for its time, when its execution ended and nobody said so of the run."""

from typing import Any

from docchain.runs.errors import RunNotFound
from docchain.runs.models import RunStatus
from docchain.runs.timeouts import timeout_error
from functions.listeners.executions.dependencies import runs


def run(detail: dict[str, Any]) -> None:
    """``detail`` as AWS sends it; the execution's name is ``{tenant}-{run}-{generation}``."""
    tenant_id, run_id, generation = detail["name"].rsplit("-", 2)
    try:
        found = runs().read(tenant_id, int(run_id), consistent=True)
    except RunNotFound:
        return
    if found.status != RunStatus.RUNNING or found.generation != int(generation):
        return
    if detail["status"] == "TIMED_OUT" and found.timeout_seconds is not None:
        runs().end(tenant_id, found, RunStatus.FAILED, error=timeout_error(found))
        return
    error = {
        "code": "RUN_INTERRUPTED",
        "message": f"The run was cut: its execution ended as {detail['status']}. POST .../resume continues it.",
    }
    runs().end(tenant_id, found, RunStatus.INTERRUPTED, error=error)
