"""The Lambda that deletes documents whose time is over."""

from docchain.entrypoints.schedule import schedule_handler
from functions.schedules.document_retention.run import run

handler = schedule_handler(run)
