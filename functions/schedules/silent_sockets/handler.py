"""The Lambda that looks after connections."""

from docchain.entrypoints.schedule import schedule_handler
from functions.schedules.silent_sockets.dependencies import switchboard
from functions.schedules.silent_sockets.run import sweep

handler = schedule_handler(lambda: sweep(switchboard()))
