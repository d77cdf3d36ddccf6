"""A run as a file: what it ran, what it recorded and, as far as there is room, the contents that it worked on."""

import base64
from collections.abc import Callable, Mapping
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from docchain.definitions.models import WorkflowDefinition
from docchain.documents.models import Document
from docchain.documents.repository import DocumentRepository
from docchain.documents.store import ContentStore
from docchain.errors import ValidationFailed
from docchain.runs.models import NodeRecord, Run
from docchain.steps.hashing import content_hash

FORMAT: Final = "docchain.run"
FORMAT_VERSION: Final = 1
CONTENTS_BYTES_MOST: Final = 8 * 1024 * 1024
CONTENTS_MOST: Final = 100
Find = Callable[[str, str], bytes | None]


class FixtureInvalid(ValidationFailed):
    code = "FIXTURE_INVALID"


class Fixture(BaseModel):
    """``contents`` are by their SHA-256, in base64; ``left_out`` names those that there was no room for.

    ``hash`` is over everything else, as canonical JSON.
    """

    format: str = FORMAT
    format_version: int = FORMAT_VERSION
    tenant: str
    run: Run
    definition: WorkflowDefinition
    records: list[NodeRecord]
    documents: list[Document] = Field(default_factory=list)
    contents: dict[str, str] = Field(default_factory=dict)
    left_out: list[str] = Field(default_factory=list)
    hash: str = ""

    model_config = ConfigDict(extra="forbid")

    def sealed(self) -> dict[str, Any]:
        data = self.model_dump(mode="json", exclude={"hash"})
        return {**data, "hash": content_hash(data)}


def make_fixture(
    contents: ContentStore,
    documents: DocumentRepository,
    tenant_id: str,
    run: Run,
    definition: WorkflowDefinition,
    records: list[NodeRecord],
) -> Fixture:
    """Outputs are there before documents: what is compared is more than what is read."""
    named = dict.fromkeys(source for record in records for source in record.sources)
    cards = documents.read_many(tenant_id, list(named)[:CONTENTS_MOST])
    wanted: dict[str, Find] = {r.stored_output.sha256: contents.find_result for r in records if r.stored_output}
    for card in cards.values():
        wanted.setdefault(card.sha256, contents.find)
    found, left_out = _contents(tenant_id, wanted)
    return Fixture(
        tenant=tenant_id,
        run=run,
        definition=definition,
        records=records,
        documents=list(cards.values()),
        contents=found,
        left_out=left_out,
    )


def read_fixture(data: dict[str, Any]) -> Fixture:
    """Raises ``FixtureInvalid`` for a file of another kind, or one that was changed since it was made."""
    if data.get("format") != FORMAT or data.get("format_version") != FORMAT_VERSION:
        raise FixtureInvalid(f"This is no file of the format {FORMAT}, version {FORMAT_VERSION}.")
    rest = {name: value for name, value in data.items() if name != "hash"}
    if content_hash(rest) != data.get("hash"):
        raise FixtureInvalid("The file was changed since it was made: its hash is another.")
    try:
        return Fixture.model_validate(data)
    except ValueError as error:
        raise FixtureInvalid(f"The file cannot be read: {error}") from error


def _contents(tenant_id: str, wanted: Mapping[str, Find]) -> tuple[dict[str, str], list[str]]:
    found: dict[str, str] = {}
    left_out: list[str] = []
    size = 0
    for number, (sha256, find) in enumerate(wanted.items()):
        # One that was erased meanwhile is left out as one that is too large.
        data = find(tenant_id, sha256) if number < CONTENTS_MOST else None
        if data is None or size + len(data) > CONTENTS_BYTES_MOST:
            left_out.append(sha256)
            continue
        size += len(data)
        found[sha256] = base64.b64encode(data).decode()
    return found, left_out
