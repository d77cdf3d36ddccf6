"""Finding workflows without reading all: one list is walked, the other wishes are looked at on the way."""

from dataclasses import dataclass
from typing import Any, Literal

from docchain.storage.items import Item
from docchain.storage.table import Table
from docchain.workflows import keys
from docchain.workflows.models import Workflow, WorkflowStatus
from docchain.workflows.words import words_of

Sort = Literal["id", "-id", "created_at", "-created_at", "name", "-name"]

# How many workflows one request looks at for those that are wanted; the next page goes on from there.
EXAMINED_MOST = 1000
_BATCH = 100


@dataclass(frozen=True)
class Wanted:
    """``words`` come from ``asked_words``. Without ``sort``: as searched, else by id."""

    tag: str | None = None
    status: WorkflowStatus | None = None
    words: tuple[str, ...] = ()
    sort: Sort | None = None

    @property
    def everything(self) -> bool:
        return not (self.tag or self.status or self.words)

    def fits(self, workflow: Workflow) -> bool:
        if (self.tag and self.tag not in workflow.tags) or (self.status and workflow.status != self.status):
            return False
        has = words_of(workflow.name, workflow.description) if self.words else ()
        return all(any(word.startswith(asked) for word in has) for asked in self.words)


@dataclass(frozen=True)
class _Walk:
    """``by_word``: the word asked for, when a workflow may stand in the list more than once."""

    pk: str
    prefix: str = ""
    by_word: str | None = None
    whole: bool = False


def find_workflows(
    table: Table, tenant_id: str, wanted: Wanted, *, limit: int, skip: int = 0, start: Item | None = None
) -> tuple[list[Workflow], Item | None]:
    """Some that fit, and where to go on. Fewer than ``limit`` do not mean that there are no more: the key does."""
    walk = _walk_of(tenant_id, wanted)
    left = int(start.pop("skip", 0)) if start else skip
    found: list[Workflow] = []
    examined = 0
    while True:
        # Where all fit, exactly as many are read as are wanted.
        batch = left + limit - len(found) if walk.whole and wanted.everything else _BATCH
        page = _query(table, walk, wanted, batch, start)
        for item, workflow in _behind(table, tenant_id, walk, page.items):
            examined += 1
            if workflow is None or not (wanted.fits(workflow) and _first_place(walk, item, workflow)):
                continue
            if left:
                left -= 1
                continue
            found.append(workflow)
            if len(found) == limit:
                more = page.next_key is not None or item is not page.items[-1]
                return found, _key_of(item, walk) if more else None
        start = page.next_key
        if start is None:
            return found, None
        if not wanted.everything and examined >= EXAMINED_MOST:
            return found, {**start, "skip": left}


def _walk_of(tenant_id: str, wanted: Wanted) -> _Walk:
    if wanted.words and wanted.sort is None:
        word = wanted.words[0]
        return _Walk(keys.word_list(tenant_id, word), prefix=word, by_word=word)
    if wanted.sort in ("name", "-name"):
        return _Walk(keys.name_list(tenant_id))
    if wanted.tag:
        return _Walk(keys.tag_list(tenant_id, wanted.tag))
    if wanted.status:
        return _Walk(keys.status_list(tenant_id, wanted.status))
    return _Walk(keys.tenant_list(tenant_id), whole=True)


def _query(table: Table, walk: _Walk, wanted: Wanted, batch: int, start: Item | None) -> Any:
    forward = not (wanted.sort or "").startswith("-")
    if walk.whole:
        index: dict[str, Any] = {"index": keys.BY_TENANT, "index_keys": keys.INDEX_KEYS}
    else:
        index = {"prefix": walk.prefix}
    return table.query(walk.pk, limit=batch, start_key=start, forward=forward, **index)


def _behind(table: Table, tenant_id: str, walk: _Walk, items: list[Item]) -> list[tuple[Item, Workflow | None]]:
    if walk.whole:
        return [(item, Workflow.model_validate(item)) for item in items]
    heads = {item["workflow_id"]: (keys.partition(tenant_id, item["workflow_id"]), keys.HEAD) for item in items}
    found = table.get_many(heads.values())
    alive = {k: h for k, h in found.items() if h["status"] != WorkflowStatus.DELETED}
    return [
        (item, Workflow.model_validate(alive[key]) if (key := heads[item["workflow_id"]]) in alive else None)
        for item in items
    ]


def _first_place(walk: _Walk, item: Item, workflow: Workflow) -> bool:
    """A workflow with two words of one beginning is shown where the first of them stands."""
    if walk.by_word is None:
        return True
    fitting = [w for w in words_of(workflow.name, workflow.description) if w.startswith(walk.by_word)]
    return bool(item["word"] == min(fitting))


def _key_of(item: Item, walk: _Walk) -> Item:
    names = ("pk", "sk", *keys.INDEX_KEYS) if walk.whole else ("pk", "sk")
    return {name: item[name] for name in names}
