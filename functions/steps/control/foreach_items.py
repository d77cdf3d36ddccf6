"""What a foreach goes over: a list as it is written, as a template gives it, or the rows of a document."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

from docchain.documents.models import Document
from docchain.errors import PermanentStepError
from docchain.nodes.kinds.foreach import ITEM_BYTES_MOST, ITEMS_BYTES_MOST, ITEMS_MOST, RECORDS_MOST, ItemsDocument
from docchain.steps.hashing import canonical
from docchain.templating.render import render_value

ReadDocument = Callable[[str], tuple[Document, bytes]]


class ItemsInvalid(PermanentStepError):
    code = "ITEMS_INVALID"


class TooManyItems(PermanentStepError):
    code = "TOO_MANY_ITEMS"


def items_of(written: Any, scope: dict[str, Any], read: ReadDocument, *, nodes: int) -> list[Any]:
    """Raises ``ItemsInvalid``, ``TooManyItems``. ``nodes`` is the length of the chain that each item goes through."""
    if isinstance(written, ItemsDocument):
        items = _rows(written, str(render_value(written.document, scope)), read)
    else:
        items = _listed(render_value(written, scope))
    _check_size(items, nodes)
    return items


def _listed(value: Any) -> list[Any]:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError as error:
            raise ItemsInvalid(f"The text given as items is no JSON array: {error}.") from error
    if not isinstance(value, list):
        raise ItemsInvalid(f"Items must be a list, and this is a {type(value).__name__}.")
    return value


def _rows(written: ItemsDocument, document_id: str, read: ReadDocument) -> list[Any]:
    document, data = read(document_id)
    form = written.format or _format_of(document)
    try:
        text = data.decode("utf-8-sig")
        if form == "csv":
            return [dict(row) for row in csv.DictReader(io.StringIO(text), restkey="more", restval="")]
        if form == "jsonl":
            return [json.loads(line) for line in text.splitlines() if line.strip()]
        return _listed(text)
    except (ValueError, csv.Error) as error:
        raise ItemsInvalid(f"'{document.filename}' cannot be read as {form}: {error}.") from error


def _format_of(document: Document) -> str:
    ending = document.filename.rsplit(".", 1)[-1].lower()
    known = {"csv": "csv", "json": "json", "jsonl": "jsonl", "ndjson": "jsonl"}
    if ending not in known:
        raise ItemsInvalid(f"'{document.filename}' is no .csv, .json or .jsonl; say its format.")
    return known[ending]


def _check_size(items: list[Any], nodes: int) -> None:
    if len(items) > ITEMS_MOST:
        raise TooManyItems(f"There are {len(items)} items; a foreach takes {ITEMS_MOST}.")
    if len(items) * nodes > RECORDS_MOST:
        raise TooManyItems(
            f"{len(items)} items of {nodes} nodes make {len(items) * nodes} records; a foreach makes {RECORDS_MOST}."
        )
    sizes = [len(canonical(item)) for item in items]
    largest = max(sizes, default=0)
    if largest > ITEM_BYTES_MOST:
        raise TooManyItems(f"Item {sizes.index(largest)} has {largest} bytes; an item has {ITEM_BYTES_MOST} at most.")
    if sum(sizes) > ITEMS_BYTES_MOST:
        raise TooManyItems(f"The items have {sum(sizes)} bytes together; {ITEMS_BYTES_MOST} at most.")
