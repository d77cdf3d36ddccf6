"""State machines are a cache: those that nothing ran on for a month go, and launching makes them again."""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from docchain.workflows.state_machines import StateMachines

UNUSED_DAYS: Final = 30
# Each costs two calls, of which AWS allows five a second: the rest is for tomorrow.
LOOKED_AT_MOST: Final = 1_500


@dataclass(frozen=True)
class Cleared:
    deleted: int
    kept: int
    is_whole: bool


def clear_unused(machines: StateMachines, before: datetime, deadline: float) -> Cleared:
    """``deadline`` is in ``time.monotonic()`` seconds. One that was made since ``before`` costs no call."""
    deleted = kept = looked_at = 0
    for arn, made in list(machines.each()):
        if made >= before:
            kept += 1
            continue
        if looked_at == LOOKED_AT_MOST or time.monotonic() > deadline:
            return Cleared(deleted, kept, is_whole=False)
        looked_at += 1
        if _is_used(machines, arn, before):
            kept += 1
        else:
            machines.delete(arn)
            deleted += 1
    return Cleared(deleted, kept, is_whole=True)


def _is_used(machines: StateMachines, arn: str, before: datetime) -> bool:
    """A run that waits for months is in use, however long ago it began."""
    last = machines.last_started(arn)
    return (last is not None and last >= before) or machines.is_running(arn)
