"""Publishing: a draft that passes its checks becomes a version with a state machine."""

from dataclasses import dataclass

from docchain.clock import now
from docchain.compiler import Targets, asl_bytes
from docchain.definitions.models import WorkflowDefinition
from docchain.definitions.normalise import normalise
from docchain.events.changes import changed
from docchain.events.models import Event
from docchain.workflows.models import Draft, Version, Workflow
from docchain.workflows.state_machines import StateMachines
from docchain.workflows.versions import VersionRepository


@dataclass(frozen=True)
class Publisher:
    versions: VersionRepository
    machines: StateMachines
    targets: Targets

    def publish(self, tenant_id: str, draft: Draft, actor: str) -> Version:
        """The version that runs from now on; the current one when nothing changed since.

        The machine is made before the version that names it: a crash between leaves a machine that nobody uses, which
        housekeeping removes. Raises ``DefinitionInvalid`` with every finding, ``WorkflowChanged``.
        """
        workflow = draft.workflow
        if workflow.published_version and workflow.published_revision == workflow.revision:
            return self.versions.read(tenant_id, workflow.id, workflow.published_version)
        definition = definition_of(draft)
        version = Version(
            workflow_id=workflow.id,
            version=workflow.latest_version + 1,
            revision=workflow.revision,
            content_hash=definition.content_hash,
            definition=definition.model_dump(mode="json"),
            state_machine_arn=self.machine_of(definition),
            created_by=actor,
            created_at=now(),
        )
        self.versions.publish(tenant_id, workflow, version, _published(tenant_id, workflow, version))
        return version

    def restore(self, tenant_id: str, workflow_id: int, version: int) -> str:
        """Makes a version's machine again; the same bytes give the same name."""
        frozen = self.versions.read(tenant_id, workflow_id, version)
        return self.machine_of(WorkflowDefinition.model_validate(frozen.definition))

    def machine_of(self, definition: WorkflowDefinition) -> str:
        return self.machines.ensure(asl_bytes(definition, self.targets))


def definition_of(draft: Draft) -> WorkflowDefinition:
    """Raises ``DefinitionInvalid`` when a field has a wrong shape."""
    return normalise([node.as_written() for node in draft.nodes])


def _published(tenant_id: str, workflow: Workflow, version: Version) -> Event:
    return Event(
        type="workflow.published",
        tenant_id=tenant_id,
        subject=f"workflows/{workflow.id}",
        actor=version.created_by,
        data={
            "workflow_id": workflow.id,
            "version": version.version,
            "content_hash": version.content_hash,
            **changed({"version": workflow.published_version}, {"version": version.version}),
        },
    )
