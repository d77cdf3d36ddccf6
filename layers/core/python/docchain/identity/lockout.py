"""Failed logins: after so many an account, known or not, and the address they come from are locked for a while.

Each login is counted before its password is checked, by one transaction over both counters; a right one clears its
account's and is taken back from its address's. Where others on their way fill a counter, one waits for what becomes of
them: five devices may log in at once. Whoever is refused hears the same, whether there is such a user or not.
A tenant with other figures than the default can be told from nobody by them: that is the price of the setting.
"""

import hashlib
import ipaddress
from dataclasses import dataclass, field

from docchain.auth.errors import AddressRefused
from docchain.clock import epoch, sleep_between
from docchain.errors import RateLimited
from docchain.events.models import Event
from docchain.identity import attempts, keys, open_sessions
from docchain.identity.addresses import blocks_of, line_of
from docchain.identity.models import Origin, User
from docchain.identity.names import LONGEST, canonical
from docchain.identity.open_sessions import OpenSessions, to_open_sessions
from docchain.identity.policies import Policies, to_policies
from docchain.identity.users import UserRepository, to_user
from docchain.storage.across import get_across
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed, TooMuchContention
from docchain.storage.items import Item
from docchain.storage.outbox import event_item
from docchain.storage.table import Action, Table

_TRIES = 5
# Together 1.2 s: longer than the checks of those who are on their way take.
_PAUSES = (0.05, 0.1, 0.15, 0.2, 0.3, 0.4)
# No call through API Gateway comes from there.
_MOST_OF_LOOPBACK = 1_000_000


class LoginLocked(RateLimited):
    code = "LOGIN_LOCKED"

    def __init__(self, retry_after: int) -> None:
        super().__init__("There were too many failed logins; try again later.", retry_after=max(1, retry_after))


@dataclass(frozen=True)
class Counter:
    """What one subject has failed so far, as it was read before this attempt."""

    key: str
    most: int
    item: Item | None

    @property
    def filled_by_this(self) -> bool:
        return attempts.failed_of(self.item) + 1 >= self.most

    @property
    def is_failed(self) -> bool:
        return attempts.failed_of(self.item) >= self.most

    @property
    def locked_seconds(self) -> int:
        return attempts.locked_seconds(self.item, self.most)


@dataclass(frozen=True)
class Approach:
    """A login that was counted, and whose password may now be checked. ``user`` is ``None`` for an unknown name."""

    user: User | None
    policies: Policies
    open_sessions: OpenSessions
    account: Counter
    address: Counter
    table: Table = field(repr=False)
    guard: Table = field(repr=False)

    def succeeding(self) -> list[Action]:
        """Belongs into the transaction that opens the session, or that asks for the second factor."""
        account, address = self.account.key, self.address.key
        return [attempts.forgetting(self.guard, account), attempts.giving_back(self.guard, address)]

    def fail(self, fact: Event, origin: Origin) -> None:
        """The failure and the news of it are one write; the one that fills a counter also tells of the lock."""
        failing = [attempts.failing(self.guard, counter.key) for counter in (self.account, self.address)]
        self.table.transact([*failing, self.table.putting(event_item(fact))])
        for counter in (self.account, self.address):
            if counter.filled_by_this:
                self._announce(counter, origin)

    def refuse(self, origin: Origin) -> LoginLocked:
        """Parallel failures do not see which of them was the last; then whoever is refused first tells of the lock."""
        locked = [c for c in (self.account, self.address) if c.locked_seconds]
        for counter in locked:
            if counter.is_failed and counter.item and "announced" not in counter.item:
                self._announce(counter, origin)
        return LoginLocked(max(c.locked_seconds for c in locked))

    def _announce(self, counter: Counter, origin: Origin) -> None:
        """Once per lock, whoever tries."""
        marking = self.guard.updating(
            counter.key,
            attempts.COUNTER,
            set_={"announced": True},
            when=Attr("failed").gte(counter.most) & Attr("announced").not_exists(),
        )
        try:
            self.table.transact([marking, self.table.putting(event_item(self._locked(counter, origin)))])
        except ConditionFailed:
            return

    def _locked(self, counter: Counter, origin: Origin) -> Event:
        whose = self.user if counter is self.account else None
        return Event(
            type="login.locked",
            tenant_id=whose.tenant_id if whose else keys.ANONYMOUS,
            subject=f"users/{whose.id}" if whose else "users",
            data={
                "what": "account" if counter is self.account else "address",
                "user_id": whose.id if whose else None,
                "ip": origin.ip,
                "minutes": self.policies.lockout_minutes,
            },
        )


def approach(users: UserRepository, guard: Table, login: str, origin: Origin) -> Approach:
    """Raises ``LoginLocked``, ``AddressRefused``. Three calls, whether there is such a user or not; two more when it
    raises."""
    tenant_id, user_id = users.look_up(login)
    account_key = account(tenant_id, user_id) if user_id else _of_nobody(login)
    address_key = f"{keys.ANONYMOUS}#failures#address#{line_of(origin.ip) or 'unknown'}"
    places = [
        (users.table, keys.users(tenant_id), keys.user(user_id)),
        (users.table, keys.policies(tenant_id), keys.POLICIES),
        (users.table, *open_sessions.address_of(tenant_id, user_id)),
        (guard, account_key, attempts.COUNTER),
        (guard, address_key, attempts.COUNTER),
    ]
    blocks = [(users.table, *place) for place in dict.fromkeys(blocks_of(tenant_id, origin.ip))]
    pauses = iter(_PAUSES)
    for _ in range(_TRIES + len(_PAUSES)):
        user, kept, opened, of_account, of_address, *blocking = get_across([*places, *blocks])
        if any(block and block["expires_at"] > epoch() for block in blocking):
            raise AddressRefused
        policies = to_policies(kept)
        coming = Approach(
            user=to_user(tenant_id, user) if user else None,
            policies=policies,
            open_sessions=to_open_sessions(tenant_id, user_id, opened),
            account=Counter(account_key, policies.max_login_attempts, of_account),
            address=Counter(address_key, _most_of_address(origin.ip, policies), of_address),
            table=users.table,
            guard=guard,
        )
        full = [counter for counter in (coming.account, coming.address) if counter.locked_seconds]
        if not full and _counted(coming):
            return coming
        pause = next(pauses, None)
        if full and (pause is None or any(counter.is_failed for counter in full)):
            raise coming.refuse(origin)
        if pause:
            sleep_between(pause / 2, pause)
    raise TooMuchContention("Too many logins at once; try again.")


def account(tenant_id: str, user_id: int) -> str:
    """By number, because an account has two login names."""
    return f"{tenant_id}#failures#account#{user_id}"


def _counted(coming: Approach) -> bool:
    """``False`` when others came in between: then what was read is too old to decide by."""
    seconds = coming.policies.lockout_minutes * 60
    counting = [
        attempts.counting(coming.guard, c.key, c.item, c.most, seconds) for c in (coming.account, coming.address)
    ]
    try:
        coming.guard.transact(counting)
    except ConditionFailed:
        return False
    return True


def _of_nobody(login: str) -> str:
    """Hashed, for now and then it is a password in the wrong field."""
    name = canonical(login)[:LONGEST]
    return f"{keys.ANONYMOUS}#failures#account#{hashlib.sha256(name.encode(errors='surrogatepass')).hexdigest()}"


def _most_of_address(ip: str, policies: Policies) -> int:
    """On a developer's machine everybody has one address, and a lock of it would shut all of them out."""
    try:
        is_loopback = ipaddress.ip_address(ip).is_loopback
    except ValueError:
        is_loopback = False
    return _MOST_OF_LOOPBACK if is_loopback else policies.max_login_attempts_per_address
