"""The limiter of a door: takes a token for a call, or refuses it.

Availability goes before strictness: when DynamoDB does not answer, the call is let through, with a line in the log and
a count in the metrics. Logins do not lean on this: their failures are counted on their own (``identity.lockout``).
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from functools import cache

from aws_lambda_powertools.metrics import MetricUnit
from botocore.exceptions import BotoCoreError, ClientError
from pydantic_settings import BaseSettings

from docchain import aws
from docchain.auth.caller import Caller
from docchain.errors import RateLimited
from docchain.events.models import Event
from docchain.limits.buckets import Buckets
from docchain.limits.rates import Rate, Standing
from docchain.limits.subjects import Subject, of_address, of_caller
from docchain.observability import logger, metrics
from docchain.security_events.refusals import tell_refusal, this_window
from docchain.storage.errors import TooMuchContention
from docchain.storage.table import Table

_TOLD_MOST = 10_000


class LimitSettings(BaseSettings):
    """Calls a minute of an address that nobody is known behind, and its tries at becoming somebody."""

    limits_table: str
    guard_table: str
    anonymous_per_minute: int
    sign_in_per_minute: int


class TooManyRequests(RateLimited):
    def __init__(self, standing: Standing) -> None:
        super().__init__(
            f"More than {standing.limit} calls a minute; try again in {standing.retry_after} s.",
            retry_after=standing.retry_after,
        )
        self.standing = standing


@dataclass(frozen=True)
class Limiter:
    buckets: Buckets
    guard: Table
    anonymous: Rate
    sign_in: Rate
    _told: OrderedDict[tuple[str, int], None] = field(default_factory=OrderedDict, repr=False)

    def admit(self, caller: Caller | None, address: str, *, sign_in: bool) -> Standing | None:
        """``None`` when it could not be counted. Raises ``TooManyRequests``."""
        if caller:
            subject, rate = of_caller(caller)
        else:
            subject = of_address(address, sign_in=sign_in)
            rate = self.sign_in if sign_in else self.anonymous
        try:
            standing = self.buckets.take(subject.pk, rate)
        except (BotoCoreError, ClientError, TooMuchContention) as error:
            logger.warning("a call was let through uncounted", extra={"bucket": subject.name, "fault": str(error)})
            metrics.add_metric(name="UncountedCalls", unit=MetricUnit.Count, value=1)
            return None
        if not standing.allowed:
            self._tell(subject, standing, caller)
            raise TooManyRequests(standing)
        return standing

    def rate_of_nobody(self, subject: Subject) -> Rate:
        return self.sign_in if subject.kind == "sign_in" else self.anonymous

    def _tell(self, subject: Subject, standing: Standing, caller: Caller | None) -> None:
        """Once a bucket and minute; a process asks no twice."""
        window = this_window()
        if (subject.pk, window) in self._told:
            return
        fact = Event(
            type="rate_limit.exceeded",
            tenant_id=subject.tenant_id,
            subject=f"rate_limits/{subject.name}",
            actor=caller.username if caller else None,
            data={"bucket": subject.name, "limit": standing.limit},
        )
        if not tell_refusal(self.guard, fact, f"rate_limit#{subject.name}", window):
            return
        self._told[subject.pk, window] = None
        if len(self._told) > _TOLD_MOST:
            self._told.popitem(last=False)


@cache
def limiter() -> Limiter:
    """One per process: it remembers what it saw of its buckets."""
    settings = LimitSettings()
    client = aws.dynamodb()
    return Limiter(
        Buckets(Table(client, settings.limits_table)),
        Table(client, settings.guard_table),
        Rate(settings.anonymous_per_minute),
        Rate(settings.sign_in_per_minute),
    )
