"""All that the reader of documents needs from the world."""

from functools import cache

from pydantic_settings import BaseSettings

from docchain import aws
from docchain.documents.store import ContentStore


class Settings(BaseSettings):
    documents_bucket: str


@cache
def contents() -> ContentStore:
    return ContentStore(aws.s3(), Settings().documents_bucket)
