"""The Lambda that clears the cache of state machines."""

from docchain.entrypoints.schedule import schedule_handler
from functions.schedules.unused_machines.run import run

handler = schedule_handler(run)
