"""The tables that a backup is of."""

from dataclasses import dataclass

from docchain.documents.repository import DocumentRepository
from docchain.storage.table import Table


@dataclass(frozen=True)
class Tables:
    workflows: Table
    runs: Table
    documents: Table
    ai: Table

    @property
    def cards(self) -> DocumentRepository:
        return DocumentRepository(self.documents)
