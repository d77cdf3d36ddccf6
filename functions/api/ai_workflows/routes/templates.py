"""Routes of AI templates."""

from typing import Annotated

from fastapi import APIRouter, Body, Path, Query

from docchain.ai_workflows.models import Provider, Template
from docchain.entrypoints.idempotency import Idempotency
from docchain.entrypoints.openapi import ERROR_RESPONSES
from functions.api.ai_workflows.dependencies import CanRead, CanWrite, Templates
from functions.api.ai_workflows.schemas import TEMPLATE_NAME, Message, Steps
from functions.api.ai_workflows.service import templates as service
from functions.api.ai_workflows.template_schemas import ChangeTemplate, StepList, TemplateKept, TemplateView

router = APIRouter(prefix="/api/v3/ai-workflows/templates", tags=["ai-workflows"], responses=ERROR_RESPONSES)
TemplatePath = Annotated[str, Path(min_length=1, max_length=100)]


@router.get("", summary="Templates by name: ours, and the tenant's own")
async def list_ai_templates(caller: CanRead, templates: Templates) -> dict[str, TemplateView]:
    return {name: TemplateView.of(t) for name, t in templates.read_all(caller.tenant_id).items()}


@router.post("", summary="Make a template of one's own")
async def create_ai_template(
    caller: CanWrite,
    templates: Templates,
    key: Idempotency,
    body: Annotated[Steps | StepList, Body(openapi_examples={"steps": {"value": [{"ai_task": "analyze_text"}]}})],
    name: Annotated[str, Query(pattern=TEMPLATE_NAME)],
    description: Annotated[str, Query(max_length=2000)] = "",
    ai_provider: Annotated[Provider, Query()] = "openai",
    estimated_time: Annotated[int, Query(ge=1, le=86_400)] = 30,
) -> TemplateKept:
    steps = body.steps if isinstance(body, StepList) else body
    new = Template(
        name=name, description=description, steps=steps, ai_provider=ai_provider, estimated_time=estimated_time
    )
    made = service.create(templates, caller, new, key)
    return TemplateKept(template_name=made.name, message="Template created.", status="created", version=made.version)


@router.get("/{ai_template_name}", summary="A template as it is now")
async def read_ai_template(ai_template_name: TemplatePath, caller: CanRead, templates: Templates) -> TemplateView:
    return TemplateView.of(templates.read(caller.tenant_id, ai_template_name))


@router.get("/{ai_template_name}/versions", summary="What a template was, newest first")
async def list_ai_template_versions(
    ai_template_name: TemplatePath,
    caller: CanRead,
    templates: Templates,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> list[TemplateView]:
    return [TemplateView.of(t) for t in templates.read_versions(caller.tenant_id, ai_template_name, limit)]


@router.put("/{ai_template_name}", summary="A new version of a template of one's own")
async def change_ai_template(
    ai_template_name: TemplatePath, body: ChangeTemplate, caller: CanWrite, templates: Templates
) -> TemplateView:
    return TemplateView.of(service.change(templates, caller, ai_template_name, body))


@router.delete("/{ai_template_name}", summary="Delete a template of one's own; what was made from it stays")
async def delete_ai_template(ai_template_name: TemplatePath, caller: CanWrite, templates: Templates) -> Message:
    service.delete(templates, caller, ai_template_name)
    return Message(message="Template deleted.")
