"""What performing a step needs from the world, handed in by the function's dependencies."""

from collections.abc import Mapping
from dataclasses import dataclass

from docchain.documents.repository import DocumentRepository
from docchain.documents.store import ContentStore
from docchain.runs.records import RecordRepository
from docchain.steps.call import Worker
from docchain.workflows.definitions import DefinitionReader


@dataclass(frozen=True)
class StepWorld:
    """``memory_mb`` and ``architecture`` are what the function is billed by."""

    records: RecordRepository
    definitions: DefinitionReader
    documents: DocumentRepository
    contents: ContentStore
    workers: Mapping[str, Worker]
    memory_mb: int
    architecture: str
