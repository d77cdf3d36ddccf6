"""The Lambda that deletes what is no longer needed."""

from docchain.entrypoints.schedule import schedule_handler
from functions.schedules.housekeeping.run import run

handler = schedule_handler(run)
