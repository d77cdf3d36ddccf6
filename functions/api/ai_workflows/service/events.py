"""Facts about AI workflows, their templates and choices, as the outbox wants them."""

from typing import Any

from docchain.ai_workflows.models import Card
from docchain.auth.caller import Caller
from docchain.events.models import Event


def ai_event(kind: str, caller: Caller, card: Card, **data: Any) -> Event:
    return _event(kind, caller, f"ai-workflows/{card.id}", ai_workflow_id=card.id, **data)


def engine_event(kind: str, caller: Caller, card: Card, **data: Any) -> Event:
    return _event(kind, caller, f"workflows/{card.engine_id}", workflow_id=card.engine_id, **data)


def template_event(kind: str, caller: Caller, name: str, **data: Any) -> Event:
    return _event(kind, caller, f"ai-workflows/templates/{name}", template_name=name, **data)


def choice_event(kind: str, caller: Caller, task: str, **data: Any) -> Event:
    return _event(kind, caller, f"ai-workflows/choices/{task}", task=task, **data)


def _event(kind: str, caller: Caller, subject: str, **data: Any) -> Event:
    return Event(type=kind, tenant_id=caller.tenant_id, subject=subject, actor=caller.username, data=data)
