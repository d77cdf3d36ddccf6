"""The keys that encrypt fields: fresh for each, and at rest only as KMS has wrapped them."""

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from docchain.encryption.ciphers import KEY_BYTES
from docchain.encryption.context import Context
from docchain.encryption.errors import AlgorithmNotConfigured, CiphertextRefused

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

OAEP: Final = "RSAES_OAEP_SHA_256"
# What KMS answers when it is not the key, the context or the bytes that it wrapped.
_REFUSALS: Final = frozenset({"InvalidCiphertextException", "IncorrectKeyException"})


@dataclass(frozen=True)
class DataKeys:
    """``data_key`` is the id or ARN of a symmetric KMS key, ``rsa`` those of asymmetric ones by algorithm, or empty."""

    kms: "KMSClient" = field(repr=False)
    data_key: str
    rsa: dict[str, str] = field(default_factory=dict)

    def key_for(self, algorithm: str) -> str:
        """Raises ``AlgorithmNotConfigured``."""
        if not algorithm.startswith("rsa"):
            return self.data_key
        if not self.rsa.get(algorithm):
            raise AlgorithmNotConfigured(algorithm)
        return self.rsa[algorithm]

    def create(self, algorithm: str, context: Context) -> tuple[bytes, bytes]:
        """A key, and the same wrapped. One call of KMS."""
        key_id = self.key_for(algorithm)
        if algorithm in self.rsa:
            # RSA in KMS knows no context: the cipher around the field authenticates it.
            key = os.urandom(KEY_BYTES)
            answer = self.kms.encrypt(KeyId=key_id, Plaintext=key, EncryptionAlgorithm=OAEP)
            return key, answer["CiphertextBlob"]
        made = self.kms.generate_data_key(KeyId=key_id, KeySpec="AES_256", EncryptionContext=context.for_kms())
        return made["Plaintext"], made["CiphertextBlob"]

    def unwrap(self, algorithm: str, wrapped: bytes, context: Context) -> bytes:
        """The KMS key is the stage's own, whatever a ciphertext claims. Raises ``CiphertextRefused``."""
        key_id = self.key_for(algorithm)
        try:
            if algorithm in self.rsa:
                return self.kms.decrypt(KeyId=key_id, CiphertextBlob=wrapped, EncryptionAlgorithm=OAEP)["Plaintext"]
            named = context.for_kms()
            return self.kms.decrypt(KeyId=key_id, CiphertextBlob=wrapped, EncryptionContext=named)["Plaintext"]
        except ClientError as error:
            if error.response["Error"]["Code"] in _REFUSALS:
                raise CiphertextRefused from None
            raise
