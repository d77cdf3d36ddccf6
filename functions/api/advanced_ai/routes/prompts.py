"""Routes of the prompts that a tenant keeps."""

from typing import Annotated

from fastapi import APIRouter, Body, Path, Query, Request, Response

from docchain.ai.templates.models import NAME_PATTERN
from docchain.entrypoints.idempotency import Idempotency
from docchain.entrypoints.openapi import ERROR_RESPONSES
from docchain.entrypoints.paging import Pages, link_next
from docchain.storage.cursors import from_cursor, to_cursor
from functions.api.advanced_ai.dependencies import CanRead, CanWrite, Prompts
from functions.api.advanced_ai.schemas.prompts import (
    CreatePrompt,
    DeletedPrompt,
    PromptView,
    RenderedView,
    RenderPrompt,
    ReplacePrompt,
    prompt_view,
)
from functions.api.advanced_ai.service import prompts as service

router = APIRouter(prefix="/api/v3/advanced/ai/prompts", tags=["advanced ai"], responses=ERROR_RESPONSES)
Name = Annotated[str, Path(alias="prompt_name", pattern=NAME_PATTERN)]


@router.post("", summary="Keep a prompt under a name")
async def create_prompt(body: CreatePrompt, caller: CanWrite, prompts: Prompts, key: Idempotency) -> PromptView:
    return prompt_view(service.create(prompts, caller, body, key))


@router.get("", summary="List prompts by name, the newest version of each")
async def list_prompts(
    request: Request, response: Response, caller: CanRead, prompts: Prompts, pages: Pages
) -> list[PromptView]:
    scope = f"prompts/{caller.tenant_id}"
    start = from_cursor(pages.cursor, scope)
    found, page = prompts.read_page(caller.tenant_id, limit=pages.limit, start_key=start)
    link_next(request, response, to_cursor(page.next_key, scope))
    return [prompt_view(prompt) for prompt in found]


@router.get("/{prompt_name}", summary="Read a prompt, the newest version or a certain one")
async def read_prompt(
    name: Name, caller: CanRead, prompts: Prompts, version: Annotated[int | None, Query(ge=1)] = None
) -> PromptView:
    return prompt_view(prompts.read(caller.tenant_id, name, version))


@router.get("/{prompt_name}/versions", summary="List a prompt's versions, newest first, at most fifty")
async def list_versions(name: Name, caller: CanRead, prompts: Prompts) -> list[PromptView]:
    return [prompt_view(prompt) for prompt in prompts.read_versions(caller.tenant_id, name)]


@router.put("/{prompt_name}", summary="Make a new version of a prompt")
async def replace_prompt(name: Name, body: ReplacePrompt, caller: CanWrite, prompts: Prompts) -> PromptView:
    return prompt_view(service.replace(prompts, caller, name, body))


@router.delete("/{prompt_name}", summary="Delete a prompt with all its versions")
async def delete_prompt(name: Name, caller: CanWrite, prompts: Prompts) -> DeletedPrompt:
    prompts.delete(caller.tenant_id, name, caller.username)
    return DeletedPrompt(message=f"Prompt {name} deleted")


@router.post("/{prompt_name}/render", summary="See what a prompt says with certain variables; no model is asked")
async def render_prompt(
    name: Name, caller: CanRead, prompts: Prompts, body: Annotated[RenderPrompt | None, Body()] = None
) -> RenderedView:
    return service.render(prompts, caller, name, body or RenderPrompt())
