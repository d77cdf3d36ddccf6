"""A run worked again from its file: pure nodes for real, and their results compared with the records byte by byte.

What asks a model or acts on the outside is answered from its record. So the file is a test of the definition and of
the code that is here now, which costs nothing and reaches nobody.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from docchain.definitions.graph import graph_of
from docchain.definitions.models import NodeDefinition
from docchain.errors import DocchainError
from docchain.nodes import catalogue
from docchain.nodes.kind import NodeKind
from docchain.replay.choices import outcome_of
from docchain.replay.errors import NoSuchNode
from docchain.replay.fixture import Fixture
from docchain.replay.offline_world import NotInTheFile, offline_world
from docchain.runs.models import NodeRecord, NodeStatus, StepOrder
from docchain.runs.outputs import read_output
from docchain.steps.call import NodeCall, Worker
from docchain.steps.hashing import content_hash
from docchain.steps.needs import needs_of, upstream_of
from docchain.steps.results import completed_record, document_reader
from docchain.steps.scope import configured, scope_of
from docchain.steps.world import StepWorld


class Verdict(StrEnum):
    SAME = "same"
    DIFFERS = "differs"
    # Answered from its record, for the reason that is told.
    RECORDED = "recorded"


@dataclass(frozen=True)
class Checked:
    """``before`` and ``after`` are the outputs of one that differs."""

    node: str
    verdict: Verdict
    reason: str = ""
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)


def replay_offline(fixture: Fixture, workers: Mapping[str, Worker], only: str | None = None) -> Iterator[Checked]:
    """In the order of the graph. Raises ``NoSuchNode``."""
    graph = graph_of(fixture.definition)
    if only is not None and only not in graph.nodes:
        raise NoSuchNode([only], "--only")
    world = offline_world(fixture, workers)
    records = {r.key: r for r in fixture.records if r.item is None}
    for key in graph.order if only is None else [only]:
        yield _checked(fixture, world, graph.nodes[key], records)


def _checked(fixture: Fixture, world: StepWorld, node: NodeDefinition, records: dict[str, NodeRecord]) -> Checked:
    kind, record = catalogue.get(node.node_type), records.get(node.key)
    if record is None:
        return Checked(node.key, Verdict.RECORDED, "it did not run")
    if record.status != NodeStatus.COMPLETED:
        return Checked(node.key, Verdict.RECORDED, f"it is {record.status.value}")
    if kind.form == "choice":
        outcome = outcome_of(node, fixture.run.params, records)
        return _compared(node, record, record.output or {}, {"outcome": outcome})
    if reason := _reason_not_to_work(kind, record, world):
        return Checked(node.key, Verdict.RECORDED, reason)
    try:
        return _worked(fixture, world, node, kind, record, records)
    except NotInTheFile as error:
        return Checked(node.key, Verdict.RECORDED, error.message)
    except DocchainError as error:
        return Checked(node.key, Verdict.DIFFERS, f"fails now: {error.message}")


def _reason_not_to_work(kind: NodeKind, record: NodeRecord, world: StepWorld) -> str | None:
    if record.effect_class != "pure":
        return f"it is {record.effect_class}: answered from its record"
    if kind.form != "task" or kind.family == "effect":
        return "answered from its record"
    if kind.name not in world.workers:
        return "no worker of its kind is here"
    return None


def _worked(
    fixture: Fixture,
    world: StepWorld,
    node: NodeDefinition,
    kind: NodeKind,
    record: NodeRecord,
    records: dict[str, NodeRecord],
) -> Checked:
    # Documents are numbered by the run that made them.
    made_in = record.reused_from.run if record.reused_from else fixture.run.id
    order = StepOrder(
        tenant=fixture.tenant, run=made_in, workflow=fixture.run.workflow_id, version=fixture.run.version, node=node.key
    )
    read = [key for key in needs_of(fixture.definition, node, kind) if key in records]
    seen = {key: records[key] for key in read}
    scope = scope_of(world.contents, order.tenant, fixture.run, node, seen)
    config = configured(node, kind, scope)
    if record.config_hash != content_hash(config.model_dump(mode="json", warnings=False)):
        if record.reused_from:
            return Checked(node.key, Verdict.RECORDED, f"it was rendered in run {made_in}")
        return Checked(node.key, Verdict.DIFFERS, "its config is rendered differently")
    upstream = upstream_of(fixture.definition, node, kind) or node.sources
    call = NodeCall(
        tenant_id=order.tenant,
        run_id=order.run,
        workflow_id=order.workflow,
        node_key=node.key,
        config=config,
        scope=scope,
        upstream={k: scope["nodes"][k] for k in upstream if scope["nodes"].get(k) is not None},
        deadline=time.monotonic() + kind.timeout_seconds,
        read_document=document_reader(world, order.tenant),
        written=node.config,
    )
    result = world.workers[kind.name](call)
    done, _ = completed_record(order, world, fixture.run, record, result, seen)
    before = _output(world, fixture, record)
    found = _compared(node, record, before, read_output(world.contents, fixture.tenant, done))
    if found.verdict == Verdict.SAME and done.facts != record.facts:
        return Checked(node.key, Verdict.DIFFERS, "its facts differ", before=record.facts, after=dict(done.facts))
    return found


def _output(world: StepWorld, fixture: Fixture, record: NodeRecord) -> dict[str, Any]:
    """Of a large one that is not in the file, nothing: its hash is compared all the same."""
    try:
        return read_output(world.contents, fixture.tenant, record)
    except NotInTheFile:
        return {}


def _compared(node: NodeDefinition, record: NodeRecord, before: dict[str, Any], after: dict[str, Any]) -> Checked:
    expected = record.output_hash or content_hash(before)
    if content_hash(after) == expected:
        return Checked(node.key, Verdict.SAME)
    return Checked(node.key, Verdict.DIFFERS, "its output differs", before=before, after=after)
