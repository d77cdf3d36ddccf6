"""The Lambda that finds schedules whose order was lost."""

from docchain.entrypoints.schedule import schedule_handler
from functions.schedules.missed_fires.run import run

handler = schedule_handler(run)
