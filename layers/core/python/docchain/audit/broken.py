"""What the record says when it is asked to prove what it cannot."""

from docchain.errors import Conflict, NotFound
from docchain.verify.faults import Fault


class ChainBroken(Conflict):
    """``details`` name the first bad entry. Nothing is signed over it: somebody has to look."""

    code = "AUDIT_CHAIN_BROKEN"

    def __init__(self, fault: Fault) -> None:
        where = f"entry {fault.seq}: " if fault.seq is not None else ""
        details = {"seq": fault.seq, "field": fault.field, "wrong": fault.wrong}
        super().__init__(f"The audit does not hold: {where}{fault.says}.", details=details)
        self.fault = fault


class NothingToSign(Conflict):
    code = "AUDIT_EMPTY"

    def __init__(self) -> None:
        super().__init__("Nothing is on the record yet, so there is nothing to sign.")


class NotSignedYet(Conflict):
    code = "AUDIT_NOT_SIGNED_YET"

    def __init__(self, seq: int) -> None:
        super().__init__(f"No signed head covers audit_{seq} yet: they are signed daily, or by POST …/audit/heads.")


class SignedHeadNotFound(NotFound):
    code = "AUDIT_HEAD_NOT_FOUND"

    def __init__(self, size: int) -> None:
        super().__init__(f"No head was signed over exactly {size} entries; GET …/audit/heads lists them.")
