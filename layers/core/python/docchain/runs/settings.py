"""The environment that every function which starts runs has in common, and the control built from it."""

from pydantic_settings import BaseSettings

from docchain import aws
from docchain.compiler import Targets
from docchain.runs.concurrency import Slots
from docchain.runs.control import RunControl
from docchain.runs.repository import RunRepository
from docchain.storage.table import Table
from docchain.workflows.publishing import Publisher
from docchain.workflows.repository import WorkflowRepository
from docchain.workflows.state_machines import StateMachines
from docchain.workflows.versions import VersionRepository


class RunSettings(BaseSettings):
    """``*_step`` are ARNs of the worker functions; the error names are comma-joined."""

    workflows_table: str
    runs_table: str
    documents_bucket: str
    state_machine_role: str
    state_machine_prefix: str
    document_step: str
    ai_step: str
    effect_step: str
    control_step: str
    lifecycle_step: str
    transient_errors: str
    throttled_errors: str


def build_control(settings: RunSettings) -> RunControl:
    client = aws.dynamodb()
    targets = Targets(
        workers={
            "document": settings.document_step,
            "ai": settings.ai_step,
            "effect": settings.effect_step,
            "control": settings.control_step,
        },
        lifecycle=settings.lifecycle_step,
        bucket=settings.documents_bucket,
        transient=tuple(settings.transient_errors.split(",")),
        throttled=tuple(settings.throttled_errors.split(",")),
    )
    machines = StateMachines(aws.stepfunctions(), settings.state_machine_prefix, settings.state_machine_role)
    workflows = Table(client, settings.workflows_table)
    runs = Table(client, settings.runs_table)
    return RunControl(
        workflows=WorkflowRepository(workflows),
        publisher=Publisher(VersionRepository(workflows), machines, targets),
        runs=RunRepository(runs),
        slots=Slots(runs),
    )
