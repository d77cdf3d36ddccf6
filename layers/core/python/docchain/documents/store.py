"""Content in S3, addressed by its SHA-256 below the tenant: equal bytes are kept once, writing twice is harmless.

Documents and results (outputs of nodes, items of a foreach, reports) lie apart: documents have a retention and go with
their last card, results stay with the records that name them, though the bytes be the same.
"""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from docchain.documents.errors import UploadMissing
from docchain.documents.models import DOCUMENT_BYTES_MOST
from docchain.errors import DependencyUnavailable

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

UPLOAD_SECONDS = 900
DOWNLOAD_SECONDS = 900
DOCUMENTS, RESULTS = "sha256", "results"


@dataclass(frozen=True)
class Written:
    """When a content was last written, and as which version; empty in a bucket that keeps none."""

    at: datetime
    version: str


@dataclass(frozen=True)
class ContentStore:
    client: "S3Client" = field(repr=False)
    bucket: str

    def put(self, tenant_id: str, data: bytes) -> str:
        """The SHA-256 in hex, of a document's bytes. Whoever makes a card has put its content within the same call."""
        return self._put(content_key, tenant_id, data)

    def put_result(self, tenant_id: str, data: bytes) -> str:
        """The SHA-256 in hex, of what a record names and retention does not reach."""
        return self._put(result_key, tenant_id, data)

    def get_result(self, tenant_id: str, sha256: str) -> bytes:
        return self.client.get_object(Bucket=self.bucket, Key=result_key(tenant_id, sha256))["Body"].read()

    def find_result(self, tenant_id: str, sha256: str) -> bytes | None:
        return self.find_named(tenant_id, f"{RESULTS}/{sha256}")

    def find(self, tenant_id: str, sha256: str) -> bytes | None:
        """A document's content, or ``None`` when it was erased."""
        return self.find_named(tenant_id, f"{DOCUMENTS}/{sha256}")

    def _put(self, key_of: Callable[[str, str], str], tenant_id: str, data: bytes) -> str:
        """S3 checks the hash again on arrival."""
        digest = hashlib.sha256(data)
        self.client.put_object(
            Bucket=self.bucket,
            Key=key_of(tenant_id, digest.hexdigest()),
            Body=data,
            ChecksumSHA256=base64.b64encode(digest.digest()).decode(),
        )
        return digest.hexdigest()

    def put_manifest(self, tenant_id: str, data: bytes) -> str:
        """The key of a list that Step Functions itself reads: it may read these and nothing else of a tenant's."""
        key = f"{tenant_id}/maps/{hashlib.sha256(data).hexdigest()}.json"
        self.client.put_object(Bucket=self.bucket, Key=key, Body=data, ContentType="application/json")
        return key

    def look_at(self, tenant_id: str, sha256: str) -> Written | None:
        try:
            head = self.client.head_object(Bucket=self.bucket, Key=content_key(tenant_id, sha256))
        except ClientError as error:
            if error.response["Error"]["Code"] in {"NoSuchKey", "404"}:
                return None
            raise
        return Written(head["LastModified"], head.get("VersionId", ""))

    def remove(self, tenant_id: str, sha256: str, seen: Written) -> None:
        """What was seen goes; what somebody wrote since comes back.

        If the process dies between the two, ``bring_back`` does the second. In a bucket that keeps versions what went
        can be brought back for 30 days; in one that keeps none, a write between the look and this is lost.
        """
        key = content_key(tenant_id, sha256)
        gone = self.client.delete_object(Bucket=self.bucket, Key=key)
        if seen.version and self._versions(key).get("Versions", [{}])[0].get("VersionId") != seen.version:
            self.client.delete_object(Bucket=self.bucket, Key=key, VersionId=gone["VersionId"])

    def bring_back(self, tenant_id: str, sha256: str) -> None:
        """Of content that is still needed: harmless when it is there, or was never removed."""
        key = content_key(tenant_id, sha256)
        for marker in self._versions(key).get("DeleteMarkers", []):
            if marker["IsLatest"]:
                self.client.delete_object(Bucket=self.bucket, Key=key, VersionId=marker["VersionId"])

    def _versions(self, key: str) -> Any:
        """Newest first; of this key alone, since none is longer."""
        return self.client.list_object_versions(Bucket=self.bucket, Prefix=key, MaxKeys=20)

    def get(self, tenant_id: str, sha256: str) -> bytes:
        return self.client.get_object(Bucket=self.bucket, Key=content_key(tenant_id, sha256))["Body"].read()

    # What is found by a name and not by its hash: the newest write stands.

    def put_named(self, tenant_id: str, name: str, data: bytes) -> None:
        self.client.put_object(Bucket=self.bucket, Key=f"{tenant_id}/{name}", Body=data)

    def put_named_once(self, tenant_id: str, name: str, data: bytes) -> bool:
        """``False`` when there is one of this name already: the first write stands."""
        try:
            self.client.put_object(Bucket=self.bucket, Key=f"{tenant_id}/{name}", Body=data, IfNoneMatch="*")
        except ClientError as error:
            if error.response["Error"]["Code"] in {"PreconditionFailed", "412"}:
                return False
            raise
        return True

    def find_named(self, tenant_id: str, name: str) -> bytes | None:
        try:
            return self.client.get_object(Bucket=self.bucket, Key=f"{tenant_id}/{name}")["Body"].read()
        except ClientError as error:
            if error.response["Error"]["Code"] in {"NoSuchKey", "404"}:
                return None
            raise

    def remove_named(self, tenant_id: str, name: str) -> None:
        self.client.delete_object(Bucket=self.bucket, Key=f"{tenant_id}/{name}")

    def remove_some_below(self, tenant_id: str, folder: str) -> int:
        """How many of what lies there went: a thousand at most, none when there is no more."""
        names = self.names_below(tenant_id, folder, 1000)
        if names:
            asked = [{"Key": name} for name in names]
            answer = self.client.delete_objects(Bucket=self.bucket, Delete={"Objects": asked, "Quiet": True})  # type: ignore[typeddict-item]  # a list of keys
            if refused := answer.get("Errors"):
                raise DependencyUnavailable(f"{len(refused)} of {len(names)} files were not removed; try again.")
        return len(names)

    def names_below(self, tenant_id: str, folder: str, most: int) -> list[str]:
        found = self.client.list_objects_v2(Bucket=self.bucket, Prefix=f"{tenant_id}/{folder}/", MaxKeys=most)
        return [item["Key"] for item in found.get("Contents", [])]

    def link_to_named(self, tenant_id: str, name: str, filename: str, media_type: str) -> str:
        return self._link(f"{tenant_id}/{name}", filename, media_type)

    def download_url(self, tenant_id: str, sha256: str, filename: str, media_type: str) -> str:
        return self._link(content_key(tenant_id, sha256), filename, media_type)

    def _link(self, key: str, filename: str, media_type: str) -> str:
        parameters = {
            "Bucket": self.bucket,
            "Key": key,
            "ResponseContentDisposition": content_disposition(filename),
            "ResponseContentType": media_type,
        }
        return self.client.generate_presigned_url("get_object", Params=parameters, ExpiresIn=DOWNLOAD_SECONDS)

    # Uploads too large for a Lambda go to a place of their own first, and are then taken over under their hash.

    def upload_form(self, tenant_id: str, upload_id: str) -> dict[str, Any]:
        """A presigned POST whose policy bounds the size, so that S3 itself refuses what is too large."""
        return self.client.generate_presigned_post(
            Bucket=self.bucket,
            Key=upload_key(tenant_id, upload_id),
            Conditions=[["content-length-range", 1, DOCUMENT_BYTES_MOST]],
            ExpiresIn=UPLOAD_SECONDS,
        )

    def take_upload(self, tenant_id: str, upload_id: str) -> tuple[str, bytes]:
        """SHA-256 and content. Raises ``UploadMissing`` when nothing (or too much) was uploaded."""
        key = upload_key(tenant_id, upload_id)
        try:
            answer = self.client.get_object(Bucket=self.bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] in {"NoSuchKey", "404"}:
                raise UploadMissing("Nothing was uploaded yet; POST the file to the upload address first.") from None
            raise
        if answer["ContentLength"] > DOCUMENT_BYTES_MOST:
            raise UploadMissing(f"The upload is larger than {DOCUMENT_BYTES_MOST} bytes.")
        data = answer["Body"].read()
        return self.put(tenant_id, data), data


def content_key(tenant_id: str, sha256: str) -> str:
    return f"{tenant_id}/{DOCUMENTS}/{sha256}"


def result_key(tenant_id: str, sha256: str) -> str:
    return f"{tenant_id}/{RESULTS}/{sha256}"


def upload_key(tenant_id: str, upload_id: str) -> str:
    return f"{tenant_id}/uploads/{upload_id}"


def content_disposition(filename: str) -> str:
    """RFC 6266 without room for header injection: everything but plain characters is percent-encoded."""
    from urllib.parse import quote

    return f"attachment; filename*=UTF-8''{quote(filename, safe='')}"
