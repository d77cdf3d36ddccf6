"""One table: reads, conditional writes, pages and transactions over plain items."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from docchain.ids import new_ulid
from docchain.storage.conditions import Condition
from docchain.storage.cursors import start_of
from docchain.storage.errors import ConditionFailed, TooMuchContention
from docchain.storage.expressions import condition_expression, update_expression
from docchain.storage.items import Item, decode_item, encode, encode_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Action = dict[str, Any]
"""One member of a transaction, as TransactWriteItems takes it."""

BATCH_GET_LIMIT = 100
TRANSACTION_LIMIT = 100
_TRANSACTION_ATTEMPTS = 6
_BATCH_ATTEMPTS = 5


@dataclass(frozen=True)
class Page:
    items: list[Item]
    next_key: Item | None = None


@dataclass(frozen=True)
class Table:
    client: "DynamoDBClient" = field(repr=False)
    name: str

    def get(self, pk: str, sk: str, *, consistent: bool = False) -> Item | None:
        answer = self.client.get_item(TableName=self.name, Key=_key(pk, sk), ConsistentRead=consistent)
        return decode_item(answer["Item"]) if "Item" in answer else None

    def get_many(self, keys: Iterable[tuple[str, str]], *, consistent: bool = False) -> dict[tuple[str, str], Item]:
        """Any number of keys, a hundred per call; absent items are absent from the answer."""
        wanted = list(dict.fromkeys(keys))
        found: dict[tuple[str, str], Item] = {}
        for start in range(0, len(wanted), BATCH_GET_LIMIT):
            pending: list[Any] = [_key(pk, sk) for pk, sk in wanted[start : start + BATCH_GET_LIMIT]]
            for attempt in range(_BATCH_ATTEMPTS):
                answer = self.client.batch_get_item(
                    RequestItems={self.name: {"Keys": pending, "ConsistentRead": consistent}}
                )
                for attributes in answer["Responses"].get(self.name, []):
                    item = decode_item(attributes)
                    found[item["pk"], item["sk"]] = item
                unprocessed = answer.get("UnprocessedKeys", {})
                pending = list(unprocessed[self.name]["Keys"]) if self.name in unprocessed else []
                if not pending:
                    break
                _back_off(attempt)
            else:
                raise TooMuchContention(f"Table {self.name} did not answer for all keys; try again.")
        return found

    def query(
        self,
        pk: str,
        *,
        prefix: str = "",
        after: str | None = None,
        between: tuple[str, str] | None = None,
        limit: int | None = None,
        start_key: Item | None = None,
        index: str | None = None,
        index_keys: tuple[str, str] = ("pk", "sk"),
        forward: bool = True,
        consistent: bool = False,
    ) -> Page:
        """One page, at most ``limit`` items or 1 MB. One of prefix, ``after`` and ``between`` bounds the sort key.

        Raises ``ValidationFailed`` for a ``start_key`` that no page of this query gave out.
        """
        names = {"#pk": index_keys[0], "#sk": index_keys[1]}
        values = {":pk": encode(pk)}
        condition = "#pk = :pk"
        if after is not None:
            condition += " AND #sk > :after" if forward else " AND #sk < :after"
            values[":after"] = encode(after)
        elif between is not None:
            condition += " AND #sk BETWEEN :first AND :last"
            values |= {":first": encode(between[0]), ":last": encode(between[1])}
        elif prefix:
            condition += " AND begins_with(#sk, :prefix)"
            values[":prefix"] = encode(prefix)
        else:
            del names["#sk"]
        arguments: dict[str, Any] = {
            "TableName": self.name,
            "KeyConditionExpression": condition,
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": values,
            "ScanIndexForward": forward,
            "ConsistentRead": consistent,
        }
        if index:
            arguments["IndexName"] = index
        if limit:
            arguments["Limit"] = limit
        if start_key:
            keys, sk = {"pk", "sk", *index_keys}, (index_keys[1], prefix)
            arguments["ExclusiveStartKey"] = encode_item(start_of(start_key, keys, (index_keys[0], pk), sk))
        answer = self.client.query(**arguments)
        last = answer.get("LastEvaluatedKey")
        return Page([decode_item(i) for i in answer["Items"]], decode_item(last) if last else None)

    def query_all(self, pk: str, *, prefix: str = "", most: int, consistent: bool = False) -> list[Item]:
        """Every page up to ``most`` items: for partitions whose size is bounded by a stated limit."""
        items: list[Item] = []
        page = self.query(pk, prefix=prefix, consistent=consistent)
        items += page.items
        while page.next_key and len(items) < most:
            page = self.query(pk, prefix=prefix, start_key=page.next_key, consistent=consistent)
            items += page.items
        return items[:most]

    def put(self, item: Item, *, when: Condition | None = None) -> None:
        with _conditions():
            self.client.put_item(TableName=self.name, Item=encode_item(item), **condition_expression(when))

    def update(
        self,
        pk: str,
        sk: str,
        *,
        set_: dict[str, Any] | None = None,
        add: Mapping[str, float | set[str]] | None = None,
        discard: Mapping[str, set[str]] | None = None,
        remove: tuple[str, ...] = (),
        when: Condition | None = None,
    ) -> Item:
        """The item as it is after the write."""
        with _conditions():
            answer = self.client.update_item(
                TableName=self.name,
                Key=_key(pk, sk),
                ReturnValues="ALL_NEW",
                **update_expression(set_=set_, add=add, discard=discard, remove=remove, condition=when),
            )
        return decode_item(answer["Attributes"])

    def delete(self, pk: str, sk: str, *, when: Condition | None = None) -> None:
        with _conditions():
            self.client.delete_item(TableName=self.name, Key=_key(pk, sk), **condition_expression(when))

    # Members of a transaction -----------------------------------------------------------------------------------

    def putting(self, item: Item, *, when: Condition | None = None) -> Action:
        return {"Put": {"TableName": self.name, "Item": encode_item(item), **condition_expression(when)}}

    def updating(
        self,
        pk: str,
        sk: str,
        *,
        set_: dict[str, Any] | None = None,
        add: dict[str, int | float] | None = None,
        remove: tuple[str, ...] = (),
        when: Condition | None = None,
    ) -> Action:
        expression = update_expression(set_=set_, add=add, remove=remove, condition=when)
        return {"Update": {"TableName": self.name, "Key": _key(pk, sk), **expression}}

    def deleting(self, pk: str, sk: str, *, when: Condition | None = None) -> Action:
        return {"Delete": {"TableName": self.name, "Key": _key(pk, sk), **condition_expression(when)}}

    def checking(self, pk: str, sk: str, *, when: Condition) -> Action:
        return {"ConditionCheck": {"TableName": self.name, "Key": _key(pk, sk), **condition_expression(when)}}

    def transact(
        self, actions: list[Action], *, token: str | None = None, attempts: int = _TRANSACTION_ATTEMPTS
    ) -> None:
        """All or nothing, safe to repeat: the token makes a write whose acknowledgement was lost count once.

        Raises ``ConditionFailed`` with the positions that failed, ``TooMuchContention`` after so many conflicts.
        """
        for attempt in range(attempts):
            try:
                # The token is renewed after a conflict: a cancelled transaction's token may answer from its cache.
                self.client.transact_write_items(
                    TransactItems=actions,  # type: ignore[arg-type]  # built above, member by member
                    ClientRequestToken=token if token and attempt == 0 else new_ulid(),
                )
                return
            except self.client.exceptions.TransactionCanceledException as error:
                codes = [r.get("Code", "None") for r in error.response.get("CancellationReasons", [])]
                failed = [i for i, code in enumerate(codes) if code == "ConditionalCheckFailed"]
                if failed:
                    raise ConditionFailed(failed) from None
                if "TransactionConflict" not in codes:
                    raise
                _back_off(attempt)
        raise TooMuchContention(f"Too many writers at one item of {self.name}; try again.")


class _conditions:  # noqa: N801  # reads as a word in a with statement
    """Turns a failed condition of a single write into ours."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        if isinstance(error, ClientError) and error.response["Error"]["Code"] == "ConditionalCheckFailedException":
            raise ConditionFailed([0]) from None


def _key(pk: str, sk: str) -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def _back_off(attempt: int) -> None:
    time.sleep(0.02 * 2**attempt)
