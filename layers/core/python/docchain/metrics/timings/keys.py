"""Where timings of routes lie: by hour and by day, a lane of each per process."""

from typing import Final, Literal

from docchain.clock import epoch
from docchain.metrics.keys import period_of

Period = Literal["hour", "day"]
PERIODS: Final[tuple[Period, ...]] = ("hour", "day")
_KEPT: Final = {"hour": 35 * 86_400, "day": 400 * 86_400}


def performance(tenant_id: str) -> str:
    return f"{tenant_id}#performance"


def timing(period: Period, at: str, route: str, lane: int) -> str:
    return f"{period}#{period_of(period, at)}#{route}#{lane}"


def expiry(period: Period) -> int:
    return epoch() + _KEPT[period]
