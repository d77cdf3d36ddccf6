"""The Lambda that hears what happens in the runs of AI workflows."""

from docchain.entrypoints.listener import event_handler
from functions.listeners.ai_workflows.dependencies import follower

handler = event_handler(lambda fact: follower().follow(fact))
