"""What becomes of a node's error: the run's end, or a way on that its author chose."""

from docchain.compiler import data
from docchain.compiler.plan import Scope, State
from docchain.compiler.states.lifecycle import caught
from docchain.compiler.states.passing import landing
from docchain.definitions.outcomes import ERROR, OK

# The class of the error by which a step says that its execution no longer counts. That is nobody's to handle.
RUN_OVER = "RunOver"
CAUSE_MOST = 120


def catches(scope: Scope, key: str, then: str | None) -> list[State]:
    """The Catch of a node's Task. ``then`` is where it goes on to when all is well, and when its author continues."""
    if scope.plan.node(key).on_error == "fail":
        return [caught(scope)] if scope.is_top else []
    over = {**caught(scope), "ErrorEquals": [RUN_OVER]} if scope.is_top else {"Next": _over(scope, key)}
    return [{"ErrorEquals": [RUN_OVER], **over}, _handled(scope, key, then)]


def answered(scope: Scope, key: str) -> str:
    """The outcomes after a node that did what it should."""
    if scope.plan.node(key).on_error == "fail":
        return data.OUTCOMES
    return f"$merge([{data.OUTCOMES}, {{'{key}': '{OK}'}}])"


def _handled(scope: Scope, key: str, then: str | None) -> State:
    """The note is for a worker that died with its record open: whoever comes next writes down what became of it."""
    error = f"'error': $states.errorOutput.Error, 'cause': $substring($states.errorOutput.Cause & '', 0, {CAUSE_MOST})"
    note = f"{{'node': '{key}', 'outcome': '{ERROR}', {error}}}"
    output = data.output(
        outcomes=f"$merge([{data.OUTCOMES}, {{'{key}': '{ERROR}'}}])",
        passed=f"$append({data.PASSED}, [{note}])",
        item=scope.plan.item,
    )
    return {"ErrorEquals": ["States.ALL"], "Output": output, "Next": landing(scope, key, then)}


def _over(scope: Scope, key: str) -> str:
    """A branch has no way to the run's end but by failing with the same word."""
    name = scope.shared.get(RUN_OVER)
    if name is None:
        name = scope.shared[RUN_OVER] = scope.plan.names.take("Over", key)
        scope.add(name, {"Type": "Fail", "Error": RUN_OVER, "Cause": "The run has ended, or goes on elsewhere."})
    return name
