"""The Lambda of AI nodes."""

from docchain.entrypoints.step import step_handler
from functions.steps.ai.run import run

handler = step_handler(run)
