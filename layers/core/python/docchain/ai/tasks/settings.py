"""The environment of a function that does tasks, and what they need built from it."""

from docchain import aws
from docchain.ai.counters import AiCounters
from docchain.ai.gateway import Gateway
from docchain.ai.settings import AiSettings
from docchain.ai.tasks.desk import Desk
from docchain.ai.templates.repository import PromptRepository
from docchain.documents.reading import DocumentReader
from docchain.documents.repository import DocumentRepository
from docchain.storage.table import Table


class DeskSettings(AiSettings):
    """``document_reader`` is the function that reads documents for others."""

    ai_table: str
    documents_table: str
    document_reader: str


def build_desk(settings: DeskSettings, gateway: Gateway) -> Desk:
    table = Table(aws.dynamodb(), settings.ai_table)
    return Desk(
        gateway=gateway,
        prompts=PromptRepository(table),
        documents=DocumentRepository(Table(aws.dynamodb(), settings.documents_table)),
        reader=DocumentReader(aws.lambdas(), settings.document_reader),
        counters=AiCounters(table),
    )
