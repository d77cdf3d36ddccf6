"""Signed heads in S3 under Object Lock: what was signed there can be neither changed nor removed before its time.

A delete there only hides an object behind a marker. So versions are what is listed, and the first one ever written
under a name is the one that is read.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from docchain.audit.hashing import canonical_json
from docchain.verify.heads import SignedHead, read_head
from docchain.verify.reading import read_json

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LISTED_MOST = 5_000
"""Heads that one look takes in: thirteen years of daily ones."""
_PAGE = 1_000


@dataclass(frozen=True)
class HeadArchive:
    client: "S3Client" = field(repr=False)
    bucket: str

    def put(self, head: SignedHead) -> None:
        """A second time changes nothing: a name says which head it is, and the first version under it counts."""
        try:
            self.client.put_object(
                Bucket=self.bucket,
                Key=head_key(head),
                Body=canonical_json(dict(head)),
                ContentType="application/json",
                IfNoneMatch="*",
                ChecksumAlgorithm="SHA256",  # S3 demands a checksum where objects are locked
            )
        except ClientError as error:
            if error.response["Error"]["Code"] not in {"PreconditionFailed", "412"}:
                raise

    def read_from(self, tenant_id: str, head: SignedHead | None) -> list[SignedHead]:
        """``head`` as it was archived, if it was, and the last one archived behind it (``None``: first and last).

        Those between are linked to from the last, and each would be a call.
        """
        if head is None:
            found = self._first_versions(f"{tenant_id}/")
            return [self._read(*found[i]) for i in sorted({0, len(found) - 1})] if found else []
        own = self._first_versions(head_key(head))
        behind = self._first_versions(f"{tenant_id}/", head_key(head))
        return [self._read(*at) for at in (*own[:1], *behind[-1:])]

    def _first_versions(self, prefix: str, after: str = "") -> list[tuple[str, str]]:
        """Names in their order, each with the version that was written first."""
        first: dict[str, str] = {}
        place = {"KeyMarker": after} if after else {}
        while len(first) < LISTED_MOST:
            arguments: Any = {"Bucket": self.bucket, "Prefix": prefix, "MaxKeys": _PAGE, **place}
            page = self.client.list_object_versions(**arguments)
            # Newest first within a name, so the last one is the oldest.
            first |= {version["Key"]: version["VersionId"] for version in page.get("Versions", [])}
            if not page.get("IsTruncated"):
                break
            place = {"KeyMarker": page["NextKeyMarker"], "VersionIdMarker": page["NextVersionIdMarker"]}
        return sorted(first.items())

    def _read(self, key: str, version: str) -> SignedHead:
        answer = self.client.get_object(Bucket=self.bucket, Key=key, VersionId=version)
        return read_head(read_json(answer["Body"].read()))


def head_key(head: SignedHead) -> str:
    return f"{head['tenant_id']}/{head['date']}-{head['size']:012d}.json"
