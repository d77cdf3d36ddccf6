"""What is asked of a call before its route runs: where it comes from, how large it is, and how many there were."""

from typing import Any

from docchain.auth.caller import Caller
from docchain.auth.errors import AddressRefused
from docchain.errors import PayloadTooLarge
from docchain.identity.addresses import is_within
from docchain.limits.limiter import Limiter
from docchain.limits.rates import Standing

_MEGABYTE = 1024 * 1024
_READS = frozenset({"GET", "HEAD"})


def admit(event: dict[str, Any], limiter: Limiter | None) -> Standing | None:
    """``None`` when it is not counted. Raises ``AddressRefused``, ``PayloadTooLarge``, ``TooManyRequests``.

    Addresses are looked at here and not where tokens are: the gateway keeps the authorizer's answer for a token,
    whichever address sends it next.
    """
    context = event["requestContext"]
    known = context.get("authorizer") or {}
    caller = Caller.from_context(known) if "tenant_id" in known else None
    address = (context.get("identity") or {}).get("sourceIp") or ""
    if caller:
        _check_address(caller, address)
        _check_size(caller, event)
    if limiter is None:
        return None
    # Who is nobody and sends something wants to become somebody: to log in, register, reset a password.
    return limiter.admit(caller, address, sign_in=event["httpMethod"] not in _READS)


def limit_headers(standing: Standing) -> dict[str, str]:
    return {
        "x-ratelimit-limit": str(standing.limit),
        "x-ratelimit-remaining": str(standing.remaining),
        "x-ratelimit-reset": str(standing.reset_at),
    }


def _check_address(caller: Caller, address: str) -> None:
    blocked = caller.blocked_address and caller.blocked_address == address
    if blocked or (caller.allowed_addresses and not is_within(address, caller.allowed_addresses)):
        raise AddressRefused


def _check_size(caller: Caller, event: dict[str, Any]) -> None:
    """Ten megabytes are the gateway's own bound; a tenant may ask for less."""
    body = event.get("body") or ""
    size = len(body) // 4 * 3 - body[-2:].count("=") if event.get("isBase64Encoded") else len(body.encode())
    if size > caller.request_megabytes * _MEGABYTE:
        raise PayloadTooLarge(f"The body is larger than the {caller.request_megabytes} MB that your tenant takes.")
