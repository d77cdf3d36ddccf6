"""Frozen definitions, read once per process: a version never changes."""

from dataclasses import dataclass, field

from docchain.definitions.models import WorkflowDefinition
from docchain.workflows.versions import VersionRepository

KEPT = 200


@dataclass(frozen=True)
class DefinitionReader:
    versions: VersionRepository
    known: dict[tuple[str, int, int], WorkflowDefinition] = field(default_factory=dict, repr=False)

    def read(self, tenant_id: str, workflow_id: int, version: int) -> WorkflowDefinition:
        """Raises ``VersionNotFound``."""
        key = (tenant_id, workflow_id, version)
        if key not in self.known:
            frozen = self.versions.read(*key)
            if len(self.known) >= KEPT:
                self.known.pop(next(iter(self.known)))  # the oldest; a dict keeps its order
            self.known[key] = WorkflowDefinition.model_validate(frozen.definition)
        return self.known[key]
