"""A node that is a call of its family's worker."""

from docchain.compiler import data
from docchain.compiler.errors import WorkerMissing
from docchain.compiler.plan import Scope, State, go_on
from docchain.compiler.retries import retriers
from docchain.compiler.states.lifecycle import INVOKE, caught

# A cold start, the claim before the work and the record after it.
MARGIN_SECONDS = 20


def add_task(scope: Scope, key: str, then: str | None) -> str:
    plan = scope.plan
    node, kind = plan.node(key), plan.kind(key)
    worker = plan.targets.workers.get(kind.family or "")
    if worker is None:
        raise WorkerMissing(f"This stage has no worker for nodes of the family '{kind.family}'.")
    state: State = {
        "Type": "Task",
        "Resource": INVOKE,
        "Arguments": {"FunctionName": worker, "Payload": data.payload(f"'node': '{key}', 'passed': {data.PASSED}")},
        "Output": _output(scope, key, then),
        "TimeoutSeconds": (node.timeout_seconds or kind.timeout_seconds) + MARGIN_SECONDS,
        "Retry": retriers(node.retry or kind.retry, plan.targets),
        **go_on(then),
    }
    if scope.is_top:
        state["Catch"] = [caught(scope)]
    return scope.add(key, state)


def _output(scope: Scope, key: str, then: str | None) -> data.Data:
    if not scope.plan.takes_notes:
        return data.output(facts="{}", outcomes="{}", passed="[]")
    facts = data.FACTS
    read = scope.plan.facts.get(key)
    if read:
        only = f"function($v, $k) {{ $k in {data.names(read)} and $type($v) != 'null' }}"
        facts = f"$merge([{data.FACTS}, {{'{key}': $sift($states.result.Payload.facts, {only})}}])"
    return data.output(facts=facts, passed="[]", keep=scope.kept_at(then))
