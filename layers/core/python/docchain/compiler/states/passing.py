"""Pass states: the end of a branch for those that cannot end one, and the joining of branches."""

from docchain.compiler import data
from docchain.compiler.plan import Scope, State, go_on


def landing(scope: Scope, key: str, then: str | None) -> str:
    """Where a Choice goes on to, which has no End: at the end of a branch, a state that does nothing."""
    if then is not None:
        return then
    state: State = {"Type": "Pass", "End": True}
    if scope.keep is not None:
        state["Output"] = data.output(keep=scope.keep, item=scope.plan.item)
    return scope.add(scope.plan.names.take("End", key), state)


def add_join(scope: Scope, key: str, then: str | None) -> str:
    """Not the Parallel's own Output, which the local stage ignores: one state more, and the same in both."""
    state: State = {"Type": "Pass", "Output": data.merged(scope.kept_at(then), scope.plan.item), **go_on(then)}
    return scope.add(scope.plan.names.take("Join", key), state)
