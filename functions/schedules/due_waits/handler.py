"""The Lambda that looks after waits and queued runs."""

from docchain.entrypoints.schedule import schedule_handler
from functions.schedules.due_waits.run import run

handler = schedule_handler(run)
