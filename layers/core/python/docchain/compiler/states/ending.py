"""A node that ends the run early as completed. From a fork only an error leads out, which the fork's Catch knows.

One that ends it as failed is a call like any other: its worker fails with the author's words.
"""

from docchain.compiler import data
from docchain.compiler.names import FINISHED
from docchain.compiler.plan import Plan, Scope, State
from docchain.compiler.shape import Fork, nodes_in
from docchain.compiler.states.task import add_task
from docchain.nodes.kinds.succeed import KIND

SUCCEEDED = "RunSucceeded"


def add_succeed(scope: Scope, key: str) -> str:
    if scope.is_top:
        return add_task(scope, key, FINISHED)
    state: State = {"Type": "Fail", "Error": SUCCEEDED, "Cause": f"'{key}' ended the run as completed."}
    return add_task(scope, key, scope.add(scope.plan.names.take("Succeeded", key), state))


def early_ends(plan: Plan, fork: Fork) -> list[State]:
    """What the Catch of a fork knows beside errors."""
    if not any(plan.kind(key).name == KIND.name for key in nodes_in(fork)):
        return []
    return [{"ErrorEquals": [SUCCEEDED], "Output": data.output(), "Next": FINISHED}]
