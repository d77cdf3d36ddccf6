"""Branches that run side by side."""

from collections.abc import Callable

from docchain.compiler.plan import Scope, State
from docchain.compiler.shape import Fork, Sequence, nodes_in
from docchain.compiler.states.ending import early_ends
from docchain.compiler.states.lifecycle import caught
from docchain.compiler.states.passing import add_join

AddSequence = Callable[[Scope, Sequence], str]


def add_fork(scope: Scope, fork: Fork, then: str | None, add_branch: AddSequence) -> str:
    key = nodes_in(fork)[0]
    name = scope.plan.names.take("Fork", key)
    join = add_join(scope, key, then)
    branches = []
    for i, blocks in enumerate(fork.branches):
        branch = scope.branch(blocks, is_first=i == 0)
        start = add_branch(branch, blocks)
        branches.append({"StartAt": start, "States": branch.states})
    state: State = {"Type": "Parallel", "Branches": branches, "Next": join}
    if scope.is_top:
        state["Catch"] = [*early_ends(scope.plan, fork), caught(scope)]
    return scope.add(name, state)
