"""What a process has answered since it last wrote: requests do not pay a write each.

It writes with the first request that ends ten seconds after the last write, or sooner when it holds 500 requests or 45
routes. So a process that ends loses at most that much, and one that nobody asks holds on to it until it is asked again.
"""

import time
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError
from pydantic_settings import BaseSettings

from docchain import aws
from docchain.analytics.sketch import bucket_of
from docchain.clock import now
from docchain.metrics.lanes import Lane
from docchain.metrics.timings import keys
from docchain.observability import logger
from docchain.storage.errors import TooMuchContention
from docchain.storage.table import Action, Table

REQUESTS_MOST: Final = 500
ROUTES_MOST: Final = 45
"""Two items each: an hour's and a day's, and a transaction has a hundred."""
_TRIES: Final = 3

Counts = Counter[str]


class TimingSettings(BaseSettings):
    """``timing_seconds`` of 0: nothing is gathered."""

    metrics_table: str
    timing_seconds: int


@dataclass
class Timings:
    table: Table
    seconds: float
    lane: Lane = field(default_factory=Lane)
    held: dict[tuple[str, str], Counts] = field(default_factory=dict)
    requests: int = 0
    written_at: float = field(default_factory=time.monotonic)

    def note(self, tenant_id: str, route: str, status: int, milliseconds: float) -> None:
        counts = self.held.setdefault((tenant_id, route), Counter())
        counts.update({"count": 1, "us": round(milliseconds * 1000), f"b{bucket_of(milliseconds)}": 1})
        if status >= 400:
            counts["errors" if status >= 500 else "client_errors"] += 1
        self.requests += 1
        if self._is_due():
            self.flush()

    def _is_due(self) -> bool:
        full = self.requests >= REQUESTS_MOST or len(self.held) >= ROUTES_MOST
        return full or time.monotonic() - self.written_at >= self.seconds

    def flush(self) -> None:
        """Nobody's answer fails for it: what cannot be written is said in the log and lost."""
        if not self.held:
            return
        held, requests = self.held, self.requests
        self.held, self.requests, self.written_at = {}, 0, time.monotonic()
        try:
            self._write(held)
        except (BotoCoreError, ClientError, TooMuchContention):
            logger.warning("timings of routes were lost", extra={"requests": requests})

    def _write(self, held: dict[tuple[str, str], Counts]) -> None:
        at = now()
        for attempt in range(_TRIES):
            actions = [
                self._adding(tenant_id, route, period, at, counts)
                for (tenant_id, route), counts in sorted(held.items())
                for period in keys.PERIODS
            ]
            try:
                self.table.transact(actions, attempts=1)
            except TooMuchContention:
                if attempt == _TRIES - 1:
                    raise
                self.lane.change()
            else:
                return

    def _adding(self, tenant_id: str, route: str, period: keys.Period, at: str, counts: Counts) -> Action:
        sk = keys.timing(period, at, route, self.lane.number)
        set_ = {"entity": "timing", "expires_at": keys.expiry(period)}
        return self.table.updating(keys.performance(tenant_id), sk, set_=set_, add=dict(counts))


@cache
def timings() -> Timings | None:
    settings = TimingSettings()
    if not settings.timing_seconds:
        return None
    return Timings(Table(aws.dynamodb(), settings.metrics_table), settings.timing_seconds)
