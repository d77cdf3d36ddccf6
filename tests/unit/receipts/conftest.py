"""A run that ended, with a document, and its receipt."""

import hashlib
from typing import Any

import pytest

from docchain.audit.chain import Chain
from docchain.documents.models import NewDocument
from docchain.events.models import Event
from docchain.receipts.proving import Receipts
from docchain.receipts.repository import ReceiptRepository
from docchain.runs.models import Run, RunStatus
from docchain.steps.call import NodeCall, NodeResult
from tests.support.audit import the_audit, the_heads
from tests.support.engine import Stage

TEMPLATE = {"node_type": "document_template", "config": {"template": "hi {{ params.who }}"}}
NODES = [{"id": n, "name": name, **TEMPLATE} for n, name in enumerate(("First", "Second", "Third"), start=1)]
CONTENT = b"# A letter\n"


@pytest.fixture
def stage(tenant: str) -> Stage:
    return Stage(tenant)


@pytest.fixture
def receipts(stage: Stage) -> Receipts:
    return Receipts(ReceiptRepository(stage.runs.table, stage.contents), stage.versions, stage.documents, the_heads())


@pytest.fixture
def run(stage: Stage) -> Run:
    started = stage.started(NODES, {"who": "Ada Lovelace"})
    for node in ("first", "second", "third"):
        stage.perform(started, node, a_letter if node == "third" else a_text)
    stage.runs.end(stage.tenant, started, RunStatus.COMPLETED, cost_usd=0.0125)
    return stage.runs.read(stage.tenant, started.id)


@pytest.fixture
def signed_audit(stage: Stage, run: Run) -> None:
    """What the queue and the daily job do with the event of the run's end."""
    pk = f"{stage.tenant}#run#{run.id}"
    events = [Event.model_validate(i["event"]) for i in stage.runs.table.query_all(pk, prefix="event#", most=100)]
    Chain(the_audit()).append(stage.tenant, events)
    the_heads().sign(stage.tenant)


def a_text(call: NodeCall) -> NodeResult:
    return NodeResult(output={"text": f"from {call.node_key}", "score": 0.5}, facts={"score": 0.5}, usage={"tokens": 7})


def a_letter(call: NodeCall) -> NodeResult:
    document = NewDocument(filename="letter.md", media_type="text/markdown", data=CONTENT)
    return NodeResult(output={"text": "done"}, document=document)


def sha256_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where each value stands that is no object and no list."""
    if isinstance(value, dict):
        return [found for key in value for found in leaves(value[key], (*path, key))]
    if isinstance(value, list):
        return [found for n, item in enumerate(value) for found in leaves(item, (*path, n))]
    return [path]
