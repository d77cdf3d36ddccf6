"""What can go wrong with the audit."""

from docchain.errors import DependencyUnavailable, NotFound


class EntryNotFound(NotFound):
    code = "AUDIT_ENTRY_NOT_FOUND"

    def __init__(self, seq: int) -> None:
        super().__init__(f"There is no audit entry audit_{seq}.")


class ChainContended(DependencyUnavailable):
    code = "AUDIT_CHAIN_CONTENDED"
