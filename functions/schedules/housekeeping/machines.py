"""Clears what was not used for a month, as far as the time reaches."""

from datetime import UTC, datetime, timedelta

from docchain.workflows.unused_machines import UNUSED_DAYS, clear_unused
from functions.schedules.housekeeping.dependencies import machines


def clear_machines(deadline: float) -> dict[str, int]:
    """``deadline`` is in ``time.monotonic()`` seconds."""
    before = datetime.now(UTC) - timedelta(days=UNUSED_DAYS)
    cleared = clear_unused(machines(), before, deadline)
    return {"deleted": cleared.deleted, "kept": cleared.kept, "machines_left": int(not cleared.is_whole)}
