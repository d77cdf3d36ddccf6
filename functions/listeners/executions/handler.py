"""The Lambda that hears of executions that failed, timed out or were aborted."""

from docchain.entrypoints.listener import notice_handler
from functions.listeners.executions.run import run

handler = notice_handler(run)
