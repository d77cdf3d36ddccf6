"""Starting a replay: the records that it begins with are there before it is.

They are written in pages, and the last page together with the run. If the process dies in between, what it wrote lies
under a number that no run will have.
"""

from dataclasses import dataclass
from typing import Any, Final

from docchain.clock import now
from docchain.costs.budgets import place_of_budget
from docchain.costs.limits import limits_of
from docchain.definitions.foreach import FOREACH
from docchain.definitions.models import WorkflowDefinition
from docchain.events.cause import asking_user
from docchain.nodes import catalogue
from docchain.replay.content_key import beginning_of
from docchain.replay.editing import edited
from docchain.replay.errors import RunStillOpen
from docchain.replay.models import Decision, Order, Plan, Source
from docchain.replay.planning import plan_replay
from docchain.replay.reuse import reused
from docchain.runs.control import RunControl, check_parameters
from docchain.runs.errors import WorkflowNotRunnable
from docchain.runs.models import OPEN, NodeRecord, NodeStatus, ReplayOf, Run, RunStatus
from docchain.runs.records import RecordRepository
from docchain.storage.idempotency import IdempotencyKey
from docchain.workflows.definitions import DefinitionReader
from docchain.workflows.models import RUNNABLE, Version
from docchain.workflows.run_policy import policy_of

# A transaction has 100 members, of which a run, its event and its key are three, and 4 MB.
_PAGE_RECORDS: Final = 90
_PAGE_BYTES: Final = 2 * 1024 * 1024
# The machine passes these by itself, and writes down that it did.
_OWN_STATES: Final = frozenset({"choice", "wait"})


@dataclass(frozen=True)
class Planned:
    source: Source
    definition: WorkflowDefinition
    params: dict[str, Any]
    version: int
    plan: Plan


def plan_of(control: RunControl, definitions: DefinitionReader, tenant_id: str, run: Run, order: Order) -> Planned:
    """Raises ``RunStillOpen``, ``VersionNotFound``, ``NoSuchNode``, ``DefinitionInvalid``."""
    if run.status in OPEN:
        raise RunStillOpen(run.id, run.status)
    params = run.params if order.params is None else order.params
    check_parameters(params)
    version = order.version or run.version
    definition = edited(definitions.read(tenant_id, run.workflow_id, version), order.edits)
    source = Source(
        run,
        definitions.read(tenant_id, run.workflow_id, run.version),
        {r.key: r for r in control.runs.read_records(tenant_id, run.id)},
    )
    plan = plan_replay(source, definition, params, order.from_node)
    return Planned(source, definition, params, version, plan)


def start_replay(
    control: RunControl, tenant_id: str, planned: Planned, order: Order, actor: str, key: IdempotencyKey | None
) -> Run:
    """Raises ``WorkflowNotFound``, ``WorkflowNotRunnable``."""
    source = planned.source.run
    workflow, budget = control.workflows.read_beside(tenant_id, source.workflow_id, place_of_budget(tenant_id))
    if workflow.status not in RUNNABLE:
        raise WorkflowNotRunnable(workflow.id, workflow.status)
    version = _version(control, tenant_id, planned, order, actor)
    at_once = policy_of(workflow.config).max_concurrent_runs
    admission = control.slots.admit(tenant_id, workflow.id, at_once)
    run = Run(
        id=admission.number,
        status=RunStatus.RUNNING if admission.place else RunStatus.QUEUED,
        place=admission.place,
        concurrency_limit=at_once,
        workflow_id=workflow.id,
        version=version.version,
        params=planned.params,
        state_machine_arn=version.state_machine_arn,
        timeout_seconds=planned.definition.timeout_seconds,
        started_by=actor,
        user_id=asking_user(),
        started_at=now(),
        budget_usd=order.budget_usd,
        limits=limits_of(order.budget_usd, workflow.config, budget),
        replay_of=ReplayOf(
            run_id=source.id, from_node=order.from_node, candidates=_candidates(planned), lists=_lists(planned)
        ),
    )
    records = RecordRepository(control.runs.table)
    pages = _pages(_reused(planned))
    for page in pages[:-1]:
        control.runs.table.transact(records.standing(tenant_id, run.id, page))
    return control.begin(tenant_id, run, key, records.standing(tenant_id, run.id, pages[-1]))


def _version(control: RunControl, tenant_id: str, planned: Planned, order: Order, actor: str) -> Version:
    """What was edited is kept as a version that nobody publishes: the run names what it ran."""
    source = planned.source.run
    if not order.edits:
        return control.publisher.versions.read(tenant_id, source.workflow_id, planned.version)
    version = Version(
        workflow_id=source.workflow_id,
        version=0,
        revision=0,
        content_hash=planned.definition.content_hash,
        definition=planned.definition.model_dump(mode="json"),
        state_machine_arn=control.publisher.machine_of(planned.definition),
        note=f"edited for a replay of run {source.id}",
        created_by=actor,
        created_at=now(),
    )
    return control.publisher.versions.keep_trial(tenant_id, version)


def _reused(planned: Planned) -> list[NodeRecord]:
    ids = {n.key: n.id for n in planned.definition.nodes}
    kept = [planned.source.records[key] for key in planned.plan.keys_that(Decision.REUSED)]
    return [
        reused(record, planned.source.run.id).model_copy(update={"node_id": ids[record.key]})
        for record in kept
        if catalogue.get(record.node_type).form not in _OWN_STATES
    ]


def _candidates(planned: Planned) -> str:
    """Of the nodes that depend: by these a step knows that it may find its result in the replayed run."""
    found = []
    for key in planned.plan.keys_that(Decision.DEPENDS):
        record = planned.source.records.get(key)
        if record and record.status == NodeStatus.COMPLETED and record.content_key:
            found.append(beginning_of(key, record.content_key))
    return "".join(found)


def _lists(planned: Planned) -> dict[str, int]:
    """Of a foreach that was changed, or reads what was, items may be as they were. One asked for does all again."""
    found = {}
    for node in planned.plan.nodes:
        record = planned.source.records.get(node.key)
        is_looked_at = node.decision in (Decision.RUNS, Decision.DEPENDS) and not node.forced
        if is_looked_at and node.node_type == FOREACH and record and record.items:
            found[node.key] = record.reused_from.run if record.reused_from else planned.source.run.id
    return found


def _pages(records: list[NodeRecord]) -> list[list[NodeRecord]]:
    """At least one, which may be empty."""
    pages: list[list[NodeRecord]] = [[]]
    size = 0
    for record in records:
        length = len(record.model_dump_json())
        if len(pages[-1]) == _PAGE_RECORDS or (pages[-1] and size + length > _PAGE_BYTES):
            pages.append([])
            size = 0
        pages[-1].append(record)
        size += length
    return pages
