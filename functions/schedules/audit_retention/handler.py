"""The Lambda that erases personal values from the record."""

from docchain.entrypoints.schedule import schedule_handler
from functions.schedules.audit_retention.run import run

handler = schedule_handler(run)
