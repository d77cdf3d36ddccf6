"""Timings as the API shows them."""

from typing import Any

from docchain.clock import now
from docchain.metrics.timings.gathering import timings
from docchain.metrics.timings.reading import Timing, read_timings
from docchain.storage.table import Table
from functions.api.metrics.schemas.performance import PerformanceOverview, RoutePerformance

_NAMED = 5


def overview(table: Table, tenant_id: str, hours: int) -> PerformanceOverview:
    since, found = _read(table, tenant_id, hours)
    merged = Timing()
    for timing in found.values():
        merged.counts.update(timing.counts)
    slowest = sorted(found, key=lambda route: (-(found[route].percentile(0.95) or 0), route))
    failing = sorted((r for r in found if found[r].counts["errors"]), key=lambda r: (-found[r].share("errors"), r))
    return PerformanceOverview(
        **_figures(merged),
        routes=len(found),
        slowest=slowest[:_NAMED],
        failing=failing[:_NAMED],
        since=since,
        time_range_hours=hours,
        timestamp=now(),
    )


def of_routes(table: Table, tenant_id: str, hours: int, limit: int) -> list[RoutePerformance]:
    """Those with most requests first."""
    _, found = _read(table, tenant_id, hours)
    ordered = sorted(found.items(), key=lambda pair: (-pair[1].requests, pair[0]))
    return [RoutePerformance(route=route, **_figures(timing)) for route, timing in ordered[:limit]]


def _read(table: Table, tenant_id: str, hours: int) -> tuple[str, dict[str, Timing]]:
    """What this process still holds is written first: who asks wants to see their own last calls."""
    if held := timings():
        held.flush()
    return read_timings(table, tenant_id, hours)


def _figures(timing: Timing) -> dict[str, Any]:
    return {
        "requests": timing.requests,
        "errors": timing.counts["errors"],
        "error_rate": timing.share("errors"),
        "client_errors": timing.counts["client_errors"],
        "client_error_rate": timing.share("client_errors"),
        "mean_ms": timing.mean_ms,
        **{f"p{share}_ms": timing.percentile(share / 100) for share in (50, 95, 99)},
    }
