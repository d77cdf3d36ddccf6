"""New keys, new secrets of keys, and what a key may be at most."""

from dataclasses import dataclass, field, replace
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from docchain.auth.caller import Caller
from docchain.clock import epoch, now
from docchain.identity.addresses import canonical_network
from docchain.identity.api_keys.errors import ApiKeyExpired
from docchain.identity.api_keys.models import ApiKey
from docchain.identity.api_keys.permissions import PERMISSIONS, require_held
from docchain.identity.api_keys.repository import ApiKeyRepository
from docchain.identity.api_keys.secret import ApiKeySecret, new_key_id
from docchain.storage.errors import ConditionFailed
from docchain.storage.idempotency import IdempotencyKey

OVERLAP_HOURS_MOST: Final = 168
EXPIRES_DAYS_MOST: Final = 365

_DAY_SECONDS = 24 * 3600


def _permission(text: str) -> str:
    if text not in PERMISSIONS:
        raise ValueError(f"is none of {', '.join(PERMISSIONS)}")
    return text


def _once_each(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


Permission = Annotated[str, AfterValidator(_permission), Field(json_schema_extra={"enum": list(PERMISSIONS)})]
Network = Annotated[str, Field(max_length=49), AfterValidator(canonical_network)]


class NewApiKey(BaseModel):
    """Without ``expires_days`` a key stays until it is revoked, without ``allowed_addresses`` it works anywhere."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    permissions: Annotated[tuple[Permission, ...], Field(min_length=1, max_length=30), AfterValidator(_once_each)] = (
        "read",
    )
    expires_days: Annotated[int | None, Field(ge=1, le=EXPIRES_DAYS_MOST)] = None
    allowed_addresses: Annotated[
        tuple[Network, ...],
        Field(max_length=20, description="Addresses and networks: 203.0.113.7, 2001:db8::/48."),
        AfterValidator(_once_each),
    ] = ()

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "examples": [
                {
                    "name": "nightly import",
                    "permissions": ["workflows:write"],
                    "expires_days": 90,
                    "allowed_addresses": ["203.0.113.0/24"],
                }
            ]
        },
    )


@dataclass(frozen=True)
class IssuedKey:
    """``text`` is the whole key; ``None`` when an earlier call with the same Idempotency-Key has shown it."""

    key: ApiKey
    text: str | None = field(repr=False)


def create_api_key(keys: ApiKeyRepository, caller: Caller, wanted: NewApiKey, once: IdempotencyKey | None) -> IssuedKey:
    """Raises ``BeyondOwner``, ``TooManyApiKeys``."""
    require_held(wanted.permissions, caller.roles)
    once = _own(once, caller)
    if once and (answer := once.earlier_answer(keys.table)):
        return _shown_before(keys, caller, answer["api_key_id"])
    secret = ApiKeySecret.new(caller.tenant_id, new_key_id(caller.user_id))
    key = ApiKey(
        tenant_id=caller.tenant_id,
        id=secret.key_id,
        user_id=caller.user_id,
        name=wanted.name,
        permissions=wanted.permissions,
        allowed_addresses=wanted.allowed_addresses,
        secret_hash=secret.hash,
        created_at=now(),
        expires_at=epoch() + wanted.expires_days * _DAY_SECONDS if wanted.expires_days else None,
    )
    try:
        keys.add(key, caller.username, once)
    except ConditionFailed:
        return _lost_race(keys, caller, once)
    return IssuedKey(key, secret.text())


def rotate_api_key(
    keys: ApiKeyRepository, caller: Caller, key_id: str, overlap_hours: int, once: IdempotencyKey | None
) -> IssuedKey:
    """The old secret works for so many hours more; one that still did so from an earlier rotation ends now.

    Raises ``ApiKeyNotFound``, ``ApiKeyExpired``, and ``ConditionFailed`` when two calls rotate it at once.
    """
    once = _own(once, caller)
    if once and (answer := once.earlier_answer(keys.table)):
        return _shown_before(keys, caller, answer["api_key_id"])
    key = keys.read(caller.tenant_id, caller.user_id, key_id)
    if key.has_expired:
        raise ApiKeyExpired
    secret = ApiKeySecret.new(caller.tenant_id, key.id)
    try:
        keys.rotate(key, secret.hash, overlap_hours * 3600, caller.username, once)
    except ConditionFailed:
        return _lost_race(keys, caller, once)
    return IssuedKey(keys.read(caller.tenant_id, caller.user_id, key_id), secret.text())


def _own(once: IdempotencyKey | None, caller: Caller) -> IdempotencyKey | None:
    """Two people of a tenant may choose the same Idempotency-Key."""
    return replace(once, operation=f"{once.operation} {caller.user_id}") if once else None


def _shown_before(keys: ApiKeyRepository, caller: Caller, key_id: str) -> IssuedKey:
    return IssuedKey(keys.read(caller.tenant_id, caller.user_id, key_id), None)


def _lost_race(keys: ApiKeyRepository, caller: Caller, once: IdempotencyKey | None) -> IssuedKey:
    """Another call did it with the same Idempotency-Key; else the failure is the caller's to hear."""
    answer = once.earlier_answer(keys.table) if once else None
    if answer is None:
        raise ConditionFailed([0])
    return _shown_before(keys, caller, answer["api_key_id"])
