"""What a rule says: which events it counts, for whom, how long, and from when on that is a finding.

Each is data and one or two functions, so that all rules share one way of counting, which is exact under repeated and
re-ordered events (``windows``).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network

from docchain.audit.kinds import Severity
from docchain.events.models import Event
from docchain.security_events.models import address_of

Reading = Callable[[Event], str | None]
"""``None`` leaves the event out."""


@dataclass(frozen=True)
class Rule:
    """``threshold`` counts different ``member`` values, or events where a rule has none, within ``minutes``.

    ``across_tenants`` counts for the whole stage too: an address that tries logins does not know where they lead.
    ``block_minutes`` is how long the address is refused, 0 for not at all. ``when`` says which events count, ``finds``
    which of those may be found by; ``each`` finds anew for each of its values, not once per subject and ``minutes``.
    """

    name: str
    listens: frozenset[str]
    subject: Reading
    threshold: int
    minutes: int
    severity: Severity
    title: str
    explanation: str
    recommendation: str
    member: Reading | None = None
    across_tenants: bool = False
    block_minutes: int = 0
    when: Callable[[Event], bool] = field(default=lambda _: True)
    finds: Callable[[Event], bool] = field(default=lambda _: True)
    each: Reading | None = None

    def subject_of(self, event: Event) -> str | None:
        return self.subject(event) if event.type in self.listens and self.when(event) else None


def by_subject(event: Event) -> str | None:
    """What it is about, whatever that is."""
    return event.subject


def by_address(event: Event) -> str | None:
    return address_of(event)


def by_account(event: Event) -> str | None:
    """The account that it is about; nobody's when the name that was tried has none."""
    user_id = event.data.get("user_id")
    return f"users/{user_id}" if user_id else None


def by_tried_name(event: Event) -> str | None:
    """Names that nobody has are not told, so each try of one counts as another."""
    return by_account(event) or f"unknown/{event.id}"


def by_caller(event: Event) -> str | None:
    cause = event.cause
    return f"users/{cause.user_id}" if cause and cause.user_id else None


def network_of(event: Event) -> str | None:
    """A provider's part of the net (/16, /48): without a geographic database, a place is where an address belongs."""
    address = address_of(event)
    if not address:
        return None
    try:
        read = ip_address(address)
    except ValueError:
        return None
    return str(ip_network((read, 16 if read.version == 4 else 48), strict=False))
