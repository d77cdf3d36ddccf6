"""Prompts are checked before they are kept: what is kept can be rendered."""

from docchain.ai.templates.models import Prompt, PromptText
from docchain.ai.templates.rendering import check_prompt, rendered
from docchain.ai.templates.repository import PromptRepository
from docchain.auth.caller import Caller
from docchain.storage.idempotency import IdempotencyKey
from functions.api.advanced_ai.schemas.prompts import CreatePrompt, RenderedView, RenderPrompt, ReplacePrompt


def create(prompts: PromptRepository, caller: Caller, body: CreatePrompt, key: IdempotencyKey | None) -> Prompt:
    return prompts.create(caller.tenant_id, body.name, _text(body), caller.username, key)


def replace(prompts: PromptRepository, caller: Caller, name: str, body: ReplacePrompt) -> Prompt:
    return prompts.replace(caller.tenant_id, name, _text(body), caller.username, body.expected_version)


def render(prompts: PromptRepository, caller: Caller, name: str, body: RenderPrompt) -> RenderedView:
    found = rendered(prompts.read(caller.tenant_id, name, body.version), body.variables)
    return RenderedView.model_validate(found.model_dump())


def _text(body: PromptText) -> PromptText:
    text = PromptText.model_validate(body.model_dump(include=set(PromptText.model_fields)))
    check_prompt(text)
    return text
