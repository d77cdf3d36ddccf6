"""Runs one node of a draft by itself, on inputs that are given or that an earlier run has left."""

from docchain.auth.caller import Caller
from docchain.clock import now
from docchain.costs.budgets import BudgetRepository
from docchain.definitions.models import NodeDefinition, WorkflowDefinition
from docchain.documents.store import ContentStore
from docchain.runs import keys, trials
from docchain.runs.control import RunControl, check_parameters
from docchain.runs.models import NodeRecord, NodeStatus, Run, RunStatus
from docchain.runs.records import RecordRepository
from docchain.runs.results import INLINE_RESULTS_BYTES_MOST, bounded_output
from docchain.storage.errors import ConditionFailed
from docchain.storage.idempotency import IdempotencyKey
from docchain.workflows.errors import NodeNotFound
from docchain.workflows.models import Version
from docchain.workflows.publishing import definition_of
from functions.api.advanced.schemas import TrialView, TryNode


def try_node(
    control: RunControl,
    contents: ContentStore,
    caller: Caller,
    workflow_id: int,
    node_id: int,
    order: TryNode,
    key: IdempotencyKey | None,
) -> TrialView:
    if key and (earlier := key.earlier_answer(control.runs.table)):
        run = control.runs.read(caller.tenant_id, earlier["run_id"], consistent=True)
    else:
        run = _started(control, caller, workflow_id, node_id, order, key)
    run = control.wait(caller.tenant_id, run, order.wait_seconds)
    return _view(control, contents, caller, run)


def _started(
    control: RunControl, caller: Caller, workflow_id: int, node_id: int, order: TryNode, key: IdempotencyKey | None
) -> Run:
    check_parameters(order.parameters or {})
    definition = definition_of(control.workflows.read_draft(caller.tenant_id, workflow_id))
    node = next((n for n in definition.nodes if n.id == node_id), None)
    if node is None:
        raise NodeNotFound(workflow_id, node_id)
    trials.check_kind(node)
    records = _records(control, caller, workflow_id, definition, node, order)
    version = _version(control, caller, workflow_id, trials.trial_definition(definition, node, list(records)))
    run = _run(control, caller, node, version, order)
    actions = control.runs.creating(caller.tenant_id, run)
    actions += RecordRepository(control.runs.table).standing(caller.tenant_id, run.id, list(records.values()))
    if key:
        actions.append(key.recording(control.runs.table, {"run_id": run.id}))
    try:
        control.runs.table.transact(actions)
    except ConditionFailed:
        # Two calls with one key at once: the other one's run is the answer.
        if key and (earlier := key.earlier_answer(control.runs.table)):
            return control.runs.read(caller.tenant_id, earlier["run_id"], consistent=True)
        raise
    control.launch(caller.tenant_id, run)
    return run


def _records(
    control: RunControl,
    caller: Caller,
    workflow_id: int,
    definition: WorkflowDefinition,
    node: NodeDefinition,
    order: TryNode,
) -> dict[str, NodeRecord]:
    """In the order in which the node names them: it works on the text of the first that has one."""
    needed = trials.needed_of(definition, node)
    given = trials.given_records(definition, needed, order.inputs)
    missing = [k for k in needed if k not in given]
    left = trials.latest_records(control.runs, caller.tenant_id, workflow_id, missing, order.run_id)
    records = {**left, **given}
    trials.check_complete(needed, records)
    return {key: trials.reused(records[key]) for key in needed}


def _version(control: RunControl, caller: Caller, workflow_id: int, definition: WorkflowDefinition) -> Version:
    version = Version(
        workflow_id=workflow_id,
        version=0,
        revision=0,
        content_hash=definition.content_hash,
        definition=definition.model_dump(mode="json"),
        state_machine_arn=control.publisher.machine_of(definition),
        created_by=caller.username,
        created_at=now(),
    )
    return control.publisher.versions.keep_trial(caller.tenant_id, version)


def _run(control: RunControl, caller: Caller, node: NodeDefinition, version: Version, order: TryNode) -> Run:
    tenant_id, workflow_id = caller.tenant_id, version.workflow_id
    return Run(
        id=control.runs.next_id(tenant_id),
        workflow_id=workflow_id,
        version=version.version,
        params=order.parameters or {},
        state_machine_arn=version.state_machine_arn,
        started_by=caller.username,
        started_at=now(),
        limits=BudgetRepository(control.workflows.table).read_limits(tenant_id, workflow_id, None),
        trial=node.key,
    )


def _view(control: RunControl, contents: ContentStore, caller: Caller, run: Run) -> TrialView:
    place = (keys.partition(caller.tenant_id, run.id), keys.node_key(run.trial or ""))
    item = control.runs.table.get(*place, consistent=True)
    record = NodeRecord.model_validate(item) if item else None
    told = {"timestamp": now(), "run_id": run.id, "status": run.status.value}
    if record and record.status == NodeStatus.COMPLETED:
        result, _ = bounded_output(contents, caller.tenant_id, record, INLINE_RESULTS_BYTES_MOST)
        return TrialView(success=True, result=result, **told)
    error = (record.error if record else None) or run.error
    if error is None and run.status == RunStatus.RUNNING:
        error = {"code": "STILL_RUNNING", "message": f"The node is still at work; look at run {run.id} later."}
    return TrialView(success=False, error=error, **told)
