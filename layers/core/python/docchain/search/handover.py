"""Chunks on their way from who reads documents to who makes vectors: too many for an event, so they lie in S3.

They are taken away once they are indexed: of a document that is deleted nothing stays behind here.
"""

import gzip

from docchain.documents.store import ContentStore
from docchain.search.models import Chunked


def put_chunks(contents: ContentStore, tenant_id: str, document_id: str, found: Chunked) -> None:
    """Again for the same content: the same object."""
    data = gzip.compress(found.model_dump_json().encode(), compresslevel=3, mtime=0)
    contents.put_named(tenant_id, _name(document_id, found.sha256), data)


def find_chunks(contents: ContentStore, tenant_id: str, document_id: str, sha256: str) -> Chunked | None:
    data = contents.find_named(tenant_id, _name(document_id, sha256))
    return Chunked.model_validate_json(gzip.decompress(data)) if data is not None else None


def forget_chunks(contents: ContentStore, tenant_id: str, document_id: str, sha256: str) -> None:
    contents.remove_named(tenant_id, _name(document_id, sha256))


def _name(document_id: str, sha256: str) -> str:
    return f"search/chunks/{document_id}/{sha256}.json.gz"
