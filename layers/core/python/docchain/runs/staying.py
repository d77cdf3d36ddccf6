"""Documents that must stay whatever the retention says: those that held and open runs made, or may read."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from docchain.documents.models import Document
from docchain.documents.retention import Kept
from docchain.runs import keys
from docchain.runs.holds import Held, HoldRepository
from docchain.runs.models import OPEN
from docchain.runs.references import References
from docchain.runs.repository import RunRepository

# Of the whole stage. Beyond it nothing goes: a document that stays too long is the smaller wrong.
OPEN_RUNS_MOST: Final = 50_000


@dataclass(frozen=True)
class Staying:
    runs: RunRepository
    holds: HoldRepository
    references: References

    def open_runs(self) -> dict[str, set[int]] | None:
        """By tenant; ``None`` when they are more than can be looked at, and then nothing may go."""
        return self.runs.read_open(OPEN_RUNS_MOST)

    def of(self, tenant_id: str, open_runs: set[int], deadline: float) -> Kept:
        """``deadline`` is in ``time.monotonic()`` seconds. Raises ``OutOfTime``."""
        held = self.holds.read_all(tenant_id)
        held = held.with_documents(self.references.named_by(tenant_id, held.runs | open_runs, deadline))

        def kept(documents: Iterable[Document]) -> set[str]:
            return self._kept(tenant_id, held, documents)

        return kept

    def _kept(self, tenant_id: str, held: Held, documents: Iterable[Document]) -> set[str]:
        """A read per hundred runs that made them: an open one may still need what it made."""
        made_by = {d.id: d.origin.get("run_id") for d in documents}
        places = {run_id: (keys.partition(tenant_id, run_id), keys.RUN) for run_id in made_by.values() if run_id}
        found = self.runs.table.get_many(places.values())
        open_runs = {i["id"] for i in found.values() if i["status"] in {status.value for status in OPEN}}
        return {d for d, run_id in made_by.items() if held.keeps(d, run_id) or run_id in open_runs}
