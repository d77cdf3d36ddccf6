"""Machines first, which are few; documents take what is left of the time. What is left over is for tomorrow."""

import time

from functions.schedules.housekeeping.documents import expire_documents
from functions.schedules.housekeeping.machines import clear_machines

MACHINES_SECONDS = 300
ALL_SECONDS = 780


def run() -> dict[str, int]:
    started = time.monotonic()
    return {**clear_machines(started + MACHINES_SECONDS), **expire_documents(started + ALL_SECONDS)}
