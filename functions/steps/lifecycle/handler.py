"""The Lambda that ends runs."""

from docchain.entrypoints.step import step_handler
from functions.steps.lifecycle.run import run

handler = step_handler(run)
