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
        """``head`` as it was archived, if it was, and all archived behind it (``None``: all), oldest first."""
        first: dict[str, str] = {}
        for version in self._versions(tenant_id, head):
            first[version["Key"]] = version["VersionId"]  # newest first within a name, so the last one is the oldest
        return [self._read(key, first[key]) for key in _ends(sorted(first))]

    def _versions(self, tenant_id: str, head: SignedHead | None) -> list[Any]:
        # A marker is exclusive; one character less sorts before the head's own name.
        marker = head_key(head)[:-1] if head else ""
        found: list[Any] = []
        place = {"KeyMarker": marker} if marker else {}
        while len(found) < LISTED_MOST:
            arguments: Any = {"Bucket": self.bucket, "Prefix": f"{tenant_id}/", "MaxKeys": _PAGE, **place}
            page = self.client.list_object_versions(**arguments)
            found += page.get("Versions", [])
            if not page.get("IsTruncated"):
                break
            place = {"KeyMarker": page["NextKeyMarker"], "VersionIdMarker": page["NextVersionIdMarker"]}
        return found

    def _read(self, key: str, version: str) -> SignedHead:
        answer = self.client.get_object(Bucket=self.bucket, Key=key, VersionId=version)
        return read_head(read_json(answer["Body"].read()))


def head_key(head: SignedHead) -> str:
    return f"{head['tenant_id']}/{head['date']}-{head['size']:012d}.json"


def _ends(keys: list[str]) -> list[str]:
    """The first and the last: those between are in the chain of heads, and each would be a call."""
    return keys if len(keys) <= 2 else [keys[0], keys[-1]]
