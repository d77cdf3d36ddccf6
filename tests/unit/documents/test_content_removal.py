"""Content goes with its last card, and not from under somebody who brings the same bytes in the same moment."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from docchain.clock import to_iso
from docchain.documents.models import Document
from docchain.documents.repository import DocumentRepository
from docchain.documents.retention import Expiry
from docchain.documents.store import ContentStore
from docchain.events.models import Event
from docchain.ids import new_ulid
from docchain.storage.table import Table

DATA = b"a letter"
NOW = datetime.now(UTC)
# Content is older than the day it rests: what these tests wrote was written the day before.
JOB = NOW + timedelta(days=2)


# Where none are kept, nothing can come back.
WITH_VERSIONS = pytest.mark.parametrize("contents", [True], indirect=True)


class Broken(BaseException):
    """As a killed process: nobody catches it."""


@pytest.fixture(params=[True, False], ids=["with versions", "without"])
def contents(request: pytest.FixtureRequest, aws_account: None) -> ContentStore:
    client, bucket = boto3.client("s3"), f"documents-{new_ulid().lower()}"
    client.create_bucket(Bucket=bucket)
    if request.param:
        client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    return ContentStore(client, bucket)


@pytest.fixture
def expiry(contents: ContentStore, tenant: str) -> Expiry:
    return Expiry(DocumentRepository(Table(boto3.client("dynamodb"), "documents")), contents)


def a_card(expiry: Expiry, tenant: str, *, age: int) -> str:
    sha256 = expiry.contents.put(tenant, DATA)
    document = Document(
        id=f"doc_{new_ulid()}",
        filename="a.txt",
        media_type="text/plain",
        size=len(DATA),
        sha256=sha256,
        origin={"kind": "upload"},
        created_at=to_iso(NOW - timedelta(days=age)),
        created_by="ada",
    )
    expiry.documents.create(tenant, document, Event(type="test", tenant_id=tenant, subject="d"))
    return sha256


def expire(expiry: Expiry, tenant: str) -> int:
    return expiry.expire(tenant, 30, lambda _: set(), JOB, float("inf"))[0]


def between_look_and_removal(contents: ContentStore, monkeypatch: pytest.MonkeyPatch, act: Any) -> None:
    look_at = ContentStore.look_at

    def looked(*arguments: Any) -> Any:
        seen = look_at(*arguments)
        act()
        return seen

    monkeypatch.setattr(ContentStore, "look_at", looked)


def test_content_goes_with_its_last_card(expiry: Expiry, tenant: str) -> None:
    sha256 = a_card(expiry, tenant, age=40)

    assert expire(expiry, tenant) == 1
    assert expiry.contents.look_at(tenant, sha256) is None


@WITH_VERSIONS
def test_bytes_that_come_again_as_they_are_removed_stay(
    expiry: Expiry, contents: ContentStore, tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sha256 = a_card(expiry, tenant, age=40)
    between_look_and_removal(contents, monkeypatch, lambda: contents.put(tenant, DATA))

    assert expire(expiry, tenant) == 1

    assert contents.get(tenant, sha256) == DATA


@WITH_VERSIONS
def test_a_removal_that_died_before_it_gave_them_back_is_finished_by_the_next(
    expiry: Expiry, contents: ContentStore, tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sha256 = a_card(expiry, tenant, age=40)
    with monkeypatch.context() as cut:
        between_look_and_removal(contents, cut, lambda: a_card(expiry, tenant, age=1))
        cut.setattr(ContentStore, "_versions", _dies)
        with pytest.raises(Broken):
            expire(expiry, tenant)
    assert contents.look_at(tenant, sha256) is None

    assert expire(expiry, tenant) == 1

    assert contents.get(tenant, sha256) == DATA


@WITH_VERSIONS
def test_what_was_removed_from_a_bucket_with_versions_can_be_brought_back(
    expiry: Expiry, contents: ContentStore, tenant: str
) -> None:
    sha256 = a_card(expiry, tenant, age=40)
    expire(expiry, tenant)

    contents.bring_back(tenant, sha256)

    assert contents.get(tenant, sha256) == DATA


def test_bringing_back_what_is_there_changes_nothing(contents: ContentStore, tenant: str) -> None:
    sha256 = contents.put(tenant, DATA)

    contents.bring_back(tenant, sha256)

    assert contents.get(tenant, sha256) == DATA


def test_results_are_not_where_documents_are(contents: ContentStore, tenant: str) -> None:
    sha256 = contents.put_result(tenant, DATA)

    assert contents.look_at(tenant, sha256) is None
    assert contents.find(tenant, sha256) is None
    assert contents.find_result(tenant, sha256) == contents.get_result(tenant, sha256) == DATA


def _dies(*_: Any) -> Any:
    raise Broken
