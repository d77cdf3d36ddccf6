"""Security policies of a tenant: what it asks of passwords, sessions, calls and logins, or else the defaults."""

from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from docchain.events.models import Event
from docchain.identity import keys
from docchain.storage.conditions import Attr
from docchain.storage.items import Item
from docchain.storage.outbox import event_item
from docchain.storage.table import Table

# What AWS's gateway takes; a larger body never reaches us.
GATEWAY_MEGABYTES: Final = 10


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PasswordPolicy(_Part):
    """``max_age_days`` of 0: passwords never grow old. ``history``: how many earlier ones may not come again.

    ``refuse_guessable``: also what keeps every rule and is found within a million guesses, or holds the user's name.
    """

    min_length: Annotated[int, Field(ge=8, le=64)] = 8
    upper: bool = True
    lower: bool = True
    numbers: bool = True
    special: bool = True
    max_age_days: Annotated[int, Field(ge=0, le=3650)] = 90
    history: Annotated[int, Field(ge=0, le=24)] = 5
    refuse_guessable: bool = False


class SessionPolicy(_Part):
    """HTTPS cannot be switched off: the gateway speaks nothing else."""

    timeout_minutes: Annotated[int, Field(ge=5, le=7 * 24 * 60)] = 60
    max_concurrent: Annotated[int, Field(ge=1, le=50)] = 5
    require_https: Literal[True] = True


class ApiPolicy(_Part):
    """Nor can authentication: a tenant is known by its caller's token only."""

    rate_limit_per_minute: Annotated[int, Field(ge=1, le=1_000_000)] = 100
    max_request_size_mb: Annotated[int, Field(ge=1, le=GATEWAY_MEGABYTES)] = GATEWAY_MEGABYTES
    require_authentication: Literal[True] = True


class AuditPolicy(_Part):
    """Encryption is that of the tables and buckets, which is always on."""

    retention_days: Annotated[int, Field(ge=1, le=3650)] = 365
    max_log_size_mb: Annotated[int, Field(ge=1, le=10_000)] = 100
    compression_enabled: bool = True
    encryption_enabled: Literal[True] = True
    real_time_alerts: bool = True


class Policies(_Part):
    """``max_login_attempts`` is per account, and its failures lock it for ``lockout_minutes``.

    An address may fail more often: all of an office share one, and five of them mistyping must not lock out the rest.
    """

    password: PasswordPolicy = PasswordPolicy()
    session: SessionPolicy = SessionPolicy()
    api: ApiPolicy = ApiPolicy()
    max_login_attempts: Annotated[int, Field(ge=1, le=20)] = 5
    max_login_attempts_per_address: Annotated[int, Field(ge=5, le=10_000)] = 20
    lockout_minutes: Annotated[int, Field(ge=1, le=24 * 60)] = 15
    audit: AuditPolicy = AuditPolicy()
    # After so many days documents are deleted; absent: they are kept.
    document_retention_days: Annotated[int, Field(ge=1, le=36_500)] | None = None

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "password": {"min_length": 12, "max_age_days": 0},
                    "session": {"max_concurrent": 3},
                    "max_login_attempts": 5,
                    "lockout_minutes": 30,
                }
            ]
        }
    )


DEFAULT: Final = Policies()


@dataclass(frozen=True)
class PolicyRepository:
    table: Table

    def read(self, tenant_id: str) -> Policies:
        """Consistent: a policy that was made stricter holds for the next call."""
        return to_policies(self.table.get(keys.policies(tenant_id), keys.POLICIES, consistent=True))

    def replace(self, tenant_id: str, policies: Policies, actor: str) -> Policies:
        """Raises ``ConditionFailed`` (409) when somebody else changed them meanwhile. The same again is no change."""
        stored = self.table.get(keys.policies(tenant_id), keys.POLICIES, consistent=True)
        before, after = _changes(to_policies(stored), policies)
        if not after:
            return policies
        revision = stored["revision"] if stored else 0
        item = {
            "pk": keys.policies(tenant_id),
            "sk": keys.POLICIES,
            "entity": "policies",
            "revision": revision + 1,
            "differences": policies.model_dump(mode="json", exclude_defaults=True),
        }
        fact = Event(
            type="policies.changed",
            tenant_id=tenant_id,
            subject="policies",
            actor=actor,
            data={"before": before, "after": after},
        )
        unchanged = Attr("revision").eq(revision) if stored else Attr("pk").not_exists()
        self.table.transact([self.table.putting(item, when=unchanged), self.table.putting(event_item(fact))])
        return policies


def to_policies(item: Item | None) -> Policies:
    """Of the item as it is kept; without one they are the defaults."""
    return Policies.model_validate(item["differences"]) if item else DEFAULT


def _changes(before: Policies, after: Policies) -> tuple[dict[str, Any], dict[str, Any]]:
    """What differs, as ``password.min_length`` names it."""
    old, new = _flat(before.model_dump()), _flat(after.model_dump())
    changed = [name for name in new if old[name] != new[name]]
    return {n: old[n] for n in changed}, {n: new[n] for n in changed}


def _flat(values: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in values.items():
        flat |= _flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {f"{prefix}{name}": value}
    return flat
