"""A node that is a call of its family's worker."""

from docchain.compiler import data
from docchain.compiler.errors import WorkerMissing
from docchain.compiler.plan import Plan, Scope, State, go_on
from docchain.compiler.retries import retriers
from docchain.compiler.states.errors import answered, catches
from docchain.compiler.states.lifecycle import INVOKE
from docchain.nodes.kind import NodeKind

# A cold start, the claim before the work and the record after it.
MARGIN_SECONDS = 20


def add_task(scope: Scope, key: str, then: str | None) -> str:
    plan = scope.plan
    node, kind = plan.node(key), plan.kind(key)
    work = f"'node': '{key}'{plan.place}, 'passed': {data.PASSED}"
    state: State = {
        "Type": "Task",
        "Resource": INVOKE,
        "Arguments": {"FunctionName": worker_of(plan, kind), "Payload": data.payload(work)},
        "Output": output_of(scope, key, then),
        "TimeoutSeconds": (node.timeout_seconds or kind.timeout_seconds) + MARGIN_SECONDS,
        "Retry": retriers(node.retry or kind.retry, plan.targets),
        **go_on(then),
    }
    if catch := catches(scope, key, then):
        state["Catch"] = catch
    return scope.add(scope.state_of(key), state)


def worker_of(plan: Plan, kind: NodeKind) -> str:
    worker = plan.targets.workers.get(kind.family or "")
    if worker is None:
        raise WorkerMissing(f"This stage has no worker for nodes of the family '{kind.family}'.")
    return worker


def output_of(scope: Scope, key: str, then: str | None, outcome: str | None = None) -> data.Data:
    """``outcome`` is an object with what the node itself decided, for the kinds that do."""
    keep, item = scope.kept_at(then), scope.plan.item
    if not scope.plan.takes_notes:
        return data.output(facts="{}", outcomes="{}", passed="[]", keep=keep, item=item)
    outcomes = answered(scope, key) if outcome is None else f"$merge([{data.OUTCOMES}, {outcome}])"
    facts = data.FACTS
    read = scope.plan.facts.get(key)
    if read:
        only = f"function($v, $k) {{ $k in {data.names(read)} and $type($v) != 'null' }}"
        facts = f"$merge([{data.FACTS}, {{'{key}': $sift($states.result.Payload.facts, {only})}}])"
    return data.output(facts=facts, outcomes=outcomes, passed="[]", keep=keep, item=item)
