"""What is said to authenticators and what of their answers is believed: all of WebAuthn, by the library py_webauthn.

Imported when it is needed: it takes longer to import than everything else of a login.
"""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from docchain.identity.errors import PasskeyRefused, PasskeysOff
from docchain.identity.models import User
from docchain.identity.passkeys import CHALLENGE_SECONDS

NAME: Final = "Document Workflow Chain"
# Errors of reading what is not well-formed; the library wraps most of them, but not each in every format.
_MALFORMED = (ValueError, KeyError, TypeError, IndexError, EOFError, RecursionError, OverflowError)


@dataclass(frozen=True)
class RelyingParty:
    """``origin`` is where browsers reach us (``https://api.example.com``); its host is what passkeys are bound to."""

    origin: str

    @property
    def id(self) -> str:
        """Raises ``PasskeysOff`` on a stage that does not say where it is reached."""
        host = urlsplit(self.origin).hostname
        if not host:
            raise PasskeysOff
        return host


@dataclass(frozen=True)
class Registered:
    credential_id: bytes
    public_key: bytes
    sign_count: int
    synced: bool


def handle_of(user: User) -> bytes:
    """What the authenticator keeps of whose passkey it is, and brings back at a login; at most 64 bytes."""
    return f"{user.tenant_id}:{user.id}".encode()


def registration_options(party: RelyingParty, user: User, challenge: bytes, known: list[bytes]) -> dict[str, Any]:
    import webauthn
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    options = webauthn.generate_registration_options(
        rp_id=party.id,
        rp_name=NAME,
        user_name=user.username,
        user_display_name=user.full_name or user.username,
        user_id=handle_of(user),
        challenge=challenge,
        timeout=CHALLENGE_SECONDS * 1000,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=credential_id) for credential_id in known],
    )
    return _json(options)


def login_options(party: RelyingParty, challenge: bytes) -> dict[str, Any]:
    """No credentials are named: who asks is not known, and must not learn who has which."""
    import webauthn
    from webauthn.helpers.structs import UserVerificationRequirement

    options = webauthn.generate_authentication_options(
        rp_id=party.id,
        challenge=challenge,
        timeout=CHALLENGE_SECONDS * 1000,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _json(options)


def verify_registration(party: RelyingParty, credential: dict[str, Any], challenge: bytes) -> Registered:
    """Raises ``PasskeyRefused``."""
    import webauthn
    from webauthn.helpers.exceptions import WebAuthnException
    from webauthn.helpers.structs import CredentialDeviceType

    try:
        verified = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, *_MALFORMED) as error:
        raise PasskeyRefused(type(error).__name__) from None
    return Registered(
        verified.credential_id,
        verified.credential_public_key,
        verified.sign_count,
        verified.credential_device_type == CredentialDeviceType.MULTI_DEVICE,
    )


def verify_login(
    party: RelyingParty, credential: dict[str, Any], challenge: bytes, public_key: bytes, sign_count: int
) -> int:
    """The new sign count. Raises ``PasskeyRefused``, also for a count that did not rise: somebody has a copy."""
    import webauthn
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        verified = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, *_MALFORMED) as error:
        raise PasskeyRefused(type(error).__name__) from None
    return verified.new_sign_count


def _json(options: Any) -> dict[str, Any]:
    from webauthn.helpers import options_to_json_dict

    said: dict[str, Any] = options_to_json_dict(options)
    return said
