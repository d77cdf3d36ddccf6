"""A node that lets time pass."""

from docchain.compiler import data
from docchain.compiler.plan import Scope, go_on
from docchain.compiler.states.wait_until import add_wait_until


def add_wait(scope: Scope, key: str, then: str | None) -> str:
    if "until" in scope.plan.node(key).config:
        return add_wait_until(scope, key, then)
    seconds = scope.plan.node(key).config["seconds"]
    passed = f"$append({data.PASSED}, [{{'node': '{key}', 'waited': {seconds}}}])"
    state = {
        "Type": "Wait",
        "Seconds": seconds,
        "Output": data.output(passed=passed, keep=scope.kept_at(then), item=scope.plan.item),
        **go_on(then),
    }
    return scope.add(scope.state_of(key), state)
