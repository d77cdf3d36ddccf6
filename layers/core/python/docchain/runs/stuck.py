"""Which of a tenant's runs are stuck: noted by the sweeper when it looks, read as one partition."""

from dataclasses import dataclass
from typing import Any, Final

from docchain.clock import epoch, now
from docchain.runs import keys
from docchain.runs.explaining import Explanation
from docchain.runs.models import OPEN, Run, RunStatus
from docchain.storage.items import Item
from docchain.storage.table import Page, Table

# The sweeper looks at an open run at least hourly, and notes it again while it is stuck.
OPEN_SECONDS: Final = 2 * 3600
CUT_SECONDS: Final = 7 * 24 * 3600


@dataclass(frozen=True)
class StuckRuns:
    table: Table

    def note(self, tenant_id: str, run: Run, found: Explanation) -> None:
        """Noting it twice is harmless: it is one item."""
        kept = CUT_SECONDS if run.status == RunStatus.INTERRUPTED else OPEN_SECONDS
        self.table.put(
            {
                "pk": _pk(tenant_id),
                "sk": f"{run.id:012d}",
                "entity": "stuck",
                "run_id": run.id,
                "generation": run.generation,
                "says": found.summary,
                "since": found.since,
                "noted_at": now(),
                "expires_at": epoch() + kept,
            }
        )

    def read_page(
        self, tenant_id: str, *, limit: int, start_key: Item | None
    ) -> tuple[list[tuple[Run, dict[str, Any]]], Page]:
        """The notes that still hold: those of runs that ended since, or go on anew, are passed over."""
        page = self.table.query(_pk(tenant_id), limit=limit, start_key=start_key)
        alive = [note for note in page.items if note["expires_at"] > epoch()]
        places = [(keys.partition(tenant_id, note["run_id"]), keys.RUN) for note in alive]
        found = self.table.get_many(places)
        pairs = [
            (Run.model_validate(found[place]), note)
            for place, note in zip(places, alive, strict=True)
            if place in found
        ]
        return [(run, note) for run, note in pairs if _holds(run, note)], page


def _holds(run: Run, note: dict[str, Any]) -> bool:
    return run.generation == note["generation"] and (run.status in OPEN or run.status == RunStatus.INTERRUPTED)


def _pk(tenant_id: str) -> str:
    return f"{tenant_id}#stuck_runs"
