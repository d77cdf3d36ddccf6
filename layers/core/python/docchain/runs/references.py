"""Which documents runs may still read: every id that stands in what they were given, ran, made and wait with.

Read as text, since an id may have come from anywhere: a parameter, a model, a call outside, the author of the workflow.
"""

import json
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from docchain.documents.store import ContentStore
from docchain.runs import keys
from docchain.storage.items import Item
from docchain.storage.table import Table
from docchain.workflows.definitions import DefinitionReader
from docchain.workflows.errors import VersionNotFound

_DOCUMENT_ID: Final = re.compile(r"doc_[\w-]+")


class OutOfTime(Exception):  # never leaves the job that asks: a document that may be named stays
    """Not all runs were looked at."""


@dataclass(frozen=True)
class References:
    runs: Table
    definitions: DefinitionReader
    contents: ContentStore

    def named_by(self, tenant_id: str, run_ids: Iterable[int], deadline: float) -> set[str]:
        """Ids of documents, whether there is one or not. ``deadline`` is in ``time.monotonic()`` seconds.

        A run that replays another takes over its records as it goes, so those count as its own. Raises ``OutOfTime``.
        """
        named: set[str] = set()
        waiting, seen = list(run_ids), set[int]()
        while waiting:
            if time.monotonic() > deadline:
                raise OutOfTime
            run_id = waiting.pop()
            if run_id in seen:
                continue
            seen.add(run_id)
            run = self.runs.get(keys.partition(tenant_id, run_id), keys.RUN, consistent=True)
            if run is None:
                continue
            named |= _ids_in(run) | self._written(tenant_id, run) | self._recorded(tenant_id, run_id)
            if replayed := (run.get("replay_of") or {}).get("run_id"):
                waiting.append(replayed)
        return named

    def _written(self, tenant_id: str, run: Item) -> set[str]:
        """By the author of its workflow."""
        try:
            definition = self.definitions.read(tenant_id, run["workflow_id"], run["version"])
        except VersionNotFound:
            return set()
        return _ids_in(definition.model_dump(mode="json"))

    def _recorded(self, tenant_id: str, run_id: int) -> set[str]:
        """In all its records, those of a foreach's items among them, and in what of them lies in the bucket."""
        named: set[str] = set()
        start: Item | None = None
        pk = keys.partition(tenant_id, run_id)
        while True:
            page = self.runs.query(pk, prefix=keys.NODE_PREFIX, start_key=start, consistent=True)
            for record in page.items:
                named |= _ids_in(record)
                for sha256 in _results_of(record):
                    named |= _ids_in_text((self.contents.find_result(tenant_id, sha256) or b"").decode())
            if (start := page.next_key) is None:
                return named


def _results_of(record: Item) -> list[str]:
    stored, items = record.get("stored_output"), record.get("items")
    return [*([stored["sha256"]] if stored else []), *(page["sha256"] for page in (items or {}).get("pages", ()))]


def _ids_in(value: Any) -> set[str]:
    return _ids_in_text(json.dumps(value, default=str))


def _ids_in_text(text: str) -> set[str]:
    return set(_DOCUMENT_ID.findall(text))
