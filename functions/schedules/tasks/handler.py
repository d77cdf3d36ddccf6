"""The Lambda that looks after tasks."""

from docchain.entrypoints.schedule import schedule_handler
from functions.schedules.tasks.run import run

handler = schedule_handler(run)
