"""The text of a document for who has no readers of its own: they lie in a function of theirs, which is asked.

What reads documents weighs, and what makes vectors weighs: one function cannot hold both.
"""

import base64
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import BaseModel, Field

from docchain.documents.models import Document
from docchain.errors import DependencyUnavailable, DocchainError
from docchain.extraction.structure import Structure, structure_from
from docchain.observability import logger

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

CHARACTERS_MOST = 1_000_000
"""An answer of a function has at most 6 MB."""


class ReadOrder(BaseModel):
    """Either content that is stored, by its ``sha256``, or ``data`` in base64."""

    tenant_id: str
    filename: str
    sha256: str | None = None
    data: str | None = Field(None, repr=False)


class ReadText(BaseModel):
    """``pages`` and ``headings`` as an extraction has them."""

    text: str
    format: str
    media_type: str
    pages: list[dict[str, Any]] = Field(default_factory=list)
    headings: list[dict[str, Any]] = Field(default_factory=list)
    warnings: list[str] = Field(default_factory=list)

    @property
    def structure(self) -> Structure:
        return structure_from(self.model_dump())


class DocumentRefused(DocchainError):
    """What the reader said of a document, under the reader's own code (``NO_TEXT_LAYER``, ``DOCUMENT_ENCRYPTED``)."""

    status: ClassVar[int] = 422
    code = "DOCUMENT_UNREADABLE"

    def __init__(self, code: str, message: str, details: Any) -> None:
        super().__init__(message, details=details)
        self.code = code  # type: ignore[misc]  # each of the reader's codes is one of these


class ReaderUnavailable(DependencyUnavailable):
    code = "DOCUMENT_READER_UNAVAILABLE"


@dataclass(frozen=True)
class DocumentReader:
    client: "LambdaClient" = field(repr=False)
    function: str

    def read_document(self, tenant_id: str, document: Document) -> ReadText:
        return self._asked(ReadOrder(tenant_id=tenant_id, filename=document.filename, sha256=document.sha256))

    def read_bytes(self, tenant_id: str, filename: str, data: bytes) -> ReadText:
        return self._asked(ReadOrder(tenant_id=tenant_id, filename=filename, data=base64.b64encode(data).decode()))

    def _asked(self, order: ReadOrder) -> ReadText:
        """Raises ``DocumentRefused``, ``ReaderUnavailable``."""
        try:
            answer = self.client.invoke(FunctionName=self.function, Payload=order.model_dump_json().encode())
            body = json.loads(answer["Payload"].read())
        except (BotoCoreError, ClientError, ValueError) as error:
            logger.warning("the reader of documents did not answer", extra={"fault": type(error).__name__})
            raise ReaderUnavailable("The document could not be read in time; try again in a moment.") from error
        if answer.get("FunctionError") or not isinstance(body, dict) or not {"answer", "error"} & body.keys():
            logger.warning("the reader of documents broke", extra={"sha256": order.sha256})
            raise ReaderUnavailable("The reader of documents broke; it may be too large to be read in one call.")
        if "error" in body:
            raise _refusal(body["error"])
        return ReadText.model_validate(body["answer"])


def _refusal(error: dict[str, Any]) -> DocchainError:
    if error["code"] == DependencyUnavailable.code:
        return ReaderUnavailable(error["message"])
    return DocumentRefused(error["code"], error["message"], error.get("details"))
