"""The Lambda that hears how what schedules started has ended."""

from docchain.entrypoints.listener import event_handler
from functions.listeners.schedule_ends.run import run

handler = event_handler(run)
