"""One entry of a tenant's chain, the head of the chain, and what can be found wrong with an entry alone."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from docchain.audit.hashing import GENESIS, PERSONAL, commitment_to, hash_entry, new_salt
from docchain.audit.kinds import AuditEventType, Severity


class Sealed(BaseModel):
    """A personal field. Once erased only ``commitment`` is left, and it tells nothing of the value without its salt."""

    model_config = ConfigDict(frozen=True)

    value: Any = None
    salt: str | None = Field(None, pattern="^[0-9a-f]{32}$", repr=False)
    commitment: str = Field(pattern="^[0-9a-f]{64}$")

    @classmethod
    def of(cls, value: Any) -> "Sealed":
        salt = new_salt()
        return cls(value=value, salt=salt, commitment=commitment_to(value, salt))

    @property
    def is_erased(self) -> bool:
        return self.salt is None

    @property
    def is_true(self) -> bool:
        """Whether the value is the one that was committed to. What was erased cannot lie."""
        if self.salt is None:
            return self.value is None
        return commitment_to(self.value, self.salt) == self.commitment

    def erased(self) -> "Sealed":
        return Sealed(commitment=self.commitment)


class Entry(BaseModel):
    """``seq`` counts from 1 without gaps. ``occurred_at`` is the event's time; ``recorded_at`` never goes back in a
    chain, so the entries of a day (UTC, by ``recorded_at``) are one range of numbers.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    tenant_id: str
    seq: int = Field(ge=1)
    event_id: str
    name: str
    event_type: AuditEventType
    severity: Severity
    occurred_at: str
    recorded_at: str
    resource_type: str | None = None
    resource_id: str | None = None
    request_id: str | None = None
    source: str
    user_id: Sealed
    username: Sealed
    ip_address: Sealed
    user_agent: Sealed
    session_id: Sealed
    details: Sealed
    previous_hash: str
    hash: str

    @property
    def personal(self) -> dict[str, Sealed]:
        return {field: getattr(self, field) for field in PERSONAL}

    @property
    def is_erased(self) -> bool:
        return any(sealed.is_erased for sealed in self.personal.values())

    @property
    def commitments(self) -> dict[str, str]:
        return {field: sealed.commitment for field, sealed in self.personal.items()}

    def computed_hash(self) -> str:
        return hash_entry(self.model_dump(mode="json", exclude=set(PERSONAL)), self.commitments)

    def faults(self) -> list[str]:
        """Names of the fields that are not as they were written; ``hash`` stands for any of the plain ones."""
        changed = [field for field, sealed in self.personal.items() if not sealed.is_true]
        return changed if self.computed_hash() == self.hash else [*changed, "hash"]


class Head(BaseModel):
    """Where a chain ends. ``seq`` is also how many entries it has."""

    model_config = ConfigDict(frozen=True)

    seq: int = 0
    hash: str = GENESIS
    recorded_at: str = ""
