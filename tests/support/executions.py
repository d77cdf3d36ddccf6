"""A run from its start to its end on moto: the compiled machine interpreted, its workers the real ones."""

import json
from dataclasses import dataclass, field, replace
from typing import Any

from docchain.compiler import compile_definition
from docchain.entrypoints.step import step_handler
from docchain.errors import PermanentStepError, TransientStepError
from docchain.nodes.kinds.foreach import KIND
from docchain.runs.launching import execution_input
from docchain.runs.models import NodeRecord, Run, RunStatus, StepOrder
from docchain.steps.call import NodeCall, NodeResult
from docchain.steps.perform import perform
from functions.steps.control.endings import fail_run, succeed_run
from functions.steps.control.foreach_gather import gather
from functions.steps.control.foreach_notes import note_item
from functions.steps.control.foreach_prepare import prepare
from functions.steps.lifecycle.run import run as end_run
from tests.support.asl import Execution, ExecutionFailed
from tests.support.definitions import TARGETS
from tests.support.engine import Stage
from tests.support.rest import a_context

WORKERS = {"fail": fail_run, "succeed": succeed_run}
CONTROL = {"prepare": prepare, "gather": gather, "noted": note_item}


def written(call: NodeCall) -> NodeResult:
    """What a document_template does, without the document: 10,000 cards are not what these tests are about."""
    text = call.config.template
    return NodeResult(output={"text": text}, facts={"words": len(text.split())})


@dataclass
class Executed:
    """``failures`` are the texts that a template node fails for."""

    stage: Stage
    nodes: list[dict[str, Any]]
    failures: set[str] = field(default_factory=set)
    params: dict[str, Any] = field(default_factory=dict)
    payloads: list[dict[str, Any]] = field(default_factory=list)
    worked: list[tuple[str, int | None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.run = self.stage.started(self.nodes, self.params)
        versions = self.stage.world(written).definitions
        self.definition = versions.read(self.stage.tenant, self.run.workflow_id, 1)
        self.asl = compile_definition(self.definition, replace(TARGETS, bucket="documents"))

    def execute(self) -> Execution:
        """Raises ``ExecutionFailed`` as the execution would end."""
        execution = Execution(self.asl, execution_input(self.stage.tenant, self.run), self._work, read=self._read)
        execution.run()
        return execution

    def fail(self) -> ExecutionFailed:
        try:
            self.execute()
        except ExecutionFailed as failure:
            return failure
        raise AssertionError("the execution did not fail")

    def resume(self) -> None:
        self.stage.runs.end(self.stage.tenant, self.run, RunStatus.FAILED, error={})
        self.run: Run = self.stage.runs.begin_resume(self.stage.tenant, self.run, "ada")

    def record(self, key: str) -> NodeRecord:
        record: NodeRecord = self.stage.record(self.run, key)
        return record

    def items(self, key: str) -> list[NodeRecord]:
        return list(self.stage.runs.read_item_records(self.stage.tenant, self.run.id, key))

    def _work(self, function: str, payload: dict[str, Any]) -> dict[str, Any]:
        self.payloads.append(payload)
        if function == TARGETS.lifecycle:
            return {}
        order = StepOrder.model_validate(payload)
        world = self.stage.world(self._template)
        try:
            if order.phase:
                return CONTROL[order.phase](order, world, 30.0)
            return perform(order, world, 30.0)
        except TransientStepError as error:
            raise ExecutionFailed("TransientStepError", error.message) from error
        except PermanentStepError as error:
            raise ExecutionFailed(type(error).__name__, error.message) from error

    def _template(self, call: NodeCall) -> NodeResult:
        self.worked.append((call.node_key, call.scope.get("index")))
        if call.config.template in self.failures:
            raise PermanentStepError(f"cannot write {call.config.template}")
        return written(call)

    def _read(self, bucket: str, key: str) -> bytes:
        contents = self.stage.contents
        data: bytes = contents.client.get_object(Bucket=bucket, Key=key)["Body"].read()
        return data


class Died(BaseException):
    """A worker's process is gone: nothing after this line of it happens."""


@dataclass
class Whole(Executed):
    """With its end: the run is completed or failed by the real last step. ``dies`` are nodes whose worker dies."""

    dies: set[str] = field(default_factory=set)

    def run_to_end(self) -> Run:
        try:
            self.execute()
        except ExecutionFailed as failure:
            self.failure = failure
        return self.stage.runs.read(self.stage.tenant, self.run.id, consistent=True)

    def _work(self, function: str, payload: dict[str, Any]) -> dict[str, Any]:
        self.payloads.append(payload)
        door = step_handler(end_run if function == TARGETS.lifecycle else self._step)
        try:
            answer: dict[str, Any] = door(payload, a_context())
        except Died:
            raise ExecutionFailed("States.Timeout", "") from None
        except (TransientStepError, PermanentStepError) as error:
            raise ExecutionFailed(type(error).__name__, json.dumps({"errorMessage": error.message})) from error
        return answer

    def _step(self, order: StepOrder, seconds_left: float) -> dict[str, Any]:
        world = self.stage.world(self._template)
        world = replace(world, workers={**world.workers, **WORKERS})
        return CONTROL[order.phase](order, world, seconds_left) if order.phase else perform(order, world, seconds_left)

    def _template(self, call: NodeCall) -> NodeResult:
        if call.node_key in self.dies:
            raise Died
        return super()._template(call)


def a_foreach(name: str, items: Any, *nodes: dict[str, Any], after: Any = None, **config: Any) -> dict[str, Any]:
    chain = list(nodes) or [a_template("write", "{{ item }}")]
    known = {"items": items, "nodes": chain, **config}
    return {"name": name, "node_type": KIND.name, "config": known, "depends_on": after}


def a_template(name: str, template: str, after: Any = None, **fields: Any) -> dict[str, Any]:
    config = {"template": template}
    return {"name": name, "node_type": "document_template", "config": config, "depends_on": after, **fields}
