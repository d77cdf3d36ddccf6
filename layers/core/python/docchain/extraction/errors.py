"""Why a document cannot be read. Trying again never helps, so all of them are permanent."""

from docchain.errors import PermanentStepError


class UnreadableDocument(PermanentStepError):
    """The whole family, for who does not care which."""

    code = "DOCUMENT_UNREADABLE"


class BrokenDocument(UnreadableDocument):
    code = "DOCUMENT_BROKEN"


class EmptyDocument(UnreadableDocument):
    code = "DOCUMENT_EMPTY"


class EncryptedDocument(UnreadableDocument):
    code = "DOCUMENT_ENCRYPTED"


class DocumentTooLarge(UnreadableDocument):
    """``details`` is ``{"limit", "found"}``."""

    code = "DOCUMENT_TOO_LARGE"


class DocumentTooSlow(UnreadableDocument):
    code = "DOCUMENT_TOO_SLOW"


class UnsupportedDocument(UnreadableDocument):
    code = "UNSUPPORTED_DOCUMENT"


class NoTextLayer(UnreadableDocument):
    """Scanned pages: pictures of text, which only optical character recognition could read."""

    code = "NO_TEXT_LAYER"
