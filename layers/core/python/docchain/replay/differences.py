"""What differs between two runs, node by node: how each ended, what it made, what it cost and how long it took.

Outputs are compared by their text: what a node wrote, or the text of a document that it made, or else its values as
JSON, a line each. Of a PDF or DOCX only the hash is compared; the node that wrote its text stands before it.
"""

import difflib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel

from docchain.documents.store import ContentStore
from docchain.replay.content_key import by_content
from docchain.replay.figures import seconds_of
from docchain.runs.models import NodeRecord, NodeStatus, ReusedFrom
from docchain.runs.outputs import read_output

# Comparing takes time as the product of the lines; beyond these a text is compared as far as they go.
LINES_MOST: Final = 2_000
CHARACTERS_MOST: Final = 200_000
DIFF_CHARACTERS_MOST: Final = 20_000
# Of one answer: the rest is told by its hashes.
DIFFS_CHARACTERS_MOST: Final = 1_000_000
LINES_TOGETHER_MOST: Final = 40_000
STORED_READ_MOST: Final = 20


class Side(BaseModel):
    """A node's record in one of the runs."""

    status: NodeStatus
    output_hash: str | None = None
    cost_usd: float | None = None
    seconds: float | None = None
    reused_from: ReusedFrom | None = None


class NodeDifference(BaseModel):
    """``a`` or ``b`` is absent when the node did not run there. ``diff`` is in unified form; ``cut`` when it is not all
    of it.
    """

    key: str
    node_type: str
    same: bool
    a: Side | None = None
    b: Side | None = None
    diff: str | None = None
    cut: bool = False


@dataclass
class _Room:
    characters: int = DIFFS_CHARACTERS_MOST
    lines: int = LINES_TOGETHER_MOST
    stored: int = STORED_READ_MOST


def compare_runs(
    contents: ContentStore, tenant_id: str, a: Mapping[str, NodeRecord], b: Mapping[str, NodeRecord]
) -> list[NodeDifference]:
    room = _Room()
    keys = [*b, *(key for key in a if key not in b)]
    return [_compared(contents, tenant_id, room, key, a.get(key), b.get(key)) for key in keys]


def _compared(
    contents: ContentStore, tenant_id: str, room: _Room, key: str, a: NodeRecord | None, b: NodeRecord | None
) -> NodeDifference:
    known = b or a
    assert known is not None  # noqa: S101  # a key is of one of them
    found = NodeDifference(key=key, node_type=known.node_type, same=False, a=_side(a), b=_side(b))
    if a is None or b is None:
        return found
    if (a.status, a.output_hash) == (b.status, b.output_hash):
        return found.model_copy(update={"same": True})
    texts = [_text_of(contents, tenant_id, room, record) for record in (a, b)]
    if texts[0] is None or texts[1] is None:
        return found.model_copy(update={"cut": True})
    if texts[0] == texts[1] and a.status == b.status:
        return found.model_copy(update={"same": True})
    diff, cut = _diff(room, texts[0], texts[1])
    return found.model_copy(update={"diff": diff or None, "cut": cut})


def _side(record: NodeRecord | None) -> Side | None:
    if record is None:
        return None
    return Side(
        status=record.status,
        output_hash=record.output_hash,
        cost_usd=record.cost_usd,
        seconds=seconds_of(record),
        reused_from=record.reused_from,
    )


def _text_of(contents: ContentStore, tenant_id: str, room: _Room, record: NodeRecord) -> str | None:
    """``None`` when it would be one read too many."""
    if record.status != NodeStatus.COMPLETED:
        return str((record.error or {}).get("message", ""))
    if record.stored_output is not None:
        if room.stored == 0:
            return None
        room.stored -= 1
    output = by_content(read_output(contents, tenant_id, record))
    if isinstance(text := output.get("text"), str):
        return text
    if str(output.get("media_type", "")).startswith("text/") and "sha256" in output:
        if room.stored == 0:
            return None
        room.stored -= 1
        return contents.get(tenant_id, output["sha256"]).decode(errors="replace")
    return _as_lines(output)


def _as_lines(value: Any) -> str:
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False)


def _diff(room: _Room, a: str, b: str) -> tuple[str, bool]:
    lines = [text[:CHARACTERS_MOST].splitlines()[: min(LINES_MOST, room.lines)] for text in (a, b)]
    cut = any(len(text.splitlines()) > len(kept) for text, kept in zip((a, b), lines, strict=True))
    cut = cut or max(len(a), len(b)) > CHARACTERS_MOST
    room.lines = max(0, room.lines - max(map(len, lines)))
    most = min(DIFF_CHARACTERS_MOST, room.characters)
    written: list[str] = []
    size = 0
    for line in difflib.unified_diff(lines[0], lines[1], "a", "b", lineterm=""):
        size += len(line) + 1
        if size > most:
            cut = True
            break
        written.append(line)
    room.characters -= min(size, most)
    return "\n".join(written), cut
