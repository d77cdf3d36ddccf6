"""The world of a step without an account: contents and documents out of a file, and writes that go nowhere."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from docchain.documents.models import Document
from docchain.documents.quota import Quota, Usage
from docchain.documents.repository import DocumentRepository
from docchain.documents.store import ContentStore
from docchain.errors import PermanentStepError
from docchain.replay.fixture import Fixture
from docchain.runs.records import RecordRepository
from docchain.steps.call import Worker
from docchain.steps.world import StepWorld
from docchain.storage.table import Table
from docchain.workflows.definitions import DefinitionReader
from docchain.workflows.versions import VersionRepository


class NotInTheFile(PermanentStepError):
    """A content that there was no room for when the file was made."""

    code = "NOT_IN_THE_FILE"


@dataclass(frozen=True)
class FileContents(ContentStore):
    """What is put is kept for this process; nothing is asked for anywhere else."""

    kept: dict[str, bytes] = field(default_factory=dict, repr=False)

    def put(self, tenant_id: str, data: bytes) -> str:  # noqa: ARG002  # as S3 takes it
        sha256 = hashlib.sha256(data).hexdigest()
        self.kept[sha256] = data
        return sha256

    def get(self, tenant_id: str, sha256: str) -> bytes:  # noqa: ARG002  # as S3 takes it
        if sha256 not in self.kept:
            raise NotInTheFile(f"The file has no content {sha256}.")
        return self.kept[sha256]

    # In a file both lie together: nothing in it has a retention.

    def put_result(self, tenant_id: str, data: bytes) -> str:
        return self.put(tenant_id, data)

    def get_result(self, tenant_id: str, sha256: str) -> bytes:
        return self.get(tenant_id, sha256)


class NoQuota(Quota):
    """What was made had room; made again it takes none."""

    def read(self, tenant_id: str) -> Usage:  # noqa: ARG002  # as the table takes it
        return Usage(0, 0)


@dataclass(frozen=True)
class FileDocuments(DocumentRepository):
    cards: dict[str, Document] = field(default_factory=dict, repr=False)

    @property
    def quota(self) -> Quota:
        return NoQuota(self.table)

    def read(self, tenant_id: str, document_id: str, *, consistent: bool = False) -> Document:  # noqa: ARG002  # as the table takes it
        if document_id not in self.cards:
            raise NotInTheFile(f"The file has no document {document_id}.")
        return self.cards[document_id]

    def read_version(self, tenant_id: str, document_id: str, version: int) -> Document:
        """A file has each document as it was when the file was made."""
        document = self.read(tenant_id, document_id)
        if document.version != version:
            raise NotInTheFile(f"The file has version {document.version} of document {document_id}, not {version}.")
        return document


def offline_world(fixture: Fixture, workers: Mapping[str, Worker]) -> StepWorld:
    kept = {sha256: base64.b64decode(data) for sha256, data in fixture.contents.items()}
    return StepWorld(
        records=RecordRepository(_nowhere()),
        definitions=DefinitionReader(VersionRepository(_nowhere())),
        documents=FileDocuments(_nowhere(), {d.id: d for d in fixture.documents}),
        contents=FileContents(cast("Any", None), "", kept),
        workers=workers,
        memory_mb=0,
        architecture="x86_64",
    )


def _nowhere() -> Table:
    """Members of transactions are made by it, and never sent."""
    return Table(cast("Any", None), "nowhere")
