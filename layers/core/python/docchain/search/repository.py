"""Manifests and states of documents, in the table of documents: what is written here can ask for the card there."""

from collections.abc import Iterable
from dataclasses import dataclass

from docchain.clock import epoch
from docchain.documents.keys import card_key
from docchain.search.state import DocumentState, DocumentStatus, Manifest
from docchain.storage.conditions import Attr
from docchain.storage.items import Item
from docchain.storage.table import Action, Page, Table

MANIFEST = "manifest"
GONE_SECONDS = 30 * 24 * 3600
"""A document that is gone is remembered for as long as an order about it may still come."""


@dataclass(frozen=True)
class Situation:
    """Read together and consistently: manifest, cards and states of some documents."""

    manifest: Manifest | None
    cards: dict[str, Item]
    states: dict[str, DocumentState]


@dataclass(frozen=True)
class SearchRepository:
    table: Table

    def manifest(self, tenant_id: str) -> Manifest | None:
        item = self.table.get(_pk(tenant_id), MANIFEST, consistent=True)
        return Manifest.model_validate(item) if item else None

    def situation(self, tenant_id: str, document_ids: Iterable[str]) -> Situation:
        wanted = list(dict.fromkeys(document_ids))
        cards = {card_key(tenant_id, i): i for i in wanted}
        states = {(_pk(tenant_id), _sk(i)): i for i in wanted}
        place = (_pk(tenant_id), MANIFEST)
        found = self.table.get_many([place, *cards, *states], consistent=True)
        manifest = found.get(place)
        return Situation(
            Manifest.model_validate(manifest) if manifest else None,
            {i: found[key] for key, i in cards.items() if key in found},
            {i: DocumentState.model_validate(found[key]) for key, i in states.items() if key in found},
        )

    def replacing(self, tenant_id: str, manifest: Manifest) -> Action:
        """The next revision, if this one still stands."""
        item: Item = {
            "pk": _pk(tenant_id),
            "sk": MANIFEST,
            "entity": "search_manifest",
            **manifest.model_dump(mode="json"),
            "revision": manifest.revision + 1,
        }
        stands = Attr("revision").eq(manifest.revision) if manifest.revision else Attr("pk").not_exists()
        return self.table.putting(item, when=stands)

    def noting(self, tenant_id: str, state: DocumentState) -> Action:
        item: Item = {
            "pk": _pk(tenant_id),
            "sk": _sk(state.document_id),
            "entity": "search_document",
            **state.model_dump(mode="json"),
        }
        if state.status is DocumentStatus.GONE:
            item["expires_at"] = epoch() + GONE_SECONDS
        return self.table.putting(item)

    def standing_card(self, tenant_id: str, document_id: str, sha256: str) -> Action:
        """As a member of a transaction: the card is there still, with this content."""
        return self.table.checking(*card_key(tenant_id, document_id), when=Attr("sha256").eq(sha256))

    def absent_card(self, tenant_id: str, document_id: str) -> Action:
        return self.table.checking(*card_key(tenant_id, document_id), when=Attr("pk").not_exists())

    def states(self, tenant_id: str, *, limit: int, start_key: Item | None) -> tuple[list[DocumentState], Page]:
        page = self.table.query(_pk(tenant_id), prefix="document#", limit=limit, start_key=start_key)
        return [DocumentState.model_validate(i) for i in page.items], page


def _pk(tenant_id: str) -> str:
    return f"{tenant_id}#search"


def _sk(document_id: str) -> str:
    return f"document#{document_id}"
