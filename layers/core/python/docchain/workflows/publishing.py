"""Publishing: a draft that passes its checks becomes a version with a state machine."""

from dataclasses import dataclass
from typing import Any

from docchain.clock import now
from docchain.compiler import Targets, asl_bytes
from docchain.definitions.models import WorkflowDefinition
from docchain.definitions.normalise import normalise
from docchain.events.changes import changed
from docchain.events.models import Event
from docchain.workflows.models import Draft, Version, Workflow
from docchain.workflows.recursion import refuse_itself
from docchain.workflows.run_policy import policy_of
from docchain.workflows.state_machines import StateMachines
from docchain.workflows.versions import VersionRepository


@dataclass(frozen=True)
class Publisher:
    versions: VersionRepository
    machines: StateMachines
    targets: Targets

    def publish(self, tenant_id: str, draft: Draft, actor: str, note: str | None = None) -> Version:
        """The version that runs from now on; the current one when nothing changed since.

        The machine is made before the version that names it: a crash between leaves a machine that nobody uses, which
        housekeeping removes. Raises ``DefinitionInvalid`` with every finding, ``WorkflowChanged``.
        """
        workflow = draft.workflow
        if workflow.published_version and workflow.published_revision == workflow.revision:
            return self.versions.read(tenant_id, workflow.id, workflow.published_version)
        definition = definition_of(draft)
        refuse_itself(definition, workflow.id)
        version = Version(
            workflow_id=workflow.id,
            version=workflow.latest_version + 1,
            revision=workflow.revision,
            content_hash=definition.content_hash,
            definition=definition.model_dump(mode="json"),
            state_machine_arn=self.machine_of(definition),
            note=note,
            created_by=actor,
            created_at=now(),
        )
        self.versions.publish(tenant_id, workflow, version, _published(tenant_id, workflow, version))
        return version

    def roll_back(self, tenant_id: str, workflow: Workflow, to: int, actor: str, note: str | None = None) -> Version:
        """An earlier version's definition as a new version; the draft stays as it is.

        The current version when it says the same already, so a second call changes nothing. Raises
        ``VersionNotFound``, ``WorkflowChanged``.
        """
        frozen = self.versions.read(tenant_id, workflow.id, to)
        current = self.versions.read(tenant_id, workflow.id, workflow.published_version or to)
        if current.content_hash == frozen.content_hash:
            return current
        definition = WorkflowDefinition.model_validate(frozen.definition)
        again = {
            "version": workflow.latest_version + 1,
            # Compiled anew: the workers' addresses may have changed since.
            "state_machine_arn": self.machine_of(definition),
            "note": note,
            "rollback_of": to,
            "created_by": actor,
            "created_at": now(),
        }
        version = frozen.model_copy(update=again)
        event = _published(tenant_id, workflow, version, kind="workflow.rolled_back", rollback_of=to)
        self.versions.publish(tenant_id, workflow, version, event)
        return version

    def restore(self, tenant_id: str, workflow_id: int, version: int) -> str:
        """Makes a version's machine again; the same bytes give the same name."""
        frozen = self.versions.read(tenant_id, workflow_id, version)
        return self.machine_of(WorkflowDefinition.model_validate(frozen.definition))

    def machine_of(self, definition: WorkflowDefinition) -> str:
        return self.machines.ensure(asl_bytes(definition, self.targets))


def definition_of(draft: Draft) -> WorkflowDefinition:
    """Raises ``DefinitionInvalid`` when a field has a wrong shape, ``ValidationFailed`` for the workflow's config."""
    policy = policy_of(draft.workflow.config)
    return normalise([node.as_written() for node in draft.nodes], timeout_seconds=policy.timeout_seconds)


def _published(
    tenant_id: str, workflow: Workflow, version: Version, *, kind: str = "workflow.published", **more: Any
) -> Event:
    return Event(
        type=kind,
        tenant_id=tenant_id,
        subject=f"workflows/{workflow.id}",
        actor=version.created_by,
        data={
            "workflow_id": workflow.id,
            "version": version.version,
            "content_hash": version.content_hash,
            **({"note": version.note} if version.note else {}),
            **more,
            **changed({"version": workflow.published_version}, {"version": version.version}),
        },
    )
