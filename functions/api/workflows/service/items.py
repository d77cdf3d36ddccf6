"""The items of a foreach, page by page: the keys of their records are known, so none is searched for."""

from docchain.auth.caller import Caller
from docchain.definitions.foreach import FOREACH, chain_inside
from docchain.definitions.models import WorkflowDefinition
from docchain.documents.store import ContentStore
from docchain.errors import NotFound, invalid
from docchain.nodes.kinds.foreach import ITEMS_MOST
from docchain.runs import keys
from docchain.runs.models import NodeRecord, Run
from docchain.runs.repository import RunRepository
from docchain.runs.results import INLINE_RESULTS_BYTES_MOST, bounded_output
from docchain.storage.items import Item
from docchain.workflows.definitions import DefinitionReader
from functions.api.workflows.run_schemas import ItemNodeView, ItemView

RECORDS_MOST = 100  # keys of one call
_FIELDS = set(ItemNodeView.model_fields) - {"output"}


class NoForeach(NotFound):
    code = "NODE_NOT_FOUND"

    def __init__(self, run_id: int, key: str) -> None:
        super().__init__(f"Run {run_id} has no foreach '{key}'.", details={"run_id": run_id, "node": key})


def item_views(
    runs: RunRepository,
    definitions: DefinitionReader,
    contents: ContentStore,
    caller: Caller,
    run: Run,
    key: str,
    first: int,
    limit: int,
) -> tuple[list[ItemView], int | None]:
    """From the item ``first`` on, and the one that the next page begins with. Raises ``NoForeach``."""
    definition = definitions.read(caller.tenant_id, run.workflow_id, run.version)
    chain = _chain(definition, run, key)
    item = runs.table.get(keys.partition(caller.tenant_id, run.id), keys.node_key(key))
    whole = NodeRecord.model_validate(item) if item else None
    prepared = whole.items if whole else None
    # Those of a reused foreach stay with the run that worked on them.
    pk = keys.partition(caller.tenant_id, whole.reused_from.run if whole and whole.reused_from else run.id)
    count = prepared.count if prepared else 0
    last = min(count, first + max(1, min(limit, RECORDS_MOST // len(chain))))
    wanted = {index: [(pk, keys.node_key(node, index)) for node in chain] for index in range(first, last)}
    found = runs.table.get_many(one for of_item in wanted.values() for one in of_item)
    budget = INLINE_RESULTS_BYTES_MOST
    views = []
    for index, of_item in wanted.items():
        nodes = []
        for record in (NodeRecord.model_validate(found[one]) for one in of_item if one in found):
            output, budget = _output(contents, caller, record, budget)
            nodes.append(ItemNodeView(output=output, **record.model_dump(include=_FIELDS)))
        views.append(ItemView(index=index, nodes=nodes))
    return views, last if last < count else None


def first_of(start: Item | None) -> int:
    """From a cursor, which a caller may have made up. Raises ``ValidationFailed``."""
    index = (start or {"index": 0}).get("index")
    if not isinstance(index, int) or not 0 <= index < ITEMS_MOST:
        raise invalid("cursor", "is not one that this list gave out")
    return index


def _chain(definition: WorkflowDefinition, run: Run, key: str) -> list[str]:
    node = next((n for n in definition.nodes if n.key == key and n.node_type == FOREACH), None)
    if node is None:
        raise NoForeach(run.id, key)
    return [inner.key for inner in chain_inside(node).nodes]


def _output(
    contents: ContentStore, caller: Caller, record: NodeRecord, budget: int
) -> tuple[dict[str, object] | None, int]:
    """What lies in S3 is told by size and hash: a page of it would be a read for each."""
    if record.stored_output is not None:
        return bounded_output(contents, caller.tenant_id, record, 0)
    return record.output, budget
