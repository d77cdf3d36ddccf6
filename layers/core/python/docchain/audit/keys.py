"""Where the audit lies in its table.

| pk | sk | what |
|---|---|---|
| ``{t}#audit#{seq // 10_000:06d}`` | ``{seq:012d}`` | an entry |
| ``{t}#audit`` | ``head`` | where the chain ends |
| ``{t}#audit#seen`` | event id | an event that has its entry; for as long as it could be delivered again |
| ``{t}#audit#counts`` | ``totals``, ``day#{date}``, ``user#{id:012d}`` | counters; a day's also has its ``first_seq`` |
| ``_system#chains`` | tenant | that there is a chain: what the daily signing walks over |

Indexes ``by_user`` (``gsi_pk``), ``by_type`` (``type_pk``) and ``by_severity`` (``severity_pk``), each sorted by
``gsi_sk``, the entry's number. Erasing an entry must also remove its ``gsi_pk``, which names the user.
"""

from typing import Final

ENTRIES_PER_PARTITION: Final = 10_000
HEAD: Final = "head"
TOTALS: Final = "totals"
CHAINS: Final = "_system#chains"
DAY_PREFIX: Final = "day#"
USER_PREFIX: Final = "user#"

BY_USER: Final = ("by_user", ("gsi_pk", "gsi_sk"))
BY_TYPE: Final = ("by_type", ("type_pk", "gsi_sk"))
BY_SEVERITY: Final = ("by_severity", ("severity_pk", "gsi_sk"))


def entries(tenant_id: str, seq: int) -> str:
    """The partition that an entry lies in."""
    return f"{tenant_id}#audit#{seq // ENTRIES_PER_PARTITION:06d}"


def entry(seq: int) -> str:
    return f"{seq:012d}"


def chain(tenant_id: str) -> str:
    return f"{tenant_id}#audit"


def seen(tenant_id: str) -> str:
    return f"{tenant_id}#audit#seen"


def counts(tenant_id: str) -> str:
    return f"{tenant_id}#audit#counts"


def day(date: str) -> str:
    """``date`` as ``2026-11-21``; any ISO time will do."""
    return f"{DAY_PREFIX}{date[:10]}"


def user(user_id: int) -> str:
    return f"{USER_PREFIX}{user_id:012d}"


def of_user(tenant_id: str, user_id: int) -> str:
    return f"{tenant_id}#user#{user_id}"


def of_type(tenant_id: str, event_type: str) -> str:
    return f"{tenant_id}#type#{event_type}"


def of_severity(tenant_id: str, severity: str) -> str:
    return f"{tenant_id}#severity#{severity}"
