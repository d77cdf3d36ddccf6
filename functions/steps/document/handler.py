"""The Lambda of document nodes."""

from docchain.entrypoints.step import step_handler
from functions.steps.document.run import run

handler = step_handler(run)
