"""How much of paid models a tenant uses: tokens a minute, and calls at a time. One write before a call, one after.

Tokens are a bucket as ``docchain.limits`` has it (GCRA: one moment, at which it is full again), taken by what a
call may use and corrected by what it did. Calls at a time are leases in the same item: that of a process that died ends
with its deadline. When DynamoDB does not answer, the call goes through, with a line in the log and a count.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from aws_lambda_powertools.metrics import MetricUnit
from botocore.exceptions import BotoCoreError, ClientError

from docchain.ai.errors import AiLimitReached
from docchain.ids import new_ulid
from docchain.limits.buckets import now_us
from docchain.observability import logger, metrics
from docchain.storage.conditions import Attr, Condition
from docchain.storage.errors import ConditionFailed
from docchain.storage.expressions import update_expression
from docchain.storage.items import Item, decode_item
from docchain.storage.table import Table

BUCKET: Final = "models"
_MINUTE: Final = 60_000_000
_KEPT_SECONDS: Final = 3600
_TRIES: Final = 8
_LEASE_SLACK_SECONDS: Final = 5


@dataclass(frozen=True)
class Allowance:
    tokens_per_minute: int
    calls_at_a_time: int


@dataclass
class Taken:
    """``used`` is set by who was allowed: what was taken beyond it is given back."""

    tokens: int
    used: int | None = None


@dataclass(frozen=True)
class ModelLimits:
    table: Table | None
    allowance: Allowance
    _seen: dict[str, Item] = field(default_factory=dict, repr=False)

    @contextmanager
    def taking(self, tenant_id: str, tokens: int, seconds: float) -> Iterator[Taken]:
        """Raises ``AiLimitReached``. A call larger than the whole bucket takes all of it."""
        taken = Taken(min(tokens, self.allowance.tokens_per_minute))
        lease = new_ulid()
        held = self._acquire(tenant_id, taken.tokens, lease, seconds)
        try:
            yield taken
        finally:
            if held:
                self._release(tenant_id, taken, lease)

    def _acquire(self, tenant_id: str, tokens: int, lease: str, seconds: float) -> bool:
        table = self.table
        if table is None:
            return False
        pk = f"{tenant_id}#bucket#{BUCKET}"
        for _ in range(_TRIES):
            now = now_us()
            seen = self._seen.get(pk, {})
            try:
                self._seen[pk] = self._take(table, pk, seen, tokens, lease, now, now + math.ceil(seconds * 1e6))
                return True
            except _NotTaken as told:
                self._seen[pk] = told.stored
                self._refuse(told.stored, tokens, now)
            except (BotoCoreError, ClientError) as error:
                logger.warning("a call of a model was let through uncounted", extra={"fault": str(error)})
                metrics.add_metric(name="UncountedModelCalls", unit=MetricUnit.Count, value=1)
                return False
            if len(self._seen) > 4096:
                self._seen.clear()
        raise AiLimitReached("Too many calls of models begin at this moment; try again.", retry_after=1)

    def _refuse(self, stored: Item, tokens: int, now: int) -> None:
        """Raises when the item as it is says no; else the next try knows it, and passes."""
        ahead = int(stored.get("full_at", 0)) - self._latest(tokens, now)
        if ahead > 0:
            seconds = max(1, math.ceil(ahead / 1e6))
            raise AiLimitReached(
                f"More than {self.allowance.tokens_per_minute:,} tokens a minute; try again in {seconds} s.",
                retry_after=seconds,
                details={"limit": "tokens_per_minute", "most": self.allowance.tokens_per_minute},
            )
        most = self.allowance.calls_at_a_time
        leases = stored.get("leases", {})
        if len(leases) >= most and all(until > now for until in leases.values()):
            raise AiLimitReached(
                f"More than {most} calls of models at a time; try again.",
                retry_after=2,
                details={"limit": "calls_at_a_time", "most": most},
            )

    def _take(self, table: Table, pk: str, seen: Item, tokens: int, lease: str, now: int, until: int) -> Item:
        """As if the item were as it was ``seen``; where it is not, ``_NotTaken`` tells how it is."""
        cost = tokens * self._interval
        full_at = int(seen.get("full_at", 0))
        kept: dict[str, Any] = {"entity": "bucket", "expires_at": now // 1_000_000 + _KEPT_SECONDS}
        until += _LEASE_SLACK_SECONDS * 1_000_000
        expression: dict[str, Any] = {}
        condition: Condition
        if not seen:
            condition = Attr("pk").not_exists()
            expression["set_"] = {**kept, "full_at": now + cost, "leases": {lease: until}}
        else:
            dead = [name for name, ends in seen["leases"].items() if ends <= now]
            expression["remove"] = tuple(f"leases.{name}" for name in dead)
            expression["set_"] = {**kept, f"leases.{lease}": until}
            # Those found dead must still be there: else the item is another, and the count of the rest as well.
            room = Attr("leases").size().lt(self.allowance.calls_at_a_time + len(dead))
            for name in dead:
                room &= Attr(f"leases.{name}").exists()
            if full_at <= now:
                condition = Attr("full_at").lte(now) & room
                expression["set_"]["full_at"] = now + cost
            else:
                between = Attr("full_at").gt(now) & Attr("full_at").lte(self._latest(tokens, now))
                condition = between & room
                expression["add"] = {"full_at": cost}
        try:
            answer: Any = table.client.update_item(
                TableName=table.name,
                Key={"pk": {"S": pk}, "sk": {"S": "bucket"}},
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **update_expression(**expression, condition=condition),
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            response: Any = error.response
            raise _NotTaken(decode_item(response.get("Item", {}))) from None
        return decode_item(answer["Attributes"])

    def _release(self, tenant_id: str, taken: Taken, lease: str) -> None:
        """A call that failed is charged nothing. What is lost here ends with the lease."""
        table = self.table
        if table is None:
            return
        pk = f"{tenant_id}#bucket#{BUCKET}"
        back = ((taken.used or 0) - taken.tokens) * self._interval
        try:
            self._seen[pk] = table.update(
                pk, "bucket", add={"full_at": back}, remove=(f"leases.{lease}",), when=Attr("leases").exists()
            )
        except ConditionFailed:
            return  # nobody called for an hour, and the item is gone
        except (BotoCoreError, ClientError) as error:
            logger.warning("a call of a model was not given back", extra={"fault": str(error)})

    @property
    def _interval(self) -> int:
        """One token, in microseconds."""
        return max(1, _MINUTE // self.allowance.tokens_per_minute)

    def _latest(self, tokens: int, now: int) -> int:
        """How far ahead the bucket may be full at most and still give so many."""
        return now + self._interval * (self.allowance.tokens_per_minute - tokens)


class _NotTaken(Exception):  # no error: it tells how the item is
    def __init__(self, stored: Item) -> None:
        super().__init__()
        self.stored = stored
