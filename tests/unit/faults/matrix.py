"""Which fault strikes where, what comes of it, and the table that says so."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import boto3
import pytest

from docchain.entrypoints.listener import Change
from docchain.events.models import Event
from functions.listeners.outbox.bus import Bus
from functions.listeners.outbox.run import publish_events
from tests.support.engine import Stage
from tests.support.faults import Calls, ProcessKilled, is_call, is_write_of
from tests.support.http_peer import a_peer
from tests.unit.faults.deliveries import CLASSES, Trial

STEPS = ("claim", "work", "effect", "keep", "complete", "outbox")
FAULTS = ("killed", "timeout", "throttle", "lost acknowledgement", "duplicate")
PAGE = Path(__file__).parents[3] / "docs" / "fault-matrix.md"
BEGIN, END = "<!-- the table: written by its test -->", "<!-- the end of the table -->"


class Cell(NamedTuple):
    step: str
    fault: str
    effect_class: str


class Outcome(NamedTuple):
    """``effects`` as the receiver counts them."""

    status: str
    effects: int
    events_lost: int

    def __str__(self) -> str:
        times = {0: "nothing done", 1: "done once"}.get(self.effects, f"done {self.effects} times")
        return times if self.status == "completed" else f"**{self.status}**, {times}"


def cells() -> Iterator[Cell]:
    for step in STEPS:
        for fault in FAULTS:
            for effect_class in CLASSES:
                if step != "keep" or effect_class in ("paid", "once"):
                    yield Cell(step, fault, effect_class)


def outcome_of(cell: Cell, tenant: str, monkeypatch: pytest.MonkeyPatch) -> Outcome:
    stage = Stage(tenant)
    with a_peer() as peer:
        struck = {cell.step: cell.fault} if cell.step in ("work", "effect") else {}
        trial = Trial(stage, peer, cell.effect_class, **struck)
        calls = _between(cell, trial)
        calls.put_between(monkeypatch)
        trial.until_it_ends()
        lost = _told(cell, trial, calls)
        assert calls.struck or trial.struck, "the fault did not strike"
    return Outcome(trial.record.status.value, trial.effects, lost)


def _between(cell: Cell, trial: Trial) -> Calls:
    where = {"claim": is_write_of("running"), "keep": is_call("PutObject"), "complete": is_write_of("completed")}
    if cell.step not in where:
        return Calls()
    return Calls(where[cell.step], cell.fault, trial.deliver_again)


def _told(cell: Cell, trial: Trial, calls: Calls) -> int:
    """How many of the run's events the bus never got, when the outbox is struck and its batch comes again."""
    items = trial.stage.runs.table.query_all(f"{trial.stage.tenant}#run#{trial.run.id}", prefix="event#", most=100)
    changes = [Change("INSERT", str(n), item) for n, item in enumerate(items)]
    bus = _ListeningBus(Bus(boto3.client("events"), "docchain"))
    if cell.step == "outbox":
        calls.hits, calls.fault = is_call("PutEvents"), cell.fault
        calls.again = lambda: publish_events(changes, bus)  # type: ignore[arg-type]  # puts alike
    for _ in range(2):
        try:
            publish_events(changes, bus)  # type: ignore[arg-type]  # puts alike
            break
        except (Exception, ProcessKilled):  # noqa: BLE001  # Lambda brings the batch again, whatever it was
            continue
    return len({i["event"]["id"] for i in items} - bus.heard)


@dataclass
class _ListeningBus:
    """The bus, and what it took."""

    bus: Bus
    heard: set[str] = field(default_factory=set)

    def put(self, events: list[Event]) -> list[int]:
        refused = self.bus.put(events)
        self.heard.update(e.id for n, e in enumerate(events) if n not in refused)
        return refused


def table(outcomes: dict[Cell, Outcome]) -> str:
    lines = ["| where | what strikes | " + " | ".join(CLASSES) + " |", "|---" * (2 + len(CLASSES)) + "|"]
    for step in STEPS:
        for fault in FAULTS:
            found = [outcomes.get(Cell(step, fault, c)) for c in CLASSES]
            lines.append(f"| {step} | {fault} | " + " | ".join(str(o) if o else "–" for o in found) + " |")
    return "\n".join(lines)
