"""The Lambda that hears how runs ended, and that one is queued."""

from docchain.entrypoints.listener import event_handler
from functions.listeners.run_ends.run import run

handler = event_handler(run)
