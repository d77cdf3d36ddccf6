"""What encrypting and decrypting a field can answer."""

from docchain.errors import DocchainError, ValidationFailed


class AlgorithmNotConfigured(ValidationFailed):
    code = "ALGORITHM_NOT_CONFIGURED"

    def __init__(self, algorithm: str) -> None:
        message = f"this stage has no key for {algorithm}; aes256 and chacha20 need none of their own"
        super().__init__(f"algorithm: {message}", details=[{"field": "algorithm", "message": message}])


class CiphertextRefused(DocchainError):
    """Altered, cut, of another version of this format, or moved to where it does not belong: which, is not told."""

    code = "CIPHERTEXT_REFUSED"

    def __init__(self) -> None:
        super().__init__("What is stored cannot be decrypted for this place; store it anew.")
