"""Which language the states are written in: JSONata, but for a distributed map.

The local stage reads a distributed map's input as JSONPath only, and Step Functions lets a state choose JSONata in a
machine of JSONPath but not the other way round. So a machine with a distributed map says of each state what it is.
"""

from collections.abc import Iterator
from typing import Any

MAP_LANGUAGE = "JSONPath"
LANGUAGE = "JSONata"


def in_languages(machine: dict[str, Any]) -> dict[str, Any]:
    states = list(_states(machine))
    if not any(state.get("QueryLanguage") == MAP_LANGUAGE for state in states):
        return {"QueryLanguage": LANGUAGE, **machine}
    for state in states:
        state.setdefault("QueryLanguage", LANGUAGE)
    return {"QueryLanguage": MAP_LANGUAGE, **machine}


def _states(machine: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for state in machine["States"].values():
        yield state
        for inner in (*state.get("Branches", ()), *([state["ItemProcessor"]] if "ItemProcessor" in state else ())):
            yield from _states(inner)
