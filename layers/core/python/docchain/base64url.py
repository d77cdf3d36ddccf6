"""base64url without padding, as JWS and WebAuthn write it, and as we write what stands in addresses."""

import base64


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def decode(text: str) -> bytes:
    """Raises ``ValueError`` for characters of no base64, which Python would leave out.

    Some texts have several spellings, for their last character has unused bits.
    """
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
