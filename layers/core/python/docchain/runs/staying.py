"""Documents that must stay whatever the retention says: those of held runs, and those of runs that go on."""

from collections.abc import Iterable

from docchain.documents.models import Document
from docchain.runs import keys
from docchain.runs.holds import Held
from docchain.runs.models import OPEN
from docchain.storage.table import Table


def staying(runs: Table, tenant_id: str, held: Held, documents: Iterable[Document]) -> set[str]:
    """A read per hundred runs that made them: an open one may still need what it made."""
    made_by = {d.id: d.origin.get("run_id") for d in documents}
    places = {run_id: (keys.partition(tenant_id, run_id), keys.RUN) for run_id in made_by.values() if run_id}
    found = runs.get_many(places.values())
    open_runs = {i["id"] for i in found.values() if i["status"] in {status.value for status in OPEN}}
    return {d for d, run_id in made_by.items() if held.keeps(d, run_id) or run_id in open_runs}
