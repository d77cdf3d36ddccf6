"""Prompts in DynamoDB: the newest version under the tenant's list, each version under the prompt."""

from dataclasses import dataclass

from docchain.ai.templates.errors import PromptChanged, PromptExists, PromptNotFound, TooManyPrompts
from docchain.ai.templates.models import PROMPTS_MOST, VERSIONS_MOST, Prompt, PromptText
from docchain.clock import now
from docchain.events.models import Event
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed
from docchain.storage.idempotency import IdempotencyKey
from docchain.storage.items import Item
from docchain.storage.outbox import event_item
from docchain.storage.table import Action, Page, Table

_COUNT = "count"
_HEAD, _ROOM = 0, 1  # positions in the creating transaction


@dataclass(frozen=True)
class PromptRepository:
    table: Table

    def create(self, tenant_id: str, name: str, text: PromptText, actor: str, key: IdempotencyKey | None) -> Prompt:
        """Raises ``PromptExists``, ``TooManyPrompts``."""
        if key and (earlier := key.earlier_answer(self.table)):
            return self.read_version(tenant_id, earlier["name"], earlier["version"])
        prompt = _version(name, 1, text, actor)
        room = Attr("prompts").not_exists() | Attr("prompts").lt(PROMPTS_MOST)
        actions = [
            self.table.putting(_head(tenant_id, prompt), when=Attr("pk").not_exists()),
            self.table.updating(*_counted(tenant_id), set_={"entity": "counter"}, add={"prompts": 1}, when=room),
            self.table.putting(_item(tenant_id, prompt)),
            self.table.putting(event_item(_event("prompt.created", tenant_id, prompt, actor))),
        ]
        if key:
            actions.append(key.recording(self.table, {"name": name, "version": 1}))
        try:
            self.table.transact(actions)
        except ConditionFailed as failed:
            if key and (earlier := key.earlier_answer(self.table)):
                return self.read_version(tenant_id, earlier["name"], earlier["version"])
            if _ROOM in failed.failed and _HEAD not in failed.failed:
                raise TooManyPrompts(PROMPTS_MOST) from None
            raise PromptExists(name) from None
        return prompt

    def replace(self, tenant_id: str, name: str, text: PromptText, actor: str, expected: int | None) -> Prompt:
        """The next version. Raises ``PromptNotFound``, ``PromptChanged`` when ``expected`` is not the newest."""
        newest = self.read(tenant_id, name)
        if expected is not None and expected != newest.version:
            raise PromptChanged(name, newest.version)
        prompt = _version(name, newest.version + 1, text, actor)
        actions: list[Action] = [
            self.table.putting(_head(tenant_id, prompt), when=Attr("version").eq(newest.version)),
            self.table.putting(_item(tenant_id, prompt)),
            self.table.putting(event_item(_event("prompt.updated", tenant_id, prompt, actor))),
        ]
        if prompt.version > VERSIONS_MOST:
            actions.append(self.table.deleting(*_place(tenant_id, name, prompt.version - VERSIONS_MOST)))
        try:
            self.table.transact(actions)
        except ConditionFailed:
            raise PromptChanged(name, self.read(tenant_id, name).version) from None
        return prompt

    def delete(self, tenant_id: str, name: str, actor: str) -> None:
        """With all its versions. Raises ``PromptNotFound``."""
        newest = self.read(tenant_id, name)
        oldest = max(1, newest.version - VERSIONS_MOST + 1)
        actions = [
            self.table.deleting(*_listed(tenant_id, name), when=Attr("version").eq(newest.version)),
            self.table.updating(*_counted(tenant_id), add={"prompts": -1}),
            self.table.putting(event_item(_event("prompt.deleted", tenant_id, newest, actor))),
            *(self.table.deleting(*_place(tenant_id, name, v)) for v in range(oldest, newest.version + 1)),
        ]
        try:
            self.table.transact(actions)
        except ConditionFailed:
            raise PromptChanged(name, self.read(tenant_id, name).version) from None

    def read(self, tenant_id: str, name: str, version: int | None = None) -> Prompt:
        """The newest without ``version``. Raises ``PromptNotFound``."""
        if version is not None:
            return self.read_version(tenant_id, name, version)
        item = self.table.get(*_listed(tenant_id, name), consistent=True)
        if item is None:
            raise PromptNotFound(name)
        return Prompt.model_validate(item)

    def read_version(self, tenant_id: str, name: str, version: int) -> Prompt:
        item = self.table.get(*_place(tenant_id, name, version), consistent=True)
        if item is None:
            raise PromptNotFound(name, version)
        return Prompt.model_validate(item)

    def read_page(self, tenant_id: str, *, limit: int, start_key: Item | None) -> tuple[list[Prompt], Page]:
        """The newest version of each, by name."""
        page = self.table.query(f"{tenant_id}#prompts", limit=limit, start_key=start_key)
        return [Prompt.model_validate(item) for item in page.items], page

    def read_versions(self, tenant_id: str, name: str) -> list[Prompt]:
        """Newest first. Raises ``PromptNotFound``."""
        page = self.table.query(_partition(tenant_id, name), limit=VERSIONS_MOST, forward=False)
        if not page.items:
            raise PromptNotFound(name)
        return [Prompt.model_validate(item) for item in page.items]


def _version(name: str, version: int, text: PromptText, actor: str) -> Prompt:
    return Prompt(name=name, version=version, created_at=now(), created_by=actor, **text.model_dump())


def _partition(tenant_id: str, name: str) -> str:
    return f"{tenant_id}#prompt#{name}"


def _place(tenant_id: str, name: str, version: int) -> tuple[str, str]:
    return _partition(tenant_id, name), f"version#{version:06d}"


def _listed(tenant_id: str, name: str) -> tuple[str, str]:
    return f"{tenant_id}#prompts", name


def _counted(tenant_id: str) -> tuple[str, str]:
    """Beside the list and not in it."""
    return f"{tenant_id}#prompts#{_COUNT}", _COUNT


def _head(tenant_id: str, prompt: Prompt) -> Item:
    pk, sk = _listed(tenant_id, prompt.name)
    return {"pk": pk, "sk": sk, "entity": "prompt", **prompt.model_dump(mode="json")}


def _item(tenant_id: str, prompt: Prompt) -> Item:
    pk, sk = _place(tenant_id, prompt.name, prompt.version)
    return {"pk": pk, "sk": sk, "entity": "prompt_version", **prompt.model_dump(mode="json")}


def _event(kind: str, tenant_id: str, prompt: Prompt, actor: str) -> Event:
    """What a prompt says is not told: it may be long, and is the tenant's own."""
    data = {"name": prompt.name, "version": prompt.version}
    return Event(type=kind, tenant_id=tenant_id, subject=f"prompts/{prompt.name}", actor=actor, data=data)
