"""Plays a run that the API has started: its machine interpreted, its workers the real ones, its peers counted."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from docchain.calls_out.requesting import send_request
from docchain.compiler import compile_definition
from docchain.entrypoints.step import step_handler
from docchain.errors import PermanentStepError, TransientStepError
from docchain.outbound.client import Client
from docchain.outbound.policy import Policy
from docchain.runs.launching import execution_input
from docchain.runs.models import Run, StepOrder
from docchain.steps.call import NodeCall, NodeResult, Worker
from docchain.steps.perform import perform
from functions.steps.ai import workers as ai
from functions.steps.document.dependencies import WORKERS as DOCUMENT
from functions.steps.lifecycle.run import run as end_run
from tests.support.asl import Execution, ExecutionFailed
from tests.support.definitions import TARGETS
from tests.support.engine import Stage
from tests.support.executions import CONTROL
from tests.support.executions import WORKERS as ENDINGS
from tests.support.gateways import a_gateway
from tests.support.rest import a_context


@dataclass
class Player:
    """``worked`` are the nodes whose workers had something to do, in order."""

    stage: Stage
    model_url: str = ""
    http_port: int = 0
    worked: list[str] = field(default_factory=list)

    def play(self, run_id: int) -> Run:
        tenant = self.stage.tenant
        run = self.stage.runs.read(tenant, run_id, consistent=True)
        world = self.stage.world(lambda _: NodeResult(output={}))
        definition = world.definitions.read(tenant, run.workflow_id, run.version)
        asl = compile_definition(definition, replace(TARGETS, bucket="documents"))
        self.worked = []
        with suppress(ExecutionFailed):  # the run's record says so
            Execution(asl, execution_input(tenant, run), self._work, read=self._read).run()
        return self.stage.runs.read(tenant, run_id, consistent=True)

    def workers(self) -> Mapping[str, Worker]:
        gateway = a_gateway(openai=self.model_url, attempts=1)
        client = Client(Policy(plain_http=True, loopback_ports=frozenset({self.http_port})))
        return {
            **DOCUMENT,
            **ENDINGS,
            "ai_generate": partial(ai.generate, gateway),
            "ai_summarize": partial(ai.summarize, gateway),
            "http_request": partial(send_request, client, lambda *_: None),
        }

    def _work(self, function: str, payload: dict[str, Any]) -> dict[str, Any]:
        door = step_handler(end_run if function == TARGETS.lifecycle else self._step)
        try:
            answer: dict[str, Any] = door(payload, a_context())
        except (TransientStepError, PermanentStepError) as error:
            raise ExecutionFailed(type(error).__name__, json.dumps({"errorMessage": error.message})) from error
        return answer

    def _step(self, order: StepOrder, seconds_left: float) -> dict[str, Any]:
        counted = {name: self._counted(worker) for name, worker in self.workers().items()}
        world = replace(self.stage.world(lambda _: NodeResult(output={})), workers=counted)
        return CONTROL[order.phase](order, world, seconds_left) if order.phase else perform(order, world, seconds_left)

    def _counted(self, worker: Worker) -> Worker:
        def counted(call: NodeCall) -> NodeResult:
            self.worked.append(call.node_key)
            return worker(call)

        return counted

    def _read(self, _: str, key: str) -> bytes:
        data: bytes = self.stage.contents.client.get_object(Bucket="documents", Key=key)["Body"].read()
        return data
