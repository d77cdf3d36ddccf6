"""Choices: a condition or switch writes down what it answers, and a guard lets past only what that keeps alive."""

from collections.abc import Mapping
from typing import Any

from docchain.compiler import data
from docchain.compiler.plan import Scope, State
from docchain.compiler.states.passing import landing
from docchain.definitions.liveness import Way
from docchain.nodes.kinds.switch import DEFAULT


def add_choice(scope: Scope, key: str, then: str | None) -> str:
    """All rules are written out: the local stage ignores the Output of a Default."""
    cases, otherwise = _cases(scope.plan.node(key).config)
    target = landing(scope, key, then)
    rules = [
        {"Condition": data.expression(condition), "Next": target, "Output": _answer(scope, key, outcome)}
        for condition, outcome in [*((_asked(source), name) for source, name in cases), ("true", otherwise)]
    ]
    return scope.add(scope.state_of(key), {"Type": "Choice", "Choices": rules})


def _cases(config: Mapping[str, Any]) -> tuple[list[tuple[str, str]], str]:
    """Expressions with their outcomes, in order, and the outcome when none holds."""
    if "cases" in config:
        return [(case["expression"], case["name"]) for case in config["cases"]], config.get("default", DEFAULT)
    return [(config["expression"], "true")], "false"


def _asked(source: str) -> str:
    # The text was parsed alone by the checks, so it cannot close the bracket that it is put in.
    return f"$boolean({{'nodes': {data.FACTS}, 'params': {data.IDENTITY}.params}}.({source})) = true"


def _answer(scope: Scope, key: str, outcome: str) -> data.Data:
    return data.output(
        item=scope.plan.item,
        outcomes=f"$merge([{data.OUTCOMES}, {{'{key}': '{outcome}'}}])",
        passed=f"$append({data.PASSED}, [{{'node': '{key}', 'outcome': '{outcome}'}}])",
    )


def add_guard(scope: Scope, key: str, ways: frozenset[Way], start: str, then: str | None) -> str:
    """``then`` is where the guarded states would have gone on to."""
    holds = " or ".join(_holds(way, alone=len(ways) == 1) for way in sorted(ways, key=sorted))
    state: State = {
        "Type": "Choice",
        "Choices": [{"Condition": data.expression(holds), "Next": start}],
        "Default": landing(scope, key, then),
    }
    return scope.add(scope.plan.names.take("If", key), state)


def _holds(way: Way, *, alone: bool) -> str:
    said = " and ".join(f"{data.OUTCOMES}.{one.condition} = '{one.outcome}'" for one in sorted(way))
    return said if alone or len(way) == 1 else f"({said})"
