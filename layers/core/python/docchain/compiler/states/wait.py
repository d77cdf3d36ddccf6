"""A node that lets time pass."""

from docchain.compiler import data
from docchain.compiler.plan import Scope, go_on


def add_wait(scope: Scope, key: str, then: str | None) -> str:
    seconds = scope.plan.node(key).config["seconds"]
    passed = f"$append({data.PASSED}, [{{'node': '{key}', 'waited': {seconds}}}])"
    state = {
        "Type": "Wait",
        "Seconds": seconds,
        "Output": data.output(passed=passed, keep=scope.kept_at(then), item=scope.plan.item),
        **go_on(then),
    }
    return scope.add(scope.state_of(key), state)
