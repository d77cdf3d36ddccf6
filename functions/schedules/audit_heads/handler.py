"""The Lambda that signs the day's heads."""

from docchain.entrypoints.schedule import schedule_handler
from functions.schedules.audit_heads.run import run

handler = schedule_handler(run)
