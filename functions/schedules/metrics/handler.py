"""The Lambda that collects and looks at alert rules."""

from docchain.entrypoints.schedule import schedule_handler
from functions.schedules.metrics.run import run

handler = schedule_handler(run)
