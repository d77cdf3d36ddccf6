"""cleanup: what a tenant need not keep any more goes, as far as one stretch of work reaches; the next goes on."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from docchain.cache.cache import Cache
from docchain.clock import to_iso
from docchain.documents.retention import Expiry
from docchain.identity.policies import PolicyRepository
from docchain.runs.staying import Staying
from docchain.storage.table import Table
from docchain.tasks.errors import TaskWaits
from docchain.tasks.kind import TaskContext
from docchain.tasks.kinds.cleaning.cache import sweep_cache
from docchain.tasks.kinds.cleaning.documents import sweep_documents
from docchain.tasks.kinds.cleaning.runs import sweep_runs
from docchain.tasks.kinds.cleaning.tasks import sweep_tasks
from docchain.tasks.kinds.people import People
from docchain.tasks.kinds.refusing import refusing
from docchain.tasks.kinds.shapes import Cleanup
from docchain.tasks.kinds.shelf import Shelf
from docchain.tasks.repository import TaskRepository

KIND = "cleanup"
TYPES: Final = ("documents", "cache", "tasks", "runs")
DAYS_DEFAULT: Final = 30
STRETCH_SECONDS: Final = 600.0


@dataclass(frozen=True)
class Cleaner:
    people: People
    shelf: Shelf
    runs: Table = field(repr=False)
    staying: Staying = field(repr=False)
    cache: Cache = field(repr=False)
    tasks: Table = field(repr=False)

    def run(self, parameters: Cleanup, context: TaskContext) -> dict[str, Any]:
        """Raises ``TaskWaits`` when there is more than one stretch does: what is gone is not found again."""
        with refusing():
            actor = self.people.asker(context, KIND).username
            done: dict[str, int] = dict(context.state.get("done", {}))
            finished: list[str] = list(context.state.get("finished", []))
            until = time.monotonic() + STRETCH_SECONDS
            asked = TYPES if parameters.cleanup_type == "all" else (parameters.cleanup_type,)
            for name in asked:
                if name in finished:
                    continue
                done.setdefault(name, 0)
                for count in self._sweep(name, parameters, context.tenant, actor):
                    done[name] += count
                    context.check()
                    context.progress(len(finished) / len(asked), f"{name}: {done[name]:,}")
                    if time.monotonic() > until:
                        raise TaskWaits(datetime.now(UTC), {"done": done, "finished": finished})
                finished.append(name)
            word = "would_remove" if parameters.parameters.dry_run else "removed"
            return {word: done, "total": sum(done.values()), "dry_run": parameters.parameters.dry_run}

    def _sweep(self, name: str, asked: Cleanup, tenant: str, actor: str) -> Iterator[int]:
        dry_run, days = asked.parameters.dry_run, asked.parameters.older_than_days
        before = to_iso(datetime.now(UTC) - timedelta(days=days or DAYS_DEFAULT))
        match name:
            case "cache":
                return sweep_cache(self.cache, tenant, dry_run=dry_run)
            case "tasks":
                return sweep_tasks(TaskRepository(self.tasks), tenant, before, actor, dry_run=dry_run)
            case "runs":
                return sweep_runs(self.runs, tenant, before, actor, dry_run=dry_run)
        return self._documents(tenant, days, dry_run=dry_run)

    def _documents(self, tenant: str, days: int | None, *, dry_run: bool) -> Iterator[int]:
        """By the tenant's own policy unless days are given; with neither none is too old."""
        kept_days = days or PolicyRepository(self.people.identity).read(tenant).document_retention_days
        if kept_days is None:
            return iter(())
        expiry = Expiry(self.shelf.documents, self.shelf.contents)
        return sweep_documents(expiry, self.staying, tenant, kept_days, dry_run=dry_run)
