"""The Lambda that hears of runs that failed or were cancelled."""

from docchain.entrypoints.listener import event_handler
from functions.listeners.compensations.run import undo_effects

handler = event_handler(undo_effects)
