"""Why a run is where it is: what it waits for, since when, and whether that is as it should be."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from docchain.clock import from_iso
from docchain.definitions.models import WorkflowDefinition
from docchain.runs.models import NodeRecord, NodeStatus, Run, RunStatus

# A lease ends with its worker's time limit: Step Functions has told by then, or retries within seconds.
LEASE_GRACE_SECONDS: Final = 60
# Between two nodes lie milliseconds; a retry waits at most some minutes.
IDLE_SECONDS: Final = 15 * 60
WAIT_GRACE_SECONDS: Final = 10 * 60
REASONS_MOST: Final = 100
# The state machine itself waits in these: no worker is at work and no record is written before they end.
FOREACH: Final = "foreach"
TIMERS: Final = frozenset({"delay", "wait_until"})
_SETTLED: Final = frozenset({NodeStatus.COMPLETED, NodeStatus.SKIPPED, NodeStatus.FAILED})
_WORDS: Final = {
    "approval": "a decision of a person",
    "wait_for_webhook": "a call from elsewhere",
    "subworkflow": "another run to end",
}


@dataclass(frozen=True)
class Reason:
    """``until`` is when it is answered or given up at the latest, as far as that is known."""

    kind: str
    says: str
    node: str | None = None
    item: int | None = None
    since: str | None = None
    until: str | None = None
    is_stuck: bool = False


@dataclass(frozen=True)
class Explanation:
    summary: str
    since: str | None
    reasons: tuple[Reason, ...] = ()
    next_step: str | None = None

    @property
    def is_stuck(self) -> bool:
        return any(reason.is_stuck for reason in self.reasons)


def explain(
    run: Run,
    records: list[NodeRecord],
    due: Mapping[str, str],
    definition: WorkflowDefinition,
    execution: str | None,
    moment: int,
) -> Explanation:
    """``execution`` is its status in Step Functions, ``None`` for none. ``due``: node → until when it waits."""
    if run.status == RunStatus.QUEUED:
        return Explanation("It is over the limit of runs at once; it starts when another ends.", run.started_at)
    if run.status != RunStatus.RUNNING:
        return _ended(run)
    if execution != "RUNNING":
        return _without_execution(run, execution)
    reasons = [_at_work(r, moment) for r in records if r.status == NodeStatus.RUNNING]
    reasons += [_waiting(r, due.get(r.key), moment) for r in records if r.status == NodeStatus.WAITING]
    if not reasons:
        reasons = _between(run, records, definition, moment)
    reasons.sort(key=lambda reason: (not reason.is_stuck, reason.since or ""))
    first = reasons[0]
    more = f" And {len(reasons) - 1} more." if len(reasons) > 1 else ""
    stuck = "cancel ends it; resume then continues from its records" if any(r.is_stuck for r in reasons) else None
    return Explanation(first.says + more, first.since, tuple(reasons[:REASONS_MOST]), stuck)


def _ended(run: Run) -> Explanation:
    error: dict[str, Any] = run.error or {}
    reason = f": {error['message']}" if error.get("message") else "."
    steps = {
        RunStatus.FAILED: "resume runs the failed node again, with what is recorded before it",
        RunStatus.INTERRUPTED: "resume continues it from its records",
    }
    if error.get("code") == "OUTCOME_UNKNOWN":
        steps[RunStatus.INTERRUPTED] = "resume with assume done or retry, once you know what became of the act"
    return Explanation(f"It is {run.status.value}{reason}", run.finished_at, (), steps.get(run.status))


def _without_execution(run: Run, execution: str | None) -> Explanation:
    if execution is None:
        says = "No execution was started for it; the sweeper starts it within minutes."
    else:
        says = f"Its execution ended as {execution} without telling; the sweeper marks it within minutes."
    return Explanation(says, run.started_at, (Reason("execution", says, since=run.started_at, is_stuck=True),))


def _at_work(record: NodeRecord, moment: int) -> Reason:
    name = _name(record)
    if record.node_type == FOREACH:  # its own record is open for as long as its items take
        says = f"{name} goes over its items."
        return Reason("foreach", says, record.key, record.item, record.started_at)
    over = moment - record.lease_until
    if over > LEASE_GRACE_SECONDS:
        says = f"{name} was due {over} s ago and has not answered: its worker is gone, and no other took over."
        return Reason("node", says, record.key, record.item, record.started_at, is_stuck=True)
    return Reason("node", f"{name} is at work (attempt {record.attempts}).", record.key, record.item, record.started_at)


def _waiting(record: NodeRecord, until: str | None, moment: int) -> Reason:
    what = _WORDS.get(record.node_type, "an answer")
    over = moment - int(from_iso(until).timestamp()) if until else 0
    is_late = over > WAIT_GRACE_SECONDS
    says = f"{_name(record)} waits for {what}" + (f", and that was due {over} s ago." if is_late else ".")
    return Reason("wait", says, record.key, record.item, record.started_at, until, is_late)


def _between(run: Run, records: list[NodeRecord], definition: WorkflowDefinition, moment: int) -> list[Reason]:
    """No record says that anything is under way: a timer runs, or the next node is about to begin."""
    settled = {r.key for r in records if r.status in _SETTLED}
    last = max((r.finished_at or r.started_at for r in records), default=run.started_at)
    ready = [n for n in definition.nodes if n.key not in settled and set(n.sources) <= settled]
    timers = [n for n in ready if n.node_type in TIMERS]
    if timers:
        return [Reason("timer", f"node {n.key!r} waits for its time.", n.key, since=last) for n in timers]
    idle = moment - int(from_iso(last).timestamp())
    names = ", ".join(repr(n.key) for n in ready[:5]) or "the end"
    if idle > IDLE_SECONDS:
        says = f"Nothing has happened for {idle} s; next would be {names}."
        return [Reason("idle", says, since=last, is_stuck=True)]
    return [Reason("next", f"Next is {names}.", since=last)]


def _name(record: NodeRecord) -> str:
    return f"node {record.key!r}" + ("" if record.item is None else f", item {record.item}")
