"""A document's card: what it is called, what it is made of, where it came from."""

from typing import Any

from pydantic import BaseModel

# A Lambda takes 6 MB in and out, base64 and all; larger ones go to S3 by a presigned address.
DIRECT_BYTES_MOST = 4 * 1024 * 1024
DOCUMENT_BYTES_MOST = 50 * 1024 * 1024
FILENAME_MOST = 255


class Document(BaseModel):
    """``origin`` is who made it: an upload by a user, or a node of a run with its parent documents."""

    id: str
    filename: str
    media_type: str
    size: int
    sha256: str
    origin: dict[str, Any]
    created_at: str
    created_by: str


class NewDocument(BaseModel):
    """What a node's worker hands over to be kept."""

    filename: str
    media_type: str
    data: bytes
