"""A document's card: what it is called, what it is made of, where it came from."""

from typing import Any

from pydantic import BaseModel, Field

# A Lambda takes 6 MB in and out, base64 and all; larger ones go to S3 by a presigned address.
DIRECT_BYTES_MOST = 4 * 1024 * 1024
DOCUMENT_BYTES_MOST = 50 * 1024 * 1024
FILENAME_MOST = 255
# A document's card, its versions, tags and collections go in one transaction, which has room for a hundred items.
VERSIONS_MOST = 50
TAGS_MOST = 20
COLLECTIONS_MOST = 10
METADATA_MOST = 50


class Document(BaseModel):
    """``origin`` is who made it: an upload by a user, or a node of a run with its parent documents.

    ``version`` counts its contents, ``revision`` every change of the card. ``updated_at`` is that of this version.
    """

    id: str
    filename: str
    media_type: str
    size: int
    sha256: str
    origin: dict[str, Any]
    created_at: str
    created_by: str
    version: int = 1
    revision: int = 0
    updated_at: str | None = None
    updated_by: str | None = None
    tags: list[str] = Field(default_factory=list)
    metadata: dict[str, str] = Field(default_factory=dict)
    collections: list[str] = Field(default_factory=list)


class Collection(BaseModel):
    """``documents`` is how many there are in it."""

    id: str
    name: str
    description: str = ""
    documents: int = 0
    created_at: str
    created_by: str


class NewDocument(BaseModel):
    """What a node's worker hands over to be kept."""

    filename: str
    media_type: str
    data: bytes
