"""A tenant's own templates of AI workflows."""

from typing import Any

from docchain.ai_workflows.builtin import TEMPLATES
from docchain.ai_workflows.models import Template
from docchain.ai_workflows.step_parameters import check_steps
from docchain.ai_workflows.templates import TemplateRepository
from docchain.auth.caller import Caller
from docchain.clock import now
from docchain.errors import Conflict
from docchain.events.changes import changed
from docchain.storage.idempotency import IdempotencyKey
from functions.api.ai_workflows.service.events import template_event
from functions.api.ai_workflows.template_schemas import ChangeTemplate

_TOLD = {"description", "steps", "ai_provider", "estimated_time"}


class TemplateBuiltIn(Conflict):
    code = "AI_TEMPLATE_BUILT_IN"


def create(templates: TemplateRepository, caller: Caller, new: Template, key: IdempotencyKey | None) -> Template:
    """Raises ``StepsInvalid``, ``AiTemplateExists``, ``AiTemplatesFull``."""
    if key and (earlier := key.earlier_answer(templates.table)):
        return templates.read(caller.tenant_id, earlier["name"])
    check_steps(new.steps)
    moment = now()
    new = new.model_copy(update={"created_by": caller.username, "created_at": moment, "updated_at": moment})
    event = template_event("ai_template.created", caller, new.name, **changed(None, _card(new)))
    return templates.create(caller.tenant_id, new, event, key)


def change(templates: TemplateRepository, caller: Caller, name: str, body: ChangeTemplate) -> Template:
    """A new version, unless nothing changes. Raises ``TemplateBuiltIn``, ``StepsInvalid``."""
    before = _own(templates, caller, name)
    given = {field: value for field in body.model_fields_set if (value := getattr(body, field)) is not None}
    after = before.model_copy(update={**given, "updated_at": now()})
    if _card(after) == _card(before):
        return before
    check_steps(after.steps)
    change = changed(_card(before), _card(after))
    event = template_event("ai_template.updated", caller, name, version=before.version + 1, **change)
    return templates.change(caller.tenant_id, before, after, event)


def delete(templates: TemplateRepository, caller: Caller, name: str) -> None:
    """What was made from it keeps its steps. Raises ``TemplateBuiltIn``."""
    before = _own(templates, caller, name)
    event = template_event("ai_template.deleted", caller, name, **changed(_card(before), None))
    templates.delete(caller.tenant_id, before, event)


def _own(templates: TemplateRepository, caller: Caller, name: str) -> Template:
    if name in TEMPLATES:
        raise TemplateBuiltIn(f"{name!r} is one of ours and stays as it is; make one of your own from its steps.")
    return templates.read(caller.tenant_id, name)


def _card(template: Template) -> dict[str, Any]:
    return template.model_dump(mode="json", include=_TOLD)
