"""Replays a run, or says what a replay would do."""

from docchain.auth.caller import Caller
from docchain.replay.starting import plan_of, start_replay
from docchain.runs.control import RunControl
from docchain.storage.idempotency import IdempotencyKey
from docchain.workflows.definitions import DefinitionReader
from functions.api.workflows.replay_schemas import ReplayRun, ReplayView
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
