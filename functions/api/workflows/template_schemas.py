"""What the template routes take and give."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from docchain.templates.models import RunParameter, Setting, WorkflowTemplate
from functions.api.workflows.schemas import Body, JsonObject, Name


class TemplateSummary(BaseModel):
    """``parameters`` are settled when the template is taken, ``run_parameters`` are what each run is given."""

    name: str
    title: str
    description: str
    tags: list[str]
    node_count: int
    node_types: list[str]
    parameters: dict[str, Setting]
    run_parameters: dict[str, RunParameter]

    @classmethod
    def of(cls, template: WorkflowTemplate) -> "TemplateSummary":
        return cls(
            **template.model_dump(include={"name", "title", "description", "tags"}),
            node_count=len(template.nodes),
            node_types=sorted({n["node_type"] for n in template.nodes}),
            parameters=template.settings,
            run_parameters=template.parameters,
        )


class TemplateDetail(TemplateSummary):
    nodes: list[dict[str, Any]]


class TakeTemplate(Body):
    name: Name | None = Field(None, description="Of the workflow; absent: the template's title.")
    parameters: JsonObject = Field(default_factory=dict, description="Those that the template lists.")

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"name": "Invoices of the north office"}]},
    )
