"""The calls around a foreach's items, and how an item ends."""

from docchain.compiler import data
from docchain.compiler.plan import Scope, State, go_on
from docchain.compiler.retries import retriers
from docchain.compiler.states.errors import catches
from docchain.compiler.states.lifecycle import INVOKE, caught
from docchain.compiler.states.task import MARGIN_SECONDS, output_of, worker_of
from docchain.nodes.kinds.foreach import KIND

FAILURE = "$exists($states.input.failure) ? $states.input.failure.Error : ''"


def add_prepare(scope: Scope, key: str, then: str, after: str | None) -> str:
    """Its answer says which way to go and which items are to be done; that travels to the map and no further. After
    the whole foreach comes ``after``.
    """
    state = _call(scope, key, f"'node': '{key}', 'phase': 'prepare', 'passed': {data.PASSED}", after)
    output = {**data.output(passed="[]"), "map": data.expression("$states.result.Payload.map")}
    return scope.add(scope.state_of(key), {**state, "Output": output, "Next": then})


def add_gather(scope: Scope, key: str, then: str | None) -> str:
    name = scope.plan.names.take("Gather", key)
    fields = f"'node': '{key}', 'phase': 'gather', 'map_error': ({FAILURE}), 'passed': {data.PASSED}"
    return scope.add(name, {**_call(scope, key, fields, then), "Output": output_of(scope, key, then), **go_on(then)})


def add_noted(scope: Scope, key: str) -> str:
    """The last conditions and waits of an item have no worker after them that would write down their notes."""
    fields = f"'node': '{key}', 'phase': 'noted'{scope.plan.place}, 'passed': {data.PASSED}"
    name = scope.plan.names.take("Noted", key)
    return scope.add(name, {**_call(scope, None, fields, None), "Output": data.output(keep=data.NOTHING), "End": True})


def add_failed_item(scope: Scope, name: str, *, fails: bool) -> None:
    """Its records say why. A branch of the execution ends well, and the gathering decides; an execution of its own
    fails, so that the map can stop when too many did.
    """
    if fails:
        scope.add(name, {"Type": "Fail", "Error": "ItemFailed", "Cause": "The records of the item's nodes say why."})
    else:
        scope.add(name, {"Type": "Pass", "Output": {}, "End": True})


def _call(scope: Scope, key: str | None, fields: str, after: str | None) -> State:
    """``key`` is None for a call that is no node's own, whose error nobody handles."""
    plan, kind = scope.plan, KIND
    state: State = {
        "Type": "Task",
        "Resource": INVOKE,
        "Arguments": {"FunctionName": worker_of(plan, kind), "Payload": data.payload(fields)},
        "TimeoutSeconds": kind.timeout_seconds + MARGIN_SECONDS,
        "Retry": retriers(kind.retry, plan.targets),
    }
    catch = catches(scope, key, after) if key else [caught(scope)]
    return {**state, "Catch": catch} if catch else state
