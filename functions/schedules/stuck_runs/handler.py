"""The Lambda that looks after open runs."""

from docchain.entrypoints.schedule import schedule_handler
from functions.schedules.stuck_runs.run import run

handler = schedule_handler(run)
