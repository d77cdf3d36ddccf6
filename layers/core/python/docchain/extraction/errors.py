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


class MacrosRefused(UnreadableDocument):
    """Reading never runs them, but what is kept is also handed out."""

    code = "DOCUMENT_HAS_MACROS"


class DocumentTooLarge(UnreadableDocument):
    """``details`` is ``{"limit", "found"}``."""

    code = "DOCUMENT_TOO_LARGE"


class DocumentTooSlow(UnreadableDocument):
    code = "DOCUMENT_TOO_SLOW"


class ReaderStopped(UnreadableDocument):
    """The reader took more memory than it may, or broke: a file made to do that, most likely."""

    code = "DOCUMENT_READER_STOPPED"


class UnsupportedDocument(UnreadableDocument):
    code = "UNSUPPORTED_DOCUMENT"


class NoTextLayer(UnreadableDocument):
    """Scanned pages: pictures of text, which only optical character recognition could read."""

    code = "NO_TEXT_LAYER"
