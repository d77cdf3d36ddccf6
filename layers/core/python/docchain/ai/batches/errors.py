"""What can be wrong with a batch."""

from docchain.errors import NotFound, PayloadTooLarge, TransientStepError


class BatchNotFound(NotFound):
    def __init__(self, batch_id: str) -> None:
        super().__init__(f"Batch {batch_id} does not exist.", details={"batch_id": batch_id})


class BatchTooLarge(PayloadTooLarge):
    code = "AI_BATCH_TOO_LARGE"


class BatchBusy(TransientStepError):
    """Somebody else works on it; the order comes again."""

    code = "AI_BATCH_BUSY"
