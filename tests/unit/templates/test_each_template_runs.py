"""Each template from its data to its document: compiled, interpreted, with the real workers and sample parameters."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import pytest

from docchain.ai.gateway import Gateway
from docchain.clock import now
from docchain.documents.models import Document
from docchain.events.models import Event
from docchain.nodes.kinds.ai_analyze import KIND as ANALYZE
from docchain.runs.models import NodeRecord, NodeStatus, RunStatus, StepOrder
from docchain.runs.records import RecordRepository
from docchain.steps.perform import perform
from docchain.templates.catalogue import all_templates, template_named
from docchain.templates.settling import settled_nodes
from functions.steps.ai import workers as ai
from functions.steps.ai.extracting import extract
from functions.steps.ai.translating import translate
from functions.steps.document.dependencies import WORKERS as DOCUMENT
from tests.support.engine import Stage
from tests.support.executions import CONTROL, WORKERS, Whole
from tests.support.gateways import a_gateway
from tests.support.openai_peer import completion, openai_peer

CONTRACT = (
    "# Lease of the north field\n\nBee Keepers Inc. leases the north field from Grace Hopper until 31 December 2027. "
    "The rent is 1,840.50 euros a year, due on the first of March. Either party may end this contract with three "
    "months' notice in writing. Damage by animals is paid by the owner of the animals.\n\n"
    "The parties agreed on this in Berlin on 20 November 2026. Changes of this contract need a written form."
)
FILES = {
    "data_sheet_from_csv": b"name,frames,queen\nAlpha,10,2024\nBeta,8,2025\n",
    "": CONTRACT.encode(),
}


@pytest.fixture(scope="module")
def provider() -> Iterator[Gateway]:
    with openai_peer(completion("Die Bienen tanzen.")) as peer:
        yield a_gateway(openai=peer.base_url)


@dataclass
class RealRun(Whole):
    """With the workers of production, and people who decide as they are told."""

    provider: Gateway = field(default_factory=a_gateway)
    decision: str = "approved"
    asked: list[str] = field(default_factory=list)

    def _step(self, order: StepOrder, seconds_left: float) -> dict[str, Any]:
        world = self.stage.world(self._template)
        asking = {
            "ai_summarize": ai.summarize,
            ANALYZE.name: ai.analyze,
            "ai_generate": ai.generate,
            "ai_translate": translate,
            "ai_extract": extract,
        }
        models = {name: partial(work, self.provider) for name, work in asking.items()}
        world = replace(world, workers={**DOCUMENT, **models, **WORKERS})
        if order.phase == "approval":
            return self._decided(order)
        return CONTROL[order.phase](order, world, seconds_left) if order.phase else perform(order, world, seconds_left)

    def _decided(self, order: StepOrder) -> dict[str, Any]:
        node = next(n for n in self.definition.nodes if n.key == order.node)
        self.asked.append(node.key)
        record = NodeRecord(
            key=node.key,
            node_id=node.id,
            node_type=node.node_type,
            effect_class="pure",
            status=NodeStatus.COMPLETED,
            fence=order.fence,
            started_at=now(),
            finished_at=now(),
            lease_until=0,
            output={"outcome": self.decision},
            facts={"outcome": self.decision},
        )
        records = RecordRepository(self.stage.runs.table)
        records.table.transact(records.standing(order.tenant, order.run, [record]))
        return {"facts": record.facts, "outcome": self.decision}


def a_run(tenant: str, name: str, provider: Gateway, **more: Any) -> RealRun:
    stage, template = Stage(tenant), template_named(name)
    params: dict[str, Any] = {}
    for given, parameter in template.parameters.items():
        params[given] = parameter.sample if parameter.type != "document" else uploaded(stage, name, given)
    nodes = settled_nodes(template, more.pop("settings", {}))
    return RealRun(stage, nodes, params={**params, **more.pop("params", {})}, provider=provider, **more)


def uploaded(stage: Stage, name: str, given: str) -> str:
    data = FILES.get(name, FILES[""])
    if given == "second":
        data = data.replace(b"rent", b"price").replace(b"animals", b"storms")
    document = Document(
        id=f"doc_{given}",
        filename="hives.csv" if name in FILES else f"{given}.md",
        media_type="text/csv" if name in FILES else "text/markdown",
        size=len(data),
        sha256=stage.contents.put(stage.tenant, data),
        origin={"kind": "upload"},
        created_at=now(),
        created_by="ada",
    )
    stage.documents.create(stage.tenant, document, Event(type="test", tenant_id=stage.tenant, subject="d"))
    return document.id


@pytest.mark.parametrize("name", list(all_templates()))
def test_a_template_runs_to_its_end_with_its_samples(tenant: str, provider: Gateway, name: str) -> None:
    run = a_run(tenant, name, provider)
    ended = run.run_to_end()
    assert ended.status == RunStatus.COMPLETED, ended.error
    followed = {e.source_key for n in run.definition.nodes for e in n.depends_on}
    results = [n.key for n in run.definition.nodes if n.key not in followed]
    made = [r for key in results if (r := run.record(key)) is not None]
    assert made, results
    assert all(r.status == NodeStatus.COMPLETED for r in made)


def texts(run: RealRun, key: str) -> str:
    return str((run.record(key).output or {}).get("text"))


def test_an_invoice_above_the_limit_is_decided_by_people(tenant: str, provider: Gateway) -> None:
    run = a_run(tenant, "invoice_approval", provider)
    run.run_to_end()
    assert run.asked == ["approve"]
    assert "Approved by people" in texts(run, "decision")
    assert run.record("refused") is None


def test_an_invoice_below_the_limit_asks_nobody(tenant: str, provider: Gateway) -> None:
    run = a_run(tenant, "invoice_approval", provider, settings={"limit": 5000})
    run.run_to_end()
    assert (run.asked, "Within the limit of 5000" in texts(run, "decision")) == ([], True)


def test_a_rejected_invoice_is_not_paid(tenant: str, provider: Gateway) -> None:
    run = a_run(tenant, "invoice_approval", provider, decision="rejected")
    run.run_to_end()
    assert "is not paid" in texts(run, "refused")
    assert run.record("decision") is None
    assert run.record("document").documents


def test_a_translation_that_was_refused_makes_no_document(tenant: str, provider: Gateway) -> None:
    run = a_run(tenant, "translation_with_review", provider, decision="rejected")
    assert run.run_to_end().status == RunStatus.COMPLETED
    assert run.record("document") is None
    assert texts(run, "translate").startswith("Die Bienen")


def test_each_row_of_a_csv_is_a_sheet(tenant: str, provider: Gateway) -> None:
    run = a_run(tenant, "data_sheet_from_csv", provider)
    run.run_to_end()
    text = texts(run, "sheets")
    assert "2 rows." in text
    assert "## Alpha\n\n- **frames**: 10\n- **name**: Alpha\n- **queen**: 2024" in text
    assert "## Beta" in text


def test_an_angry_mail_gets_an_apology(tenant: str, provider: Gateway) -> None:
    run = a_run(tenant, "mail_triage", provider)
    run.run_to_end()
    assert "we are sorry" in texts(run, "ticket")
