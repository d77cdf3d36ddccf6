"""Whose API key this is, and the note that it was used."""

from datetime import UTC, datetime
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from docchain.auth.caller import Caller
from docchain.clock import epoch, from_iso, now
from docchain.events.models import Event
from docchain.identity import keys as places
from docchain.identity.addresses import blocks_of, canonical_address, is_blocked, is_within
from docchain.identity.api_keys.errors import InvalidApiKey
from docchain.identity.api_keys.models import ApiKey
from docchain.identity.api_keys.permissions import scopes_of_key
from docchain.identity.api_keys.repository import ApiKeyRepository, to_api_key
from docchain.identity.api_keys.secret import ApiKeySecret
from docchain.identity.models import User
from docchain.identity.policies import to_policies
from docchain.identity.users import to_user
from docchain.observability import logger
from docchain.storage.errors import ConditionFailed, TooMuchContention

NOTED_EVERY_SECONDS: Final = 60
# Of a key: past it the one not seen for longest is forgotten, and would count as new.
ADDRESSES_MOST: Final = 100


def verify_api_key(text: str, address: str, keys: ApiKeyRepository) -> Caller:
    """One read; and a write for each address once a day, else once a minute.

    Raises ``InvalidApiKey`` (401). Whether the key may be used from ``address`` the door decides, as the gateway keeps
    this answer for calls from other addresses too. A key without ``admin`` carries no roles: it is its scopes.
    """
    sent = ApiKeySecret.parse(text)
    tenant_id = sent.tenant_id
    at = (places.api_key(tenant_id, sent.key_id), places.API_KEY)
    of = (places.users(tenant_id), places.user(sent.user_id))
    by = (places.policies(tenant_id), places.POLICIES)
    found = keys.table.get_many([at, of, by, *blocks_of(tenant_id, address)], consistent=True)
    if at not in found or of not in found:
        raise InvalidApiKey("unknown")
    key, user = to_api_key(tenant_id, found[at]), to_user(tenant_id, found[of])
    if not key.knows(sent.hash):
        raise InvalidApiKey("secret")
    if key.has_expired or key.user_id != user.id or not user.is_active:
        raise InvalidApiKey("expired, or its owner may not log in")
    note_use(keys, key, user, canonical_address(address))
    roles = frozenset(user.roles)
    policies = to_policies(found.get(by))
    return Caller(
        tenant_id=user.tenant_id,
        user_id=user.id,
        username=user.username,
        roles=roles if "admin" in key.permissions else frozenset(),
        scopes=scopes_of_key(key.permissions, roles),
        session_id="",
        api_key_id=key.id,
        rate_limit=policies.api.rate_limit_per_minute,
        request_megabytes=policies.api.max_request_size_mb,
        allowed_addresses=key.allowed_addresses,
        blocked_address=address if is_blocked(found, tenant_id, address) else "",
    )


def note_use(keys: ApiKeyRepository, key: ApiKey, user: User, address: str) -> None:
    """The owner's audit hears of each address once a day, and whether the key was ever seen there before."""
    today = datetime.now(UTC).date().isoformat()
    seen_today = key.seen_on.get(address) == today
    if seen_today and key.last_used_at and epoch() - from_iso(key.last_used_at).timestamp() < NOTED_EVERY_SECONDS:
        return
    changes: dict[str, Any] = {"last_used_at": now(), "last_used_ip": address}
    fact = None
    if not seen_today:
        changes["seen_on"] = _latest({**key.seen_on, address: today})
        fact = _used(key, user, address)
    try:
        keys.noting_use(key, changes, fact)
    except (ConditionFailed, TooMuchContention):
        return  # another call of this moment was first; the next one notes this address
    except (BotoCoreError, ClientError) as error:
        # A note that could not be taken is no reason to refuse the caller: the next call takes it.
        logger.warning("use of a key not noted", extra={"api_key_id": key.id, "fault": str(error)})


def _latest(seen_on: dict[str, str]) -> dict[str, str]:
    return dict(sorted(seen_on.items(), key=lambda entry: entry[1])[-ADDRESSES_MOST:])


def _used(key: ApiKey, user: User, address: str) -> Event:
    return Event(
        type="api_key.used",
        tenant_id=key.tenant_id,
        subject=f"api_keys/{key.id}",
        actor=user.username,
        data={
            "api_key_id": key.id,
            "user_id": user.id,
            "ip": address,
            "new_address": address not in key.seen_on,
            "allowed": not key.allowed_addresses or is_within(address, key.allowed_addresses),
        },
    )
