"""A node whose answer comes later: from a person, from a call from elsewhere, or from another run.

The worker writes down what is waited for and under which token; whoever answers sends the token's result. The worker
says its own failures by the token too: the local stage does not hear what such a worker raises.
"""

from docchain.compiler import data
from docchain.compiler.plan import Scope, State, go_on
from docchain.compiler.retries import retriers
from docchain.compiler.states.errors import catches
from docchain.compiler.states.task import output_of, worker_of

WAIT_FOR_TOKEN = "arn:aws:states:::lambda:invoke.waitForTaskToken"  # noqa: S105  # the name of an integration
# Expiry is ours to tell (docchain/waits); this is for a stage on which nobody looks any more.
GRACE_SECONDS = 24 * 3600
TIMEOUT_MOST = 99_999_999


def add_callback(scope: Scope, key: str, then: str | None) -> str:
    plan = scope.plan
    node, kind = plan.node(key), plan.kind(key)
    work = f"'node': '{key}', 'phase': '{kind.name}', 'token': $states.context.Task.Token, 'passed': {data.PASSED}"
    state: State = {
        "Type": "Task",
        "Resource": WAIT_FOR_TOKEN,
        "Arguments": {"FunctionName": worker_of(plan, kind), "Payload": data.payload(work)},
        "Output": _output(scope, key, then),
        "TimeoutSeconds": min(kind.seconds_waited(node.config) + GRACE_SECONDS, TIMEOUT_MOST),
        "Retry": retriers(node.retry or kind.retry, plan.targets),
        **go_on(then),
    }
    if catch := catches(scope, key, then):
        state["Catch"] = catch
    return scope.add(scope.state_of(key), state)


def _output(scope: Scope, key: str, then: str | None) -> data.Data:
    """Answers are sent in the form of an invocation's result: with a ``Payload`` of facts, and an outcome."""
    outcome = f"{{'{key}': $states.result.Payload.outcome}}" if scope.plan.kind(key).outcomes else None
    return output_of(scope, key, then, outcome)
