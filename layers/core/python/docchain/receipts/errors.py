"""What can be wrong with a receipt."""

from docchain.errors import Conflict, DocchainError
from docchain.verify.faults import Fault


class RunNotEnded(Conflict):
    code = "RUN_NOT_ENDED"

    def __init__(self, run_id: int, status: str) -> None:
        super().__init__(f"Run {run_id} is {status}; a receipt is made of what has ended.", details={"status": status})


class ReceiptTooLarge(Conflict):
    code = "RECEIPT_TOO_LARGE"

    def __init__(self, run_id: int, most: int) -> None:
        super().__init__(f"Run {run_id} has more than {most} records, which is what one receipt holds.")


class ReceiptBroken(DocchainError):
    """What is kept is not what was signed: an alarm, and no answer."""

    status = 500
    code = "RECEIPT_BROKEN"

    def __init__(self, fault: Fault) -> None:
        super().__init__(
            f"The receipt does not hold: {fault.says}.", details={"wrong": fault.wrong.value, "entry": fault.seq}
        )
