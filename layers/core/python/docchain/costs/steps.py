"""The cost of a step and of a run, from what the engine itself does around the work."""

from collections.abc import Iterable
from typing import Any

from docchain.costs.cost import StepUsage, cost_of
from docchain.costs.prices import MODEL_LIST, PRICES
from docchain.runs.models import NodeRecord

# Claim and completion are transactions of two items each, and a transactional write counts twice.
_WRITES_PER_STEP = 8
# A write is counted by the kilobyte, and the record holds the output up to 16 of them.
_WRITE_BYTES = 1024
# The run and the step's own record, read consistently; each dependency adds one.
_READS_PER_STEP = 2
# Started and completed go over the bus; the end goes on to the queue of figures: sent, received and deleted.
_EVENTS_PER_STEP, _QUEUE_REQUESTS_PER_STEP = 2, 3
# Starting a run (the number, the run and its event) and ending it (run and event), and the last step's own invocation.
_RUN = StepUsage(requests=1, transitions=2, table_writes=9, table_reads=4, events=2, queue_requests=6)

# The newest; `GET /workflows/prices` has the date of each.
PRICES_AS_OF = max([p.as_of for p in PRICES.values()] + [m.input.as_of for m in MODEL_LIST])


def step_usage(
    usage: dict[str, Any],
    milliseconds: float,
    memory_mb: int,
    architecture: str,
    *,
    reads: int,
    size: int,
    stored: bool,
) -> StepUsage:
    """``size`` is the output's, which lies in S3 when it is ``stored``."""
    return StepUsage(
        lambda_ms=max(1, round(milliseconds)),
        memory_mb=memory_mb,
        architecture=architecture,
        requests=1,
        transitions=1,
        table_writes=_WRITES_PER_STEP + (0 if stored else 2 * (size // _WRITE_BYTES)),
        table_reads=_READS_PER_STEP + reads,
        storage_puts=int(stored),
        events=_EVENTS_PER_STEP,
        queue_requests=_QUEUE_REQUESTS_PER_STEP,
        provider=usage.get("provider", "local"),
        model=usage.get("model"),
        input_tokens=usage.get("input_tokens", 0),
        output_tokens=usage.get("output_tokens", 0),
    )


def cost_of_step(
    usage: dict[str, Any],
    milliseconds: float,
    memory_mb: int,
    architecture: str,
    reads: int,
    *,
    size: int = 0,
    stored: bool = False,
) -> tuple[dict[str, Any], float]:
    """The record's ``usage`` and its cost in USD. ``usage`` comes from the worker: provider, model and tokens."""
    spent = step_usage(usage, milliseconds, memory_mb, architecture, reads=reads, size=size, stored=stored)
    cost = cost_of(spent)
    told = {**usage, "lambda_ms": spent.lambda_ms, "memory_mb": memory_mb, "transitions": 1, "bytes": size}
    if cost.unknown:
        told["unpriced"] = cost.unknown
    return told, round(float(cost.total), 12)


def cost_of_passing() -> float:
    """A state of the machine's own: a transition, and the record that the next step writes."""
    return round(float(cost_of(StepUsage(transitions=1, table_writes=4)).total), 12)


def own_cost_of_run() -> float:
    """Its start and its end."""
    return round(float(cost_of(_RUN).total), 12)


def cost_of_run(records: Iterable[NodeRecord]) -> float:
    return round(own_cost_of_run() + sum(r.cost_usd or 0.0 for r in records), 12)
