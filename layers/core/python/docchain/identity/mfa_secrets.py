"""Secrets of authenticators, encrypted by KMS for one user: what is copied to another user's item opens nothing."""

import base64
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient


@dataclass(frozen=True)
class MfaSecrets:
    """``key_id`` is the id or ARN of a symmetric KMS key."""

    kms: "KMSClient" = field(repr=False)
    key_id: str

    def seal(self, tenant_id: str, user_id: int, secret: str) -> str:
        answer = self.kms.encrypt(
            KeyId=self.key_id, Plaintext=secret.encode(), EncryptionContext=_context(tenant_id, user_id)
        )
        return base64.b64encode(answer["CiphertextBlob"]).decode()

    def open(self, tenant_id: str, user_id: int, sealed: str) -> str:
        answer = self.kms.decrypt(
            KeyId=self.key_id, CiphertextBlob=base64.b64decode(sealed), EncryptionContext=_context(tenant_id, user_id)
        )
        return answer["Plaintext"].decode()


def _context(tenant_id: str, user_id: int) -> dict[str, str]:
    return {"purpose": "totp", "tenant": tenant_id, "user": str(user_id)}
