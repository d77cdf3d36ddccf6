"""Clears what was not used for a month, as far as the time reaches."""

import time
from datetime import UTC, datetime, timedelta

from docchain.workflows.unused_machines import UNUSED_DAYS, clear_unused
from functions.schedules.unused_machines.dependencies import machines

BUDGET_SECONDS = 780


def run() -> dict[str, int]:
    before = datetime.now(UTC) - timedelta(days=UNUSED_DAYS)
    cleared = clear_unused(machines(), before, time.monotonic() + BUDGET_SECONDS)
    return {"deleted": cleared.deleted, "kept": cleared.kept, "unfinished": int(not cleared.is_whole)}
