"""What a person says of outcomes that nobody knows, before their run goes on."""

import json
from dataclasses import dataclass, field
from typing import Any

from docchain.errors import invalid
from docchain.runs.doubts import ASSUMED_OUTPUT_BYTES_MOST, Assumption, DoubtRepository
from docchain.runs.errors import NothingUndecided, OutcomeUndecided
from docchain.runs.models import NodeRecord, Run


@dataclass(frozen=True)
class Decision:
    """``node`` of ``None`` is every node in doubt. ``output`` is what the act made, for the nodes that read it."""

    assume: Assumption
    node: str | None = None
    output: dict[str, Any] = field(default_factory=dict)


def decide_doubts(doubts: DoubtRepository, tenant_id: str, run: Run, actor: str, decision: Decision | None) -> None:
    """Raises ``OutcomeUndecided`` when any is left; what was said of the others stands."""
    found = doubts.read_open(tenant_id, run.id)
    if decision is None:
        if found:
            raise OutcomeUndecided(_names(found))
        return
    about = [r for r in found if decision.node in (None, r.key)]
    if not about:
        named = f"Node {decision.node!r} of run {run.id} is" if decision.node else f"No node of run {run.id} is"
        raise NothingUndecided(f"{named}{' not' if decision.node else ''} in doubt; resume without assume.")
    _check_output(decision, about)
    doubts.decide(tenant_id, run, about, actor, decision.assume, decision.output)
    if others := [r for r in found if r not in about]:
        raise OutcomeUndecided(_names(others))


def _check_output(decision: Decision, about: list[NodeRecord]) -> None:
    if not decision.output:
        return
    if decision.assume != "done":
        raise invalid("output", "goes with assume: done")
    if len(about) > 1:
        raise invalid("output", "is of one node; name it in node")
    if len(json.dumps(decision.output).encode()) > ASSUMED_OUTPUT_BYTES_MOST:
        raise invalid("output", f"is larger than {ASSUMED_OUTPUT_BYTES_MOST} bytes")


def _names(records: list[NodeRecord]) -> list[str]:
    return sorted({r.key for r in records})
