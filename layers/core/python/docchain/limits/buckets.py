"""Token buckets in DynamoDB: a call is one conditional update, and mostly just one.

Two updates are possible: of a bucket that is full (begin: it is full again one interval from now) and of one that is
not (add one interval). Which it is, a process remembers from its last call and guesses right as long as it is used;
the condition makes a wrong guess harmless, and its failure tells which was right. As the moment at which a bucket is
full only ever moves ahead, a bucket that was seen empty is refused without a call until its next token is due.

An update whose acknowledgement was lost is sent again by the SDK and takes a second token: it errs on the strict side.
"""

import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any, Final

from botocore.exceptions import ClientError

from docchain.limits.rates import Rate, Standing
from docchain.storage.conditions import Attr
from docchain.storage.errors import TooMuchContention
from docchain.storage.expressions import update_expression
from docchain.storage.items import decode_item
from docchain.storage.table import Table

BUCKET: Final = "bucket"

_REMEMBERED_MOST = 10_000
# Past its being full: nothing is lost when TTL deletes it.
_KEPT_SECONDS = 3600
_TRIES = 6


def now_us() -> int:
    return time.time_ns() // 1000


@dataclass(frozen=True)
class Buckets:
    table: Table
    _full_at: OrderedDict[str, int] = field(default_factory=OrderedDict, repr=False)

    def take(self, pk: str, rate: Rate) -> Standing:
        """One token, if there is one. Raises ``TooMuchContention`` when the bucket changes too often."""
        now = now_us()
        seen = self._full_at.get(pk, 0)
        for _ in range(_TRIES):
            if seen > now + rate.latest:
                return rate.standing(seen, now, allowed=False)
            taken, seen = self._begin(pk, rate, now) if seen <= now else self._add(pk, rate, now)
            self._remember(pk, seen)
            if taken:
                return rate.standing(seen, now, allowed=True)
        raise TooMuchContention("The bucket changes too often; try again.")

    def look_at(self, pk: str) -> tuple[int, Rate] | None:
        """When it is full again and what it was last asked for, without taking of it; ``None`` if nobody has."""
        item = self.table.get(pk, BUCKET, consistent=True)
        return (int(item["full_at"]), Rate(int(item["limit"]))) if item else None

    def _begin(self, pk: str, rate: Rate, now: int) -> tuple[bool, int]:
        full = Attr("full_at").not_exists() | Attr("full_at").lte(now)
        return self._update(pk, rate, now, set_={"full_at": now + rate.interval}, condition=full)

    def _add(self, pk: str, rate: Rate, now: int) -> tuple[bool, int]:
        has_one = Attr("full_at").gt(now) & Attr("full_at").lte(now + rate.latest)
        return self._update(pk, rate, now, add={"full_at": rate.interval}, condition=has_one)

    def _update(self, pk: str, rate: Rate, now: int, **expression: Any) -> tuple[bool, int]:
        """Whether a token was taken, and when the bucket is full now; 0 if there is none."""
        known = {"entity": BUCKET, "limit": rate.per_minute, "expires_at": now // 1_000_000 + _KEPT_SECONDS}
        expression["set_"] = {**expression.get("set_", {}), **known}
        try:
            answer: Any = self.table.client.update_item(
                TableName=self.table.name,
                Key={"pk": {"S": pk}, "sk": {"S": BUCKET}},
                ReturnValues="UPDATED_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **update_expression(**expression),
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            response: Any = error.response
            stored = decode_item(response.get("Item", {}))
            return False, int(stored.get("full_at", 0))
        return True, int(decode_item(answer["Attributes"])["full_at"])

    def _remember(self, pk: str, full_at: int) -> None:
        self._full_at[pk] = full_at
        self._full_at.move_to_end(pk)
        if len(self._full_at) > _REMEMBERED_MOST:
            self._full_at.popitem(last=False)
