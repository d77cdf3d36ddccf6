"""Routes of templates: workflows to begin with."""

from typing import Annotated

from fastapi import APIRouter, Body, Path

from docchain.entrypoints.idempotency import Idempotency
from docchain.entrypoints.openapi import ERROR_RESPONSES
from docchain.templates.catalogue import all_templates, template_named
from functions.api.workflows.dependencies import CanRead, CanWrite, Workflows
from functions.api.workflows.schemas import WorkflowView
from functions.api.workflows.service.portable import take_template
from functions.api.workflows.template_schemas import TakeTemplate, TemplateDetail, TemplateSummary

router = APIRouter(prefix="/api/v3/workflows/templates", tags=["workflows"], responses=ERROR_RESPONSES)
TemplateName = Annotated[str, Path(min_length=1, max_length=60)]


@router.get("", summary="Workflows to begin with")
async def list_templates(_: CanRead) -> list[TemplateSummary]:
    return [TemplateSummary.of(t) for t in all_templates().values()]


@router.get("/{template_name}", summary="A template with its nodes")
async def read_template(template_name: TemplateName, _: CanRead) -> TemplateDetail:
    template = template_named(template_name)
    return TemplateDetail(**TemplateSummary.of(template).model_dump(), nodes=list(template.nodes))


@router.post("/{template_name}", summary="A workflow of one's own from a template")
async def create_from_template(
    template_name: TemplateName,
    caller: CanWrite,
    workflows: Workflows,
    key: Idempotency,
    body: Annotated[TakeTemplate | None, Body()] = None,
) -> WorkflowView:
    order = body or TakeTemplate()
    template = template_named(template_name)
    return WorkflowView.of(take_template(workflows, caller, template, order.name, order.parameters, key))
