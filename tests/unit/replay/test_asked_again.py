"""People who agreed to an act are asked again when a replay would do another one."""

from typing import Any

import pytest

from docchain.definitions.normalise import normalise
from docchain.replay.models import Decision, Source
from docchain.replay.planning import plan_replay
from docchain.runs.models import NodeRecord, NodeStatus, Run, RunStatus

ASK = {"name": "Ask", "key": "ask", "node_type": "approval", "config": {"message": "Pay?", "approvers": ["ada"]}}


def nodes(text: str, note: str = "n") -> list[dict[str, Any]]:
    config = {"url": "https://example.com/pay", "method": "POST", "json": {"text": text}}
    return [
        ASK,
        {"name": "Pay", "key": "pay", "node_type": "http_request", "config": config, "depends_on": ["ask"]},
        {**ASK, "name": "Again", "key": "again", "depends_on": ["pay"]},
        {"name": "Note", "key": "note", "node_type": "document_template", "config": {"template": note}}
        | {"depends_on": ["again"]},
    ]


@pytest.mark.parametrize(("edit", "ask"), [(nodes("other"), Decision.RUNS), (nodes("x", "other"), Decision.REUSED)])
def test_an_approval_is_not_carried_over_to_an_act_that_is_another(edit: list[dict[str, Any]], ask: Decision) -> None:
    before = normalise(nodes("x"))
    run = Run(
        id=1,
        workflow_id=1,
        version=1,
        status=RunStatus.COMPLETED,
        state_machine_arn="arn",
        started_by="ada",
        started_at="2026-01-01T00:00:00.000Z",
    )
    records = {
        node.key: NodeRecord(
            key=node.key,
            node_id=node.id,
            node_type=node.node_type,
            effect_class="pure",
            status=NodeStatus.COMPLETED,
            fence=0,
            started_at=run.started_at,
            finished_at=run.started_at,
            lease_until=0,
        )
        for node in before.nodes
    }

    plan = plan_replay(Source(run, before, records), normalise(edit), {})

    assert {n.key: n.decision for n in plan.nodes}["ask"] == ask
