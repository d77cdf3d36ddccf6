"""What a bucket holds at this moment, told without taking of it."""

from dataclasses import dataclass

from docchain.auth.caller import Caller
from docchain.errors import Forbidden
from docchain.identity.api_keys.secret import owner_of
from docchain.limits.buckets import now_us
from docchain.limits.limiter import Limiter
from docchain.limits.rates import Rate, Standing
from docchain.limits.subjects import Subject, of_address

_OF_TENANT = ("user", "key")
_OF_NOBODY = ("address", "sign_in")


@dataclass(frozen=True)
class Inspected:
    subject: Subject
    standing: Standing


def inspect_bucket(limiter: Limiter, caller: Caller, address: str, identifier: str, most: int | None) -> Inspected:
    """``most`` asks how the calls not refilled yet would stand against another limit. One read.

    Raises ``Forbidden`` for a bucket that is not the caller's, unless the caller administers the tenant.
    """
    subject = to_subject(caller, identifier)
    if not (_is_own(subject, caller, address) or caller.may("tenant:admin")):
        raise Forbidden("Only an administrator looks at somebody else's bucket.", details={"scope": "tenant:admin"})
    rate = Rate(caller.rate_limit) if subject.kind in _OF_TENANT else limiter.rate_of_nobody(subject)
    now = now_us()
    full_at, was = limiter.buckets.look_at(subject.pk) or (now, rate)
    real = rate.standing(full_at, now, allowed=full_at <= now + rate.latest)
    if most is None:
        return Inspected(subject, real)
    taken = -(-max(0, full_at - now) // was.interval)
    left = max(0, most - taken)
    return Inspected(
        subject,
        Standing(allowed=left > 0, limit=most, remaining=left, reset_at=real.reset_at),
    )


def to_subject(caller: Caller, identifier: str) -> Subject:
    """``user:7``, ``key:7_01J…``, ``address:203.0.113.7``, ``sign_in:203.0.113.7``; the kind may be left out."""
    kind, _, who = identifier.partition(":")
    if kind in _OF_NOBODY and who:
        return of_address(who, sign_in=kind == "sign_in")
    if kind in _OF_TENANT and who:
        return Subject(caller.tenant_id, kind, who)
    if identifier == caller.username:
        return Subject(caller.tenant_id, "user", str(caller.user_id))
    if owner_of(identifier) is not None:
        return Subject(caller.tenant_id, "key", identifier)
    looks_like_address = "." in identifier or ":" in identifier
    return of_address(identifier) if looks_like_address else Subject(caller.tenant_id, "user", identifier)


def _is_own(subject: Subject, caller: Caller, address: str) -> bool:
    match subject.kind:
        case "user":
            return subject.who == str(caller.user_id)
        case "key":
            return owner_of(subject.who) == caller.user_id
    return bool(address) and subject.who == of_address(address).who
