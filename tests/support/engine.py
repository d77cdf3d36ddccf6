"""A workflow version and a run on moto, and steps performed on them as Step Functions would."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import boto3

from docchain.clock import now
from docchain.definitions.models import WorkflowDefinition
from docchain.definitions.normalise import normalise
from docchain.documents.repository import DocumentRepository
from docchain.documents.store import ContentStore
from docchain.events.models import Event
from docchain.runs.models import Run, StepOrder
from docchain.runs.records import RecordRepository
from docchain.runs.repository import RunRepository
from docchain.steps.call import NodeCall, NodeResult
from docchain.steps.perform import perform
from docchain.steps.world import StepWorld
from docchain.storage.table import Table
from docchain.workflows.definitions import DefinitionReader
from docchain.workflows.models import Draft, Version, Workflow
from docchain.workflows.repository import WorkflowRepository
from docchain.workflows.versions import VersionRepository

Work = Callable[[NodeCall], NodeResult]


@dataclass
class Stage:
    """One tenant's engine. ``calls`` counts how often each node's worker was entered."""

    tenant: str
    calls: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        client = boto3.client("dynamodb")
        self.workflows = WorkflowRepository(Table(client, "workflows"))
        self.versions = VersionRepository(Table(client, "workflows"))
        self.runs = RunRepository(Table(client, "runs"))
        self.records = RecordRepository(Table(client, "runs"))
        self.documents = DocumentRepository(Table(client, "documents"))
        self.contents = ContentStore(boto3.client("s3"), "documents")

    def started(self, nodes: list[dict[str, Any]], params: dict[str, Any] | None = None, **fields: Any) -> Run:
        definition = normalise(nodes)
        workflow_id = self.published(definition)
        run = Run(
            id=self.runs.next_id(self.tenant),
            workflow_id=workflow_id,
            version=1,
            params=params or {},
            state_machine_arn="arn:aws:states:us-east-1:123456789012:stateMachine:docchain-test-x",
            started_by="ada",
            started_at=now(),
            **fields,
        )
        self.runs.create(self.tenant, run)
        return run

    def published(self, definition: WorkflowDefinition) -> int:
        moment = now()
        workflow = Workflow(
            id=self.workflows.next_id(self.tenant),
            name="w",
            created_by="ada",
            created_at=moment,
            updated_at=moment,
        )
        event = Event(type="test", tenant_id=self.tenant, subject="w")
        self.workflows.create(self.tenant, Draft(workflow=workflow, nodes=[]), event)
        version = Version(
            workflow_id=workflow.id,
            version=1,
            revision=1,
            content_hash=definition.content_hash,
            definition=definition.model_dump(mode="json"),
            state_machine_arn="arn:aws:states:us-east-1:123456789012:stateMachine:docchain-test-x",
            created_by="ada",
            created_at=moment,
        )
        self.versions.publish(self.tenant, workflow, version, event)
        return workflow.id

    def world(self, work: Work) -> StepWorld:
        def counted(call: NodeCall) -> NodeResult:
            self.calls.append(call.node_key)
            return work(call)

        return StepWorld(
            records=self.records,
            definitions=DefinitionReader(self.versions),
            documents=self.documents,
            contents=self.contents,
            workers=dict.fromkeys(("document_extract", "document_template", "document_render", "ai_generate"), counted),
            memory_mb=512,
            architecture="x86_64",
        )

    def order(self, run: Run, node: str, **fields: Any) -> StepOrder:
        known = {"tenant": self.tenant, "run": run.id, "workflow": run.workflow_id, "version": run.version}
        return StepOrder(**known, node=node, **{"generation": run.generation, **fields})

    def perform(self, run: Run, node: str, work: Work, **fields: Any) -> dict[str, Any]:
        return self.perform_in(self.world(work), run, node, **fields)

    def perform_in(self, world: StepWorld, run: Run, node: str, **fields: Any) -> dict[str, Any]:
        """In a world that lives on, as a warm process does."""
        return perform(self.order(run, node, **fields), world, 30.0)

    def record(self, run: Run, node: str) -> Any:
        return {r.key: r for r in self.runs.read_records(self.tenant, run.id)}.get(node)

    def event_types(self, run: Run) -> list[str]:
        items = self.runs.table.query_all(f"{self.tenant}#run#{run.id}", prefix="event#", most=1000)
        return sorted(i["event"]["type"] for i in items)
