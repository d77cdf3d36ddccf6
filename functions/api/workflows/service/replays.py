"""Replays a run, says what a replay would do, compares two runs, and makes a file of one."""

from fastapi.responses import Response

from docchain.auth.caller import Caller
from docchain.clock import from_iso
from docchain.documents.repository import DocumentRepository
from docchain.documents.store import ContentStore
from docchain.replay.differences import compare_runs
from docchain.replay.errors import RunStillOpen
from docchain.replay.fixture import make_fixture
from docchain.replay.starting import plan_of, start_replay
from docchain.runs.control import RunControl
from docchain.runs.models import OPEN, Run
from docchain.runs.repository import RunRepository
from docchain.steps.hashing import canonical
from docchain.storage.idempotency import IdempotencyKey
from docchain.workflows.definitions import DefinitionReader
from functions.api.workflows.replay_schemas import ReplayRun, ReplayView, RunDiff, RunSide
from functions.api.workflows.service.json_files import json_file
from functions.api.workflows.service.runs import summary_of


def replay(
    control: RunControl,
    definitions: DefinitionReader,
    caller: Caller,
    run_id: int,
    body: ReplayRun,
    key: IdempotencyKey | None,
) -> ReplayView:
    """A key that was used before: the run of then, with the plan as it is now, which is the same."""
    order = body.order
    source = control.runs.read(caller.tenant_id, run_id, consistent=True)
    planned = plan_of(control, definitions, caller.tenant_id, source, order)
    if body.dry_run:
        return ReplayView(plan=planned.plan)
    if key and (earlier := key.earlier_answer(control.runs.table)):
        run = control.runs.read(caller.tenant_id, earlier["run_id"], consistent=True)
    else:
        run = start_replay(control, caller.tenant_id, planned, order, caller.username, key)
    return ReplayView(run=summary_of(run), plan=planned.plan)


def export(
    runs: RunRepository,
    definitions: DefinitionReader,
    contents: ContentStore,
    documents: DocumentRepository,
    caller: Caller,
    run_id: int,
) -> Response:
    tenant_id = caller.tenant_id
    run = runs.read(tenant_id, run_id)
    if run.status in OPEN:
        raise RunStillOpen(run.id, run.status)
    definition = definitions.read(tenant_id, run.workflow_id, run.version)
    made = make_fixture(contents, documents, tenant_id, run, definition, runs.read_records(tenant_id, run_id))
    name = f"exports/run-{run.id}-{run.generation}.json"
    return json_file(contents, tenant_id, canonical(made.sealed()), kept_as=name, filename=f"run-{run.id}.json")


def diff(runs: RunRepository, contents: ContentStore, caller: Caller, a: int, b: int) -> RunDiff:
    sides = [runs.read(caller.tenant_id, run_id) for run_id in (a, b)]
    records = [{r.key: r for r in runs.read_records(caller.tenant_id, run_id)} for run_id in (a, b)]
    nodes = compare_runs(contents, caller.tenant_id, *records)
    return RunDiff(a=_side(sides[0]), b=_side(sides[1]), same=sum(n.same for n in nodes), nodes=nodes)


def _side(run: Run) -> RunSide:
    seconds = None
    if run.finished_at:
        seconds = round((from_iso(run.finished_at) - from_iso(run.started_at)).total_seconds(), 3)
    return RunSide(
        run_id=run.id,
        workflow_id=run.workflow_id,
        version=run.version,
        status=run.status,
        cost_usd=run.cost_usd,
        seconds=seconds,
    )
