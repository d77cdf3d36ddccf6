"""The items of a foreach: kept by their content in pages, so that each step reads one page and not all of them."""

import json
from functools import lru_cache
from typing import Any

from docchain.documents.store import ContentStore
from docchain.errors import PermanentStepError
from docchain.runs.models import ItemPage, ItemPages, NodeRecord
from docchain.steps.hashing import canonical

PAGE_BYTES = 256 * 1024
PAGE_ITEMS = 500


class ItemMissing(PermanentStepError):
    code = "ITEM_MISSING"


def store_items(contents: ContentStore, tenant_id: str, items: list[Any]) -> ItemPages:
    pages = []
    first, size = 0, 0
    for index, item in enumerate(items):
        length = len(canonical(item))
        if index > first and (size + length > PAGE_BYTES or index - first == PAGE_ITEMS):
            pages.append(_stored(contents, tenant_id, first, items[first:index]))
            first, size = index, 0
        size += length
    if items:
        pages.append(_stored(contents, tenant_id, first, items[first:]))
    return ItemPages(count=len(items), pages=pages)


def read_item(contents: ContentStore, tenant_id: str, record: NodeRecord | None, index: int) -> Any:
    """Raises ``ItemMissing`` for one that the foreach was not prepared with."""
    if record is None or record.items is None or not 0 <= index < record.items.count:
        raise ItemMissing(f"There is no item {index}: the foreach was not prepared with it.")
    page = next(page for page in reversed(record.items.pages) if page.first <= index)
    return _page(contents, tenant_id, page.sha256)[index - page.first]


def store_manifest(contents: ContentStore, tenant_id: str, indexes: list[int]) -> str:
    """The S3 key of the numbers that a distributed map goes over."""
    return contents.put_manifest(tenant_id, canonical(indexes))


def _stored(contents: ContentStore, tenant_id: str, first: int, items: list[Any]) -> ItemPage:
    return ItemPage(first=first, sha256=contents.put_result(tenant_id, canonical(items)))


# A page never changes, and a process works on many items of the same one: 16 pages are 4 MB.
@lru_cache(maxsize=16)
def _page(contents: ContentStore, tenant_id: str, sha256: str) -> list[Any]:
    page: list[Any] = json.loads(contents.get_result(tenant_id, sha256))
    return page
