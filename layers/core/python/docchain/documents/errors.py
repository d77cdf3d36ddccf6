"""What can be wrong with a document."""

from docchain.errors import Conflict, NotFound, PayloadTooLarge, ValidationFailed


class DocumentNotFound(NotFound):
    code = "DOCUMENT_NOT_FOUND"

    def __init__(self, document_id: str) -> None:
        super().__init__(f"Document {document_id} does not exist.", details={"document_id": document_id})


class DocumentEmpty(ValidationFailed):
    code = "DOCUMENT_EMPTY"

    def __init__(self) -> None:
        super().__init__("The document has no bytes.", details=[{"field": "body", "message": "is empty"}])


class DocumentTooLarge(PayloadTooLarge):
    code = "DOCUMENT_TOO_LARGE"


class UploadMissing(Conflict):
    code = "UPLOAD_MISSING"


class ChecksumMismatch(ValidationFailed):
    code = "CHECKSUM_MISMATCH"
