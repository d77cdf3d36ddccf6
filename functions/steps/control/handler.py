"""The Lambda of control nodes."""

from docchain.entrypoints.step import step_handler
from functions.steps.control.run import run

handler = step_handler(run)
