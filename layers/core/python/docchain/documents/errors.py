"""What can be wrong with a document."""

from docchain.errors import Conflict, NotFound, PayloadTooLarge, PermanentStepError, ValidationFailed


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


class DocumentChanged(Conflict):
    """Others changed it meanwhile, three times."""

    code = "DOCUMENT_CHANGED"


class DocumentOfARun(Conflict):
    """What a run made is named by its hash in the run's records and receipt."""

    code = "DOCUMENT_OF_A_RUN"


class TooManyVersions(Conflict):
    code = "TOO_MANY_VERSIONS"


class VersionNotFound(NotFound):
    code = "DOCUMENT_VERSION_NOT_FOUND"


class QuotaExceeded(PayloadTooLarge):
    """``details`` is ``{"what", "limit", "kept", "asked"}``."""

    code = "DOCUMENT_QUOTA_EXCEEDED"


class QuotaExceededByRun(PermanentStepError):
    """The same, said by a node."""

    code = "DOCUMENT_QUOTA_EXCEEDED"


class CollectionNotFound(NotFound):
    code = "COLLECTION_NOT_FOUND"

    def __init__(self, collection_id: str) -> None:
        super().__init__(f"Collection {collection_id} does not exist.", details={"collection_id": collection_id})


class CollectionNotEmpty(Conflict):
    code = "COLLECTION_NOT_EMPTY"


class TooManyCollections(Conflict):
    code = "TOO_MANY_COLLECTIONS"
