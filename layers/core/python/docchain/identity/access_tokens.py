"""Access tokens: ES256 JWTs that name a session. What they say is believed only with that session still live."""

import json
from typing import Any, Final, Literal

import jwt
from pydantic import BaseModel, ConfigDict, ValidationError

from docchain import base64url
from docchain.clock import epoch
from docchain.identity.errors import InvalidAccessToken
from docchain.identity.models import User
from docchain.identity.signing import ALGORITHM, SigningKey, SigningKeys

LIFETIME_SECONDS: Final = 30 * 60
ISSUER: Final = "docchain"
AUDIENCE: Final = "docchain-api"

# Ours have about 500 characters. What is longer is refused before any work is done on it.
_LONGEST = 4096
# Clocks of two Lambdas differ by milliseconds, and a token's times are whole seconds.
_CLOCK_SKEW_SECONDS = 2
_REQUIRED = ["iss", "aud", "sub", "tid", "sid", "ver", "typ", "iat", "nbf", "exp"]


class AccessClaims(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True)

    tid: str
    sub: str
    sid: str
    ver: int
    typ: Literal["access"]
    exp: int

    @property
    def user_id(self) -> int:
        return int(self.sub)


def issue_access_token(key: SigningKey, user: User, session_id: str) -> str:
    issued = epoch()
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(user.id),
        "tid": user.tenant_id,
        "sid": session_id,
        "roles": list(user.roles),
        "ver": user.token_version,
        "typ": "access",
        "iat": issued,
        "nbf": issued,
        "exp": issued + LIFETIME_SECONDS,
    }
    signed = f"{_part(_header(key))}.{_part(claims)}"
    return f"{signed}.{base64url.encode(key.sign(signed.encode()))}"


def read_access_token(keys: SigningKeys, token: str) -> AccessClaims:
    """Signature, times, issuer, audience and kind; not the session. Raises ``InvalidAccessToken``."""
    if len(token) > _LONGEST or not token.isascii():
        raise InvalidAccessToken("not a token")
    key = _key_of(token, keys)
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key.public_key,
            algorithms=[ALGORITHM],
            issuer=ISSUER,
            audience=AUDIENCE,
            leeway=_CLOCK_SKEW_SECONDS,
            options={"require": _REQUIRED},
        )
        read = AccessClaims.model_validate(claims)
    except jwt.InvalidTokenError as error:
        raise InvalidAccessToken(type(error).__name__) from None
    except ValidationError:
        raise InvalidAccessToken("claims") from None
    _require_one_spelling(token)
    return read


def _key_of(token: str, keys: SigningKeys) -> SigningKey:
    """Our header to the letter: no other algorithm or key, no key brought along (jwk, jku, x5c), no extension.

    So nothing of a stranger's JSON is parsed before the signature over it is checked, and no name is looked up.
    """
    for key in keys.keys:
        if token.startswith(f"{_part(_header(key))}."):
            return key
    raise InvalidAccessToken("the header is not ours")


def _require_one_spelling(token: str) -> None:
    """The last character of a signature has four unused bits, which base64 decoders ignore: 16 tokens for one."""
    signature = token.rpartition(".")[2]
    if base64url.encode(jwt.utils.base64url_decode(signature)) != signature:
        raise InvalidAccessToken("spelling")


def _header(key: SigningKey) -> dict[str, Any]:
    return {"alg": ALGORITHM, "kid": key.kid, "typ": "JWT"}


def _part(content: dict[str, Any]) -> str:
    return base64url.encode(json.dumps(content, separators=(",", ":")).encode())
