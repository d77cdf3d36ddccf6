"""The Lambda of effect nodes."""

from docchain.entrypoints.step import step_handler
from functions.steps.effect.run import run

handler = step_handler(run)
