"""A tenant's own templates: each change is a version, and what was made from one keeps its steps."""

from dataclasses import dataclass
from typing import Final

from docchain.ai_workflows import keys
from docchain.ai_workflows.builtin import TEMPLATES
from docchain.ai_workflows.errors import AiTemplateExists, AiTemplateNotFound, AiTemplatesFull, AiWorkflowChanged
from docchain.ai_workflows.models import Template
from docchain.events.models import Event
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed
from docchain.storage.idempotency import IdempotencyKey
from docchain.storage.items import Item
from docchain.storage.outbox import event_item
from docchain.storage.table import Table

TEMPLATES_MOST: Final = 100


@dataclass(frozen=True)
class TemplateRepository:
    table: Table

    def read_all(self, tenant_id: str) -> dict[str, Template]:
        """Ours first, then the tenant's by name."""
        items = self.table.query_all(keys.templates(tenant_id), most=10 * TEMPLATES_MOST, consistent=True)
        own = [Template.model_validate(item) for item in items if not item.get("deleted")]
        return {**TEMPLATES, **{template.name: template for template in own}}

    def read(self, tenant_id: str, name: str) -> Template:
        """Raises ``AiTemplateNotFound``."""
        if name in TEMPLATES:
            return TEMPLATES[name]
        item = self._head(tenant_id, name)
        if item is None or item.get("deleted"):
            raise AiTemplateNotFound(name)
        return Template.model_validate(item)

    def read_versions(self, tenant_id: str, name: str, limit: int) -> list[Template]:
        """Newest first; also of a template that was deleted, whose versions stand in what was made from them."""
        if name in TEMPLATES:
            return [TEMPLATES[name]]
        pk, _ = keys.template_version(tenant_id, name, 0)
        found = [Template.model_validate(i) for i in self.table.query(pk, limit=limit, forward=False).items]
        if not found:
            raise AiTemplateNotFound(name)
        return found

    def create(self, tenant_id: str, template: Template, event: Event, key: IdempotencyKey | None) -> Template:
        """A name that was deleted goes on counting its versions. Raises ``AiTemplateExists``, ``AiTemplatesFull``."""
        head = self._head(tenant_id, template.name)
        if template.name in TEMPLATES or (head and not head.get("deleted")):
            raise AiTemplateExists(template.name)
        template = template.model_copy(update={"version": int(head["version"]) + 1 if head else 1})
        same = Attr("version").eq(head["version"]) & Attr("deleted").eq(True) if head else Attr("pk").not_exists()
        room = Attr("templates").not_exists() | Attr("templates").lt(TEMPLATES_MOST)
        told = {"entity": "ai_workflow_stats"}
        actions = [
            self.table.putting(_head_item(tenant_id, template), when=same),
            self.table.updating(*keys.stats(tenant_id), set_=told, add={"templates": 1}, when=room),
            self.table.putting(_version_item(tenant_id, template)),
            self.table.putting(event_item(event)),
        ]
        if key:
            actions.append(key.recording(self.table, {"name": template.name}))
        try:
            self.table.transact(actions)
        except ConditionFailed as error:
            if 1 in error.failed:
                raise AiTemplatesFull(TEMPLATES_MOST) from None
            if key and (earlier := key.earlier_answer(self.table)):
                return self.read(tenant_id, earlier["name"])
            raise AiTemplateExists(template.name) from None
        return template

    def change(self, tenant_id: str, before: Template, after: Template, event: Event) -> Template:
        """The next version. Raises ``AiWorkflowChanged`` when somebody else was faster."""
        after = after.model_copy(update={"version": before.version + 1})
        same = Attr("version").eq(before.version) & Attr("deleted").not_exists()
        try:
            self.table.transact(
                [
                    self.table.putting(_head_item(tenant_id, after), when=same),
                    self.table.putting(_version_item(tenant_id, after)),
                    self.table.putting(event_item(event)),
                ]
            )
        except ConditionFailed:
            raise AiWorkflowChanged(f"The template {before.name!r}") from None
        return after

    def delete(self, tenant_id: str, before: Template, event: Event) -> None:
        pk, sk = keys.templates(tenant_id), before.name
        same = Attr("version").eq(before.version) & Attr("deleted").not_exists()
        try:
            self.table.transact(
                [
                    self.table.updating(pk, sk, set_={"deleted": True}, when=same),
                    self.table.updating(*keys.stats(tenant_id), add={"templates": -1}),
                    self.table.putting(event_item(event)),
                ]
            )
        except ConditionFailed:
            raise AiWorkflowChanged(f"The template {before.name!r}") from None

    def _head(self, tenant_id: str, name: str) -> Item | None:
        return self.table.get(keys.templates(tenant_id), name, consistent=True)


def _head_item(tenant_id: str, template: Template) -> Item:
    place = {"pk": keys.templates(tenant_id), "sk": template.name}
    return {**place, "entity": "ai_template", **template.model_dump(mode="json")}


def _version_item(tenant_id: str, template: Template) -> Item:
    pk, sk = keys.template_version(tenant_id, template.name, template.version)
    return {"pk": pk, "sk": sk, "entity": "ai_template_version", **template.model_dump(mode="json")}
