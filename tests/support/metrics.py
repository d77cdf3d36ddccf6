"""Metrics over the tables of moto, and observations in a line."""

from collections.abc import Iterable
from datetime import UTC, datetime

from docchain import aws
from docchain.clock import now, to_iso
from docchain.metrics.models import Observation, Series
from docchain.metrics.recording import Recorder
from docchain.storage.table import Table


def metrics_table() -> Table:
    return Table(aws.dynamodb(), "metrics")


def a_recorder(lane: int | None = None) -> Recorder:
    recorder = Recorder.over(metrics_table())
    if lane is not None:
        recorder.lane.number = lane
    return recorder


def observed(
    values: Iterable[float], kind: str = "counter", *, name: str = "things", at: str | None = None, **labels: str
) -> list[Observation]:
    series = Series.of(name, kind, "application", labels)
    return [Observation(series, float(value), at or now()) for value in values]


def moment(text: str) -> str:
    """``2026-11-21 09:30`` as the clock says it."""
    return to_iso(datetime.fromisoformat(text).replace(tzinfo=UTC))
