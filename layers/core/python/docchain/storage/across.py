"""One read of items that lie in several tables."""

import time
from typing import Any

from docchain.storage.errors import TooMuchContention
from docchain.storage.items import Item, decode_item
from docchain.storage.table import BATCH_GET_LIMIT, Table

Place = tuple[Table, str, str]
"""Table, pk and sk."""

_ATTEMPTS = 5


def get_across(places: list[Place]) -> list[Item | None]:
    """In the order asked for, consistent, ``None`` for what is not there; at most 100, none of them twice."""
    if len(places) > BATCH_GET_LIMIT:
        raise ValueError(f"At most {BATCH_GET_LIMIT} items are read at once.")
    pending: dict[str, Any] = {}
    for table, pk, sk in places:
        keys = pending.setdefault(table.name, {"Keys": [], "ConsistentRead": True})["Keys"]
        keys.append({"pk": {"S": pk}, "sk": {"S": sk}})
    found: dict[tuple[str, str, str], Item] = {}
    for attempt in range(_ATTEMPTS):
        answer = places[0][0].client.batch_get_item(RequestItems=pending)
        for name, attributes in answer["Responses"].items():
            for item in map(decode_item, attributes):
                found[name, item["pk"], item["sk"]] = item
        pending = dict(answer.get("UnprocessedKeys", {}))
        if not pending:
            return [found.get((table.name, pk, sk)) for table, pk, sk in places]
        time.sleep(0.02 * 2**attempt)
    raise TooMuchContention("The tables did not answer for all keys; try again.")
