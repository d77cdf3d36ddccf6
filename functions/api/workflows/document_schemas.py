"""What the routes of a document's library take and give: changes, versions, collections, quota."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from docchain.documents.models import FILENAME_MOST, METADATA_MOST, TAGS_MOST
from functions.api.workflows.schemas import Body

TAG = r"^[a-z0-9][a-z0-9_.:-]{0,63}$"
COLLECTION_ID = r"^col_[0-9A-HJKMNP-TV-Z]{26}$"
Tag = Annotated[str, Field(pattern=TAG)]
MetadataName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$")]
MetadataValue = Annotated[str, Field(max_length=500)]


class ChangeDocument(Body):
    """What is absent stays as it is; tags and metadata that are given take the place of those there were."""

    filename: str | None = Field(None, min_length=1, max_length=FILENAME_MOST)
    tags: list[Tag] | None = Field(None, max_length=TAGS_MOST)
    metadata: dict[MetadataName, MetadataValue] | None = Field(None, max_length=METADATA_MOST)

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"tags": ["invoice", "2026"], "metadata": {"supplier": "Iberia Paper"}}]},
    )

    @model_validator(mode="after")
    def changes_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("name at least one of filename, tags and metadata")
        return self


class NewCollection(Body):
    name: str = Field(min_length=1, max_length=200)
    description: str = Field("", max_length=2000)

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"name": "Invoices of 2026"}]})


class CollectionView(BaseModel):
    id: str
    name: str
    description: str
    documents: int = Field(description="How many there are in it.")
    created_at: str
    created_by: str

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "col_01K9ZZZZZZZZZZZZZZZZZZZZZZ",
                    "name": "Invoices of 2026",
                    "description": "",
                    "documents": 12,
                    "created_at": "2026-11-21T10:00:00Z",
                    "created_by": "ada",
                }
            ]
        }
    )


class QuotaView(BaseModel):
    bytes: int
    bytes_most: int
    documents: int
    documents_most: int

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"bytes": 1048576, "bytes_most": 21474836480, "documents": 12, "documents_most": 100000}]
        }
    )
