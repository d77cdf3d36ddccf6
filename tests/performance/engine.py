"""The published machine walked with the real step functions on moto: transitions, own time and AWS calls per step."""

import json
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from docchain import aws
from docchain.runs.launching import execution_input
from docchain.runs.models import Run
from tests.performance.figures import Figure, percentile
from tests.support.asl import Execution
from tests.support.rest import a_context

if TYPE_CHECKING:
    from tests.performance.routes import Bench

CHAINS = 20
STEP_CALLS, TRANSITIONS = 4, 8
S3_WORK = {"PutObject", "GetObject"}


class Walk:
    """Chains of one process, which reads the version once; so the first chain is left out of the figures."""

    def __init__(self, bench: "Bench") -> None:
        from functions.steps.document.handler import handler as document
        from functions.steps.lifecycle.handler import handler as lifecycle

        self.bench = bench
        self.handlers = {"document": document, "lifecycle": lifecycle}
        self.own: dict[str, list[float]] = {name: [] for name in self.handlers}
        self.operations: dict[str, list[str]] = {}

    def chain(self) -> Execution:
        started = self.bench.started()
        run = self.bench.answer(self.bench.workflows, "GET", f"/api/v3/workflows/runs/{started['id']}")
        record = Run(
            id=run["id"],
            workflow_id=run["workflow_id"],
            version=run["version"],
            params=run["parameters"],
            state_machine_arn="",
            started_by="",
            started_at=run["started_at"],
        )
        execution = Execution(self.machine(), execution_input(self.bench.caller.tenant_id, record), self.step)
        execution.run()
        return execution

    def machine(self) -> dict[str, Any]:
        client = aws.stepfunctions()
        newest = client.list_state_machines()["stateMachines"][-1]["stateMachineArn"]
        definition: dict[str, Any] = json.loads(client.describe_state_machine(stateMachineArn=newest)["definition"])
        return definition

    def step(self, function: str, payload: dict[str, Any]) -> dict[str, Any]:
        name = function.rsplit(":", 1)[-1]
        self.bench.aws.clear()
        started = time.perf_counter()
        answer: dict[str, Any] = self.handlers[name](payload, a_context())
        self.own[name].append((time.perf_counter() - started - self.bench.aws.seconds) * 1000)
        self.operations[name] = list(self.bench.aws.operations)
        return answer


def figures(bench: "Bench") -> Iterator[Figure]:
    walk = Walk(bench)
    walk.chain()
    for own in walk.own.values():
        own.clear()
    executions = [walk.chain() for _ in range(CHAINS)]
    for name, operations in walk.operations.items():
        besides = [o for o in operations if o not in S3_WORK]
        yield Figure(f"steps/{name} · own time p50", percentile(walk.own[name], 0.5), "ms")
        note = ", ".join(operations)
        yield Figure(f"steps/{name} · AWS calls besides its work", len(besides), "", STEP_CALLS, note=note)
    yield Figure("transitions of a chain of five", max(e.transitions for e in executions), "", TRANSITIONS)
