"""Making, changing and deleting AI workflows, each together with the engine's workflow that it is."""

from typing import Any, Final

from docchain.ai_workflows.builtin import chain_of_type
from docchain.ai_workflows.choices import ChoiceRepository
from docchain.ai_workflows.errors import AiWorkflowChanged
from docchain.ai_workflows.executing import Executor
from docchain.ai_workflows.models import (
    ENGINE_BASE,
    AiStatus,
    AiWorkflow,
    Card,
    Provider,
    Template,
    number_of,
)
from docchain.ai_workflows.repository import AiWorkflowRepository
from docchain.ai_workflows.templates import TemplateRepository
from docchain.ai_workflows.writing import Written, written
from docchain.auth.caller import Caller
from docchain.clock import now
from docchain.errors import Conflict, invalid
from docchain.events.changes import changed
from docchain.storage.errors import ConditionFailed
from docchain.storage.idempotency import IdempotencyKey
from docchain.workflows.errors import WorkflowChanged, WorkflowNotFound
from docchain.workflows.models import Draft, Workflow
from docchain.workflows.repository import WorkflowRepository
from functions.api.ai_workflows.schemas import ChangeAiWorkflow, CreateAiWorkflow
from functions.api.ai_workflows.service.events import ai_event, engine_event

PARAMETERS_MOST: Final = 100
TAG: Final = "ai_workflow"
_FOREIGN_NODES_MOST: Final = 50
_TOLD: Final = {"name", "type", "ai_provider", "template_name", "template_version"}


class EngineEdited(Conflict):
    code = "ENGINE_WORKFLOW_EDITED"


def create(
    ai: AiWorkflowRepository,
    engine: WorkflowRepository,
    templates: TemplateRepository,
    choices: ChoiceRepository,
    caller: Caller,
    body: CreateAiWorkflow,
    key: IdempotencyKey | None,
) -> Card:
    """Raises ``StepsInvalid``, ``AiTemplateNotFound``, and what is wrong with the input."""
    tenant_id = caller.tenant_id
    if key and (earlier := key.earlier_answer(engine.table)):
        return ai.read_card(tenant_id, number_of(earlier["workflow_id"]) or 0)
    template = templates.read(tenant_id, body.template_name) if body.template_name else None
    named = "ai_provider" in body.model_fields_set
    provider = template.ai_provider if template and not named else body.ai_provider
    made = written(
        body.steps or (list(template.steps) if template else chain_of_type(body.workflow_type)),
        body.input_data,
        _bounded(body.parameters or {}),
        provider,
        provider_named=named,
        choices=choices.read_all(tenant_id),
    )
    moment = now()
    card = Card(
        number=ai.next_number(tenant_id),
        name=body.name,
        type=body.workflow_type,
        ai_provider=provider,
        step_count=len(made.body.steps),
        created_by=caller.username,
        created_at=moment,
        updated_at=moment,
        **_from_template(template),
    )
    whole = AiWorkflow(card=card, body=made.body)
    after = card.model_dump(mode="json", include=_TOLD)
    told = ai_event("ai_workflow.created", caller, card, **changed(None, after))
    try:
        engine.create(
            tenant_id,
            Draft(workflow=_engine_workflow(card, made, caller), nodes=made.nodes),
            engine_event("workflow.created", caller, card, name=card.name, ai_workflow_id=card.id),
            key,
            ai.creating(tenant_id, whole, told),
        )
    except ConditionFailed:
        if key and (earlier := key.earlier_answer(engine.table)):
            return ai.read_card(tenant_id, number_of(earlier["workflow_id"]) or 0)
        raise
    return card


def change(
    executor: Executor,
    templates: TemplateRepository,
    choices: ChoiceRepository,
    caller: Caller,
    number: int,
    body: ChangeAiWorkflow,
) -> AiWorkflow:
    """Raises ``AiWorkflowBusy`` while it is at work."""
    tenant_id, ai = caller.tenant_id, executor.workflows
    before = ai.read(tenant_id, number)
    asked = body.model_dump(exclude_none=True)
    if not asked:
        return before
    before = before.model_copy(update={"card": executor.idle(tenant_id, before)})
    if set(asked) == {"name"}:
        change = changed({"name": before.card.name}, {"name": body.name})
        event = ai_event("ai_workflow.updated", caller, before.card, fields=["name"], **change)
        return before.model_copy(update={"card": ai.move(tenant_id, before.card, event, name=body.name)})
    template = templates.read(tenant_id, body.template_name) if body.template_name else None
    provider: Provider = body.ai_provider or before.card.ai_provider
    old = before.body
    made = written(
        body.steps or (list(template.steps) if template else old.steps),
        old.input_data if body.input_data is None else body.input_data,
        old.parameters if body.parameters is None else _bounded(body.parameters),
        provider,
        provider_named=old.provider_named or body.ai_provider is not None,
        choices=choices.read_all(tenant_id),
    )
    after = AiWorkflow(card=_anew(before.card, body, provider, template, made), body=made.body)
    _rewrite(ai, executor.control.workflows, caller, before, after, made, sorted(asked))
    return ai.read(tenant_id, number)


def delete(executor: Executor, caller: Caller, number: int) -> None:
    """Its runs and versions stay, as those of any workflow. Raises ``AiWorkflowBusy`` while it is at work."""
    tenant_id, ai, engine = caller.tenant_id, executor.workflows, executor.control.workflows
    card = executor.idle(tenant_id, ai.read(tenant_id, number))
    told = ai_event("ai_workflow.deleted", caller, card, **changed(card.model_dump(mode="json", include=_TOLD), None))
    beside = ai.deleting(tenant_id, card, told)
    try:
        workflow = engine.read(tenant_id, card.engine_id, consistent=True)
        event = engine_event("workflow.deleted", caller, card, name=workflow.name)
        engine.delete(tenant_id, workflow, event, beside)
    except WorkflowNotFound:
        try:
            engine.table.transact(beside)
        except ConditionFailed:
            raise AiWorkflowChanged(card.id) from None
    except WorkflowChanged:
        raise AiWorkflowChanged(card.id) from None


def _rewrite(
    ai: AiWorkflowRepository,
    engine: WorkflowRepository,
    caller: Caller,
    before: AiWorkflow,
    after: AiWorkflow,
    made: Written,
    fields: list[str],
) -> None:
    tenant_id, card = caller.tenant_id, before.card
    draft = engine.read_draft(tenant_id, card.engine_id)
    gone = sorted({n.id for n in draft.nodes} - {n.id for n in made.nodes})
    if len(gone) > _FOREIGN_NODES_MOST:
        raise EngineEdited(f"Workflow {card.engine_id} has {len(gone)} nodes of its own; delete them there first.")
    told = card.model_dump(mode="json", include=_TOLD), after.card.model_dump(mode="json", include=_TOLD)
    event = ai_event("ai_workflow.updated", caller, card, fields=fields, **changed(*told))
    try:
        engine.change_nodes(
            tenant_id,
            draft.workflow,
            put=made.nodes,
            delete=gone,
            node_count=len(made.nodes),
            event=engine_event("workflow.updated", caller, card, fields=["nodes"]),
            beside=ai.changing(tenant_id, card, after, event),
        )
    except (WorkflowChanged, ConditionFailed):
        raise AiWorkflowChanged(card.id) from None


def _anew(before: Card, body: ChangeAiWorkflow, provider: Provider, template: Template | None, made: Written) -> Card:
    """As if it had never run: what its runs left is told by the engine's workflow."""
    fresh: dict[str, Any] = {
        "name": body.name or before.name,
        "status": AiStatus.PENDING,
        "ai_provider": provider,
        "step_count": len(made.body.steps),
        "current_step": 0,
        "progress": 0.0,
        "run_id": None,
        "engine_version": None,
        "error": None,
        "started_at": None,
        "completed_at": None,
        "updated_at": now(),
    }
    if template or body.steps:
        fresh |= {"template_name": None, "template_version": None, **_from_template(template)}
    return before.model_copy(update=fresh)


def _from_template(template: Template | None) -> dict[str, Any]:
    return {"template_name": template.name, "template_version": template.version} if template else {}


def _engine_workflow(card: Card, made: Written, caller: Caller) -> Workflow:
    return Workflow(
        id=ENGINE_BASE + card.number,
        name=card.name,
        description=f"The AI workflow {card.id}.",
        config={"ai_workflow_id": card.id},
        tags=[TAG],
        node_count=len(made.nodes),
        last_node_id=len(made.nodes),
        created_by=caller.username,
        created_at=card.created_at,
        updated_at=card.created_at,
    )


def _bounded(parameters: dict[str, Any]) -> dict[str, Any]:
    if len(parameters) > PARAMETERS_MOST:
        raise invalid("parameters", f"has more than {PARAMETERS_MOST} fields")
    return parameters
