"""How far an AI workflow has come, read out of the run that decides it and of its nodes' records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from docchain.ai_workflows.models import AiStatus, AiWorkflow, Step
from docchain.documents.store import ContentStore
from docchain.runs.models import OPEN, NodeRecord, NodeStatus, Run, RunStatus
from docchain.runs.results import INLINE_RESULTS_BYTES_MOST, bounded_output

OF_RUN: Final[Mapping[RunStatus, AiStatus]] = {
    RunStatus.QUEUED: AiStatus.PROCESSING,
    RunStatus.RUNNING: AiStatus.PROCESSING,
    RunStatus.COMPLETED: AiStatus.COMPLETED,
    RunStatus.FAILED: AiStatus.FAILED,
    RunStatus.INTERRUPTED: AiStatus.FAILED,
    RunStatus.CANCELLED: AiStatus.CANCELLED,
}
OF_KIND: Final[Mapping[str, AiStatus]] = {
    "ai_analyze": AiStatus.ANALYZING,
    "ai_extract": AiStatus.ANALYZING,
    "ai_generate": AiStatus.GENERATING,
    "ai_summarize": AiStatus.GENERATING,
    "ai_translate": AiStatus.GENERATING,
}
Records = Mapping[str, NodeRecord]


@dataclass(frozen=True)
class Standing:
    """``results`` are by step id, of the steps that ended."""

    status: AiStatus
    current_step: int
    progress: float
    started_at: str | None
    completed_at: str | None
    results: dict[str, Any] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)


def standing_of(whole: AiWorkflow, run: Run | None, records: Records, contents: ContentStore, tenant: str) -> Standing:
    """As the run says it at this moment; the card may hear of it later."""
    card, steps = whole.card, whole.body.steps
    if run is None:
        return Standing(card.status, 0, 0.0, None, card.completed_at)
    moved = card.model_copy(update=moved_by(run, steps, records))
    errors = [_error(s.step_id, records[s.step_id]) for s in steps if _is(records, s, NodeStatus.FAILED)]
    if run.status not in OPEN and run.error and not errors:
        errors = [_told(run.error)]
    return Standing(
        moved.status,
        moved.current_step,
        moved.progress,
        moved.started_at,
        moved.completed_at,
        _results(steps, records, contents, tenant),
        errors,
    )


def moved_by(run: Run, steps: list[Step], records: Records) -> dict[str, Any]:
    """The fields of a card as this run makes them. ``current_step`` counts from one; progress is in percent."""
    done = sum(_is(records, step, NodeStatus.COMPLETED) for step in steps)
    status = OF_RUN[run.status]
    busy = next((records[s.step_id] for s in steps if _is(records, s, NodeStatus.RUNNING)), None)
    if run.status == RunStatus.RUNNING and busy:
        status = OF_KIND.get(busy.node_type, status)
    return {
        "status": status,
        "run_id": run.id,
        "current_step": min(done + (run.status != RunStatus.COMPLETED), len(steps)),
        "progress": progress_of(done, len(steps)),
        "started_at": run.launched_at or run.started_at,
        "completed_at": None if run.status in OPEN else run.finished_at,
        "error": _told(run.error)[:1000] if run.error and run.status not in OPEN else None,
    }


def progress_of(done: int, steps: int) -> float:
    return round(100 * done / steps, 1)


def step_views(whole: AiWorkflow, records: Records) -> list[dict[str, Any]]:
    """Each step with what became of it, and which node of the run that is."""
    return [_step_view(step, records.get(step.step_id)) for step in whole.body.steps]


def _step_view(step: Step, record: NodeRecord | None) -> dict[str, Any]:
    told = step.model_dump(mode="json")
    if record is None:
        return {**told, "status": NodeStatus.PENDING.value}
    usage = {name: record.usage[name] for name in ("provider", "model", "fallback_from") if record.usage.get(name)}
    moments = {"started_at": record.started_at, "completed_at": record.finished_at, "cost_usd": record.cost_usd}
    return {**told, "status": record.status.value, "node_type": record.node_type, **usage, **moments}


def _results(steps: list[Step], records: Records, contents: ContentStore, tenant: str) -> dict[str, Any]:
    results: dict[str, Any] = {}
    budget = INLINE_RESULTS_BYTES_MOST
    for step in steps:
        record = records.get(step.step_id)
        if record is None or record.status not in (NodeStatus.COMPLETED, NodeStatus.FAILED):
            continue
        success = record.status == NodeStatus.COMPLETED
        told: dict[str, Any] = {"step_id": step.step_id, "step_name": step.name, "ai_task": step.ai_task.value}
        if success:
            told["result"], budget = bounded_output(contents, tenant, record, budget)
        else:
            told["error"] = _told(record.error or {})
        results[step.step_id] = {**told, "timestamp": record.finished_at, "success": success}
    return results


def _is(records: Records, step: Step, status: NodeStatus) -> bool:
    record = records.get(step.step_id)
    return record is not None and record.status == status


def _error(step_id: str, record: NodeRecord) -> str:
    return f"{step_id}: {_told(record.error or {})}"


def _told(error: Mapping[str, Any]) -> str:
    return str(error.get("message") or error.get("code") or "The step failed.")
