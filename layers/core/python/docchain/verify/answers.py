"""What a check says at its end."""

from dataclasses import dataclass

from docchain.verify.faults import Fault


@dataclass(frozen=True)
class Answer:
    """``says`` are sentences for people: what was checked, and what that does not show."""

    says: tuple[str, ...]
    fault: Fault | None = None

    @property
    def is_valid(self) -> bool:
        return self.fault is None
