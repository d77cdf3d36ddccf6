"""Looks at open runs whose time for a look has come.

A run whose execution never started (the process died between the two, or its machine was gone) is started: its name
makes that safe to repeat, and a machine that housekeeping removed is made again.
One whose execution ended without telling is interrupted, and says that resume continues it. One whose time is over has
failed; where Step Functions did not end its execution, as on the local stage, this does.
"""

import time
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docchain.clock import epoch, from_iso, now
from docchain.errors import DocchainError
from docchain.observability import logger
from docchain.runs.launching import start_or_restore
from docchain.runs.looking import explain_run
from docchain.runs.models import Run, RunStatus
from docchain.runs.repository import FIRST_CHECK_SECONDS, TIMEOUT_GRACE_SECONDS
from docchain.runs.timeouts import timeout_error
from docchain.storage.items import Item
from docchain.workflows.errors import VersionNotFound
from docchain.workflows.state_machines import ExecutionMissing, StateMachineLeaving, StateMachineMissing, execution_arn
from functions.schedules.stuck_runs.dependencies import definitions, machines, publisher, runs, stuck, waits

RUNS_PER_LOOK = 200
LONGEST_PAUSE_SECONDS = 3600
# A service that was away is back by then, and what fails each time leaves room for two thousand others.
FAILED_PAUSE_SECONDS = 600


def run() -> dict[str, int]:
    seen = {"running": 0, "started": 0, "interrupted": 0, "timed_out": 0, "failed": 0}
    for due in runs().read_due(RUNS_PER_LOOK):
        try:
            seen[_look_at(due["tenant_id"], Run.model_validate(due))] += 1
        except Exception as error:  # noqa: BLE001  # whatever is wrong with one, the others are looked at too
            logger.error("an open run could not be looked at", extra=_place(due), exc_info=error)
            seen["failed"] += 1
            _put_off(due)
    return seen


def _put_off(due: Item) -> None:
    """Else those that fail each time would fill every look. If this fails too, the next look finds it again."""
    try:
        runs().put_off(due, FAILED_PAUSE_SECONDS)
    except (DocchainError, BotoCoreError, ClientError) as error:
        logger.error("an open run could not be put off", extra=_place(due), exc_info=error)


def _place(due: Item) -> dict[str, Any]:
    """By its keys, which say tenant and run: of what cannot be read nothing else is sure to be there."""
    return {"pk": due["pk"], "sk": due["sk"]}


def _look_at(tenant_id: str, open_run: Run) -> str:
    arn = execution_arn(open_run.state_machine_arn, open_run.execution_name(tenant_id))
    try:
        status = machines().status(arn)
    except ExecutionMissing:
        return _start(tenant_id, open_run)
    left = open_run.seconds_left(time.time())
    if status == "TIMED_OUT" and left is not None:
        return _time_out(tenant_id, open_run, None)
    if status == "RUNNING":
        if left is not None and left <= -TIMEOUT_GRACE_SECONDS:
            return _time_out(tenant_id, open_run, arn)
        runs().look_again_in(tenant_id, open_run, _pause(open_run, left))
        _note_if_stuck(tenant_id, open_run)
        return "running"
    return _interrupt(tenant_id, open_run, f"its execution ended as {status} without telling")


def _start(tenant_id: str, open_run: Run) -> str:
    """Also for those that were started by who may make no machine: children of runs, and runs that were queued."""
    try:
        start_or_restore(publisher(), runs(), tenant_id, open_run)
    except VersionNotFound:
        return _interrupt(tenant_id, open_run, "its state machine is gone, and so is the version that it was made from")
    except (StateMachineLeaving, StateMachineMissing):
        runs().look_again_in(tenant_id, open_run, FIRST_CHECK_SECONDS)
        return "running"
    runs().look_again_in(tenant_id, open_run, FIRST_CHECK_SECONDS)
    return "started"


def _time_out(tenant_id: str, open_run: Run, living: str | None) -> str:
    """Record first: a step that is at work then finds that the run has ended, whether or not the stop arrives."""
    runs().end(tenant_id, open_run, RunStatus.FAILED, error=timeout_error(open_run))
    if living:
        machines().stop(living, "its time is over")
    return "timed_out"


def _interrupt(tenant_id: str, open_run: Run, reason: str) -> str:
    error = {"code": "RUN_INTERRUPTED", "message": f"The run was cut: {reason}. POST .../resume continues it."}
    if runs().end(tenant_id, open_run, RunStatus.INTERRUPTED, error=error):
        cut = open_run.model_copy(update={"status": RunStatus.INTERRUPTED, "error": error, "finished_at": now()})
        stuck().note(tenant_id, cut, explain_run(tenant_id, cut, None, runs(), waits(), definitions()))
    return "interrupted"


def _note_if_stuck(tenant_id: str, open_run: Run) -> None:
    """Four reads for a run that lasts, at most once a minute and in the end once an hour."""
    found = explain_run(tenant_id, open_run, "RUNNING", runs(), waits(), definitions())
    if found.is_stuck:
        stuck().note(tenant_id, open_run, found)


def _pause(open_run: Run, left: int | None) -> int:
    """As long again as the run has lasted: a run that waits for a year costs a look an hour, not one a minute."""
    lasted = epoch() - int(from_iso(open_run.started_at).timestamp())
    pause = min(max(lasted, FIRST_CHECK_SECONDS), LONGEST_PAUSE_SECONDS)
    return pause if left is None else min(pause, max(left, 0) + TIMEOUT_GRACE_SECONDS)
