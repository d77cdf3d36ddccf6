"""How a run ends: a last call that says it is finished, or one that says what failed."""

from docchain.compiler import data
from docchain.compiler.names import END, FAILED, FINISHED
from docchain.compiler.plan import Scope, State
from docchain.compiler.retries import retriers
from docchain.definitions.models import RetryPolicy

INVOKE = "arn:aws:states:::lambda:invoke"

# Nothing comes after these that could mend a run left open, so they try longer than a node.
POLICY = RetryPolicy(max_attempts=6, interval_seconds=1, backoff_rate=2.0)
TIMEOUT_SECONDS = 60
CAUSE = "$substring($states.input.Cause & '', 0, 2000)"


def add_lifecycle(scope: Scope) -> str:
    """Gives the state that a machine ends with when all went well."""
    notes = "$exists($states.input.passed) ? $states.input.passed : []"
    failure = f"{{'Error': $states.input.Error, 'Cause': {CAUSE}}}"
    failed = _call(scope, f"'fail': {failure}, 'passed': {notes}")
    scope.add(FAILED, {**failed, "Output": data.expression("$states.input"), "Next": END})
    scope.add(END, {"Type": "Fail", "Error": data.expression("$states.input.Error"), "Cause": data.expression(CAUSE)})
    finished = _call(scope, f"'finish': true, 'passed': {data.PASSED}")
    return scope.add(FINISHED, {**finished, "Output": {}, "Catch": [caught(scope)], "End": True})


def caught(scope: Scope) -> State:
    """Which node failed is in its record, so the error travels alone: a thousand nodes have a thousand of these."""
    catcher: State = {"ErrorEquals": ["States.ALL"], "Next": scope.fails_to}
    if scope.plan.takes_notes and not scope.plan.within:
        catcher["Output"] = data.expression(f"$merge([$states.errorOutput, {{'passed': {data.PASSED}}}])")
    return catcher


def _call(scope: Scope, fields: str) -> State:
    targets = scope.plan.targets
    return {
        "Type": "Task",
        "Resource": INVOKE,
        "Arguments": {"FunctionName": targets.lifecycle, "Payload": data.payload(fields)},
        "TimeoutSeconds": TIMEOUT_SECONDS,
        "Retry": retriers(POLICY, targets),
    }
