"""Where rollups lie. A name's are sorted by resolution, period, series and lane, so that a stretch is one query.

A lane is a part of a rollup that one process mostly writes alone: adding to it waits for nobody. Readers add lanes up.
"""

from dataclasses import dataclass
from typing import Final, Literal

from docchain.clock import epoch
from docchain.metrics.limits import RETENTION_PERIOD

Resolution = Literal["minute", "hour", "day"]

RESOLUTIONS: Final[tuple[Resolution, ...]] = ("minute", "hour", "day")
LANES: Final = 8
# The length of the ISO text that names a period.
_LENGTH: Final[dict[str, int]] = {"minute": 16, "hour": 13, "day": 10}
_REST: Final = {"minute": ":00.000Z", "hour": ":00:00.000Z", "day": "T00:00:00.000Z"}
SECONDS: Final = {"minute": 60, "hour": 3600, "day": 86_400}
# An hour more than is promised: a period is kept until its end is so old.
_KEPT: Final = {"minute": RETENTION_PERIOD + 3600, "hour": 35 * 86_400 + 3600, "day": 800 * 86_400 + 86_400}


@dataclass(frozen=True)
class Place:
    pk: str
    sk: str


def catalogue(tenant_id: str) -> str:
    """A card of each series (``name#series``), and its totals behind it (``name#series#key#lane``).

    The card's ``key`` is what its rollups lie under: a metric that was deleted and comes back begins with a new one.
    """
    return f"{tenant_id}#metrics"


def metric(tenant_id: str, name: str) -> str:
    return f"{tenant_id}#metric#{name}"


def card(tenant_id: str, name: str, series: str) -> Place:
    return Place(catalogue(tenant_id), f"{name}#{series}")


def total(tenant_id: str, name: str, series: str, key: str, lane: int) -> Place:
    return Place(catalogue(tenant_id), f"{name}#{series}#{key}#{lane}")


def rollup(tenant_id: str, name: str, key: str, resolution: Resolution, at: str, lane: int) -> Place:
    return Place(metric(tenant_id, name), f"{resolution}#{period_of(resolution, at)}#{key}#{lane}")


def head_of_name(tenant_id: str, name: str) -> Place:
    """How many series the name has."""
    return Place(metric(tenant_id, name), "head")


def head_of_tenant(tenant_id: str) -> Place:
    return Place(f"{tenant_id}#metrics_head", "head")


def period_of(resolution: Resolution, at: str) -> str:
    """``2026-11-21T09:30`` of a minute."""
    return at[: _LENGTH[resolution]]


def begin_of(resolution: Resolution, period: str) -> str:
    return f"{period}{_REST[resolution]}"


def expiry(resolution: Resolution) -> int:
    return epoch() + _KEPT[resolution]
