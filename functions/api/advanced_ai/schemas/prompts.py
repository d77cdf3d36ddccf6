"""Prompts that are kept: what the routes take and give."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from docchain.ai.templates.models import NAME_PATTERN, Prompt, PromptText, Rendered

_TEXT: JsonDict = {
    "template": "Write a polite reply about {{ topic }}{% if short %} in two sentences{% endif %}.",
    "system": "You write for a shop.",
    "variables": [
        {"name": "topic", "type": "string"},
        {"name": "short", "type": "boolean", "default": True, "required": False},
    ],
    "description": "Replies to customers",
}


class CreatePrompt(PromptText):
    """``template`` and ``system`` are Jinja in a sandbox, and use no name that is no variable."""

    name: str = Field(pattern=NAME_PATTERN)

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"name": "reply", **_TEXT}]})


class ReplacePrompt(PromptText):
    """``expected_version``: refused with 409 when somebody has changed it since."""

    expected_version: int | None = Field(None, ge=1)

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{**_TEXT, "expected_version": 1}]})


class PromptView(Prompt):
    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "examples": [
                {
                    "name": "reply",
                    "version": 1,
                    **_TEXT,
                    "created_at": "2026-11-21T09:30:00.000Z",
                    "created_by": "ada",
                }
            ]
        },
    )


class RenderPrompt(BaseModel):
    variables: dict[str, Any] = Field(default_factory=dict)
    version: int | None = Field(None, ge=1)

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"variables": {"topic": "a late delivery"}}]}
    )


class RenderedView(Rendered):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"prompt": "Write a polite reply about a late delivery.", "system": "", "version": "reply@1"}]
        }
    )


class DeletedPrompt(BaseModel):
    message: str

    model_config = ConfigDict(json_schema_extra={"examples": [{"message": "Prompt reply deleted"}]})


def prompt_view(prompt: Prompt) -> PromptView:
    return PromptView.model_validate(prompt.model_dump())
