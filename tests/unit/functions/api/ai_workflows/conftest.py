"""AI workflows over the real handlers; their runs are executed by the compiled machine with the real workers."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from docchain.compiler import compile_definition
from docchain.definitions.models import WorkflowDefinition
from docchain.errors import PermanentStepError
from docchain.runs.models import Run
from docchain.steps.call import NodeCall, NodeResult
from functions.api.ai_workflows.handler import handler
from functions.listeners.ai_workflows.dependencies import follower
from functions.steps.document.dependencies import WORKERS as DOCUMENT
from tests.support.definitions import TARGETS
from tests.support.engine import Stage
from tests.support.executions import Whole
from tests.support.rest import a_caller, call

BASE = "/api/v3/ai-workflows"
FROZEN = {
    "name": "Content Generation Workflow",
    "workflow_type": "content_generation",
    "input_data": {"topic": "AI Automation", "prompt": "Generate content about AI automation"},
    "template_name": "content_generation",
    "ai_provider": "openai",
}
WHO = {"provider": "openai", "model": "gpt-x", "input_tokens": 10, "output_tokens": 5}


@dataclass
class RunOfAi(Whole):
    """A run that the API started, to its end. ``broken`` are steps whose model is away for good."""

    started: Run | None = None
    broken: set[str] = field(default_factory=set)
    usage: dict[str, Any] = field(default_factory=lambda: dict(WHO))
    seen: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        assert self.started is not None
        self.run = self.started
        frozen = self.stage.versions.read(self.stage.tenant, self.run.workflow_id, self.run.version)
        self.definition = WorkflowDefinition.model_validate(frozen.definition)
        self.asl = compile_definition(self.definition, replace(TARGETS, bucket="documents"))

    def _step(self, order: Any, seconds_left: float) -> dict[str, Any]:
        from docchain.steps.perform import perform

        world = self.stage.world(self._template)
        ai = dict.fromkeys(("ai_generate", "ai_analyze", "ai_summarize", "ai_translate", "ai_extract"), self._ask)
        return perform(order, replace(world, workers={**DOCUMENT, **ai}), seconds_left)

    def _ask(self, asked: NodeCall) -> NodeResult:
        self.seen[asked.node_key] = asked.config
        if asked.node_key in self.broken:
            raise Away("nobody answers")
        output = {"text": f"{asked.node_key} says so", "keywords": [{"text": "bees"}]}
        return NodeResult(output=output, facts={"provider": "openai"}, usage=dict(self.usage))


class Away(PermanentStepError):
    code = "PROVIDER_AUTH_FAILED"


@dataclass
class Client:
    tenant: str
    roles: tuple[str, ...] = ("admin", "user")

    def __call__(self, method: str, path: str = "", body: Any = None, **headers: str) -> tuple[int, Any]:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return call(handler, method, f"{BASE}{path}", body, a_caller(self.tenant, roles=self.roles), sent)

    def made(self, body: dict[str, Any] | None = None, **fields: Any) -> str:
        status, view = self("POST", "", {**(body or FROZEN), **fields})
        assert status == 200, view
        return str(view["workflow_id"])

    def begun(self, workflow_id: str) -> Run:
        status, view = self("POST", f"/{workflow_id}/execute", {"wait_seconds": 0})
        assert status == 200, view
        return Stage(self.tenant).runs.read(self.tenant, view["run_id"])

    def ended(self, workflow_id: str, **how: Any) -> RunOfAi:
        run = RunOfAi(Stage(self.tenant), [], started=self.begun(workflow_id), **how)
        run.run_to_end()
        return run

    def heard(self, run: Run) -> None:
        """What the bus would bring, twice and in no order."""
        items = Stage(self.tenant).runs.table.query_all(f"{self.tenant}#run#{run.id}", prefix="event#", most=1000)
        from docchain.events.models import Event

        facts = [Event.model_validate(item["event"]) for item in items]
        for fact in [*reversed(facts), *facts]:
            follower().follow(fact)


@pytest.fixture
def client(tenant: str) -> Client:
    return Client(tenant)


@pytest.fixture
def stranger(tenant: str) -> Callable[..., tuple[int, Any]]:
    return Client(f"{tenant}x")
