"""Choices: a condition writes down what it answers, and a guard lets past only what those answers keep alive."""

from docchain.compiler import data
from docchain.compiler.plan import Scope, State
from docchain.compiler.states.passing import landing
from docchain.definitions.liveness import Way


def add_condition(scope: Scope, key: str, then: str | None) -> str:
    """Both rules are written out: the local stage ignores the Output of a Default."""
    source = scope.plan.node(key).config["expression"]
    around = f"{{'nodes': {data.FACTS}, 'params': {data.IDENTITY}.params}}"
    # The text was parsed alone by the checks, so it cannot close the bracket that it is put in.
    asked = f"$boolean({around}.({source})) = true"
    target = landing(scope, key, then)
    state: State = {
        "Type": "Choice",
        "Choices": [
            {"Condition": data.expression(asked), "Next": target, "Output": _answer(scope, key, "true")},
            {"Condition": data.expression("true"), "Next": target, "Output": _answer(scope, key, "false")},
        ],
    }
    return scope.add(scope.state_of(key), state)


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
