"""The demo's chain, done for real in one process: what it costs by the engine, and by hand as docs/cost.md does it."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import boto3
import pytest

from docchain.costs.limits import Limit
from docchain.costs.steps import cost_of_run
from docchain.documents.models import Document
from docchain.errors import PermanentStepError
from docchain.runs.models import Run
from docchain.steps.perform import perform
from docchain.steps.world import StepWorld
from docchain.storage.table import Table
from docchain.workflows.definitions import DefinitionReader
from functions.steps.ai import workers
from functions.steps.document.dependencies import WORKERS
from infra.local.demo.chain import WORKFLOW
from infra.local.demo.run import SHIPPED
from tests.support.engine import Stage
from tests.support.gateways import a_gateway

MEMORY_MB = {"read": 1024, "summary": 2048, "analysis": 2048, "brief": 1024, "pdf": 1024}
PASSED = {"brief": [{"node": "is_spanish", "outcome": "false"}]}


@pytest.fixture
def stage(tenant: str) -> Stage:
    return Stage(tenant)


def started(stage: Stage, budget_usd: float | None = None) -> Run:
    """With the shipped English contract uploaded."""
    file: Path = SHIPPED[0]
    data = file.read_bytes()
    card = Document(
        id="doc_1",
        filename=file.name,
        media_type="application/pdf",
        size=len(data),
        sha256=stage.contents.put(stage.tenant, data),
        origin={"kind": "upload"},
        created_at=datetime.now(UTC).isoformat(),
        created_by="ada",
    )
    table = Table(boto3.client("dynamodb"), "documents")
    table.transact([stage.documents.putting(stage.tenant, card)])
    limits = [Limit(scope="run", usd=budget_usd, period="run")] if budget_usd else []
    return stage.started(WORKFLOW["nodes"], {"document_id": "doc_1"}, budget_usd=budget_usd, limits=limits)


def walk(stage: Stage, run: Run) -> list[str]:
    """Node after node, as far as it goes."""
    gateway = a_gateway()
    ai = {"ai_summarize": partial(workers.summarize, gateway), "ai_analyze": partial(workers.analyze, gateway)}
    definitions, done = DefinitionReader(stage.versions), list[str]()
    for node, memory_mb in MEMORY_MB.items():
        world = StepWorld(
            stage.records, definitions, stage.documents, stage.contents, {**WORKERS, **ai}, memory_mb, "x86_64"
        )
        try:
            perform(stage.order(run, node, passed=PASSED.get(node, [])), world, 120.0)
        except PermanentStepError:
            break
        done.append(node)
    return done


def by_hand(milliseconds: dict[str, float]) -> float:
    """docs/cost.md: list prices typed in once more, whole steps at a round figure, durations as measured."""
    lambda_usd = sum(ms / 1000 * MEMORY_MB[node] / 1024 * 0.0000166667 for node, ms in milliseconds.items())
    # Those of the last step and of the end among them, and that of the Choice.
    transitions = (len(milliseconds) + 3) * 25e-6
    requests = (len(milliseconds) + 1) * 0.2e-6
    table = (len(milliseconds) * 10 + 9) * 0.625e-6 + (len(milliseconds) * 4 + 4) * 0.125e-6
    bus = (len(milliseconds) + 1) * (2 * 1e-6 + 3 * 0.4e-6)
    return lambda_usd + transitions + requests + table + bus


def test_the_demos_cost_is_within_ten_percent_of_what_is_reckoned_by_hand(stage: Stage) -> None:
    run = started(stage)
    assert walk(stage, run) == list(MEMORY_MB)
    records = stage.runs.read_records(stage.tenant, run.id)
    milliseconds = {r.key: r.usage["lambda_ms"] for r in records if r.key in MEMORY_MB}

    told, reckoned = cost_of_run(records), by_hand(milliseconds)

    assert told == pytest.approx(reckoned, rel=0.10)


def test_half_of_what_it_costs_stops_it_before_the_half_is_passed(stage: Stage) -> None:
    walk(stage, started(stage))  # what a process does once is not in the next
    whole = started(stage)
    walk(stage, whole)
    half = cost_of_run(stage.runs.read_records(stage.tenant, whole.id)) / 2

    run = started(stage, budget_usd=half)
    done = walk(stage, run)
    records = stage.runs.read_records(stage.tenant, run.id)

    refused = next(r for r in records if r.status == "failed")
    assert refused.error is not None
    assert refused.error["code"] == "BUDGET_EXCEEDED"
    assert len(done) < len(MEMORY_MB)
    spent = cost_of_run(r for r in records if r.status == "completed")
    assert spent <= half
