"""What can be wrong with a search."""

from docchain.errors import Conflict, DependencyUnavailable, DocchainError, ValidationFailed


class SearchIndexFull(Conflict):
    code = "SEARCH_INDEX_FULL"


class ReindexRunning(Conflict):
    code = "REINDEX_RUNNING"


class QueryEmpty(ValidationFailed):
    code = "QUERY_EMPTY"

    def __init__(self) -> None:
        super().__init__("The query has no words.", details=[{"field": "query", "message": "has no words"}])


class SearchIndexMoved(DependencyUnavailable):
    """The index was rewritten while it was read, more often than it was tried again."""

    code = "SEARCH_INDEX_MOVED"


class ModelMismatch(DocchainError):
    """Vectors of two models are never compared: this is a mistake of ours, and nothing is answered."""

    code = "SEARCH_MODEL_MISMATCH"
