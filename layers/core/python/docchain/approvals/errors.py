"""What can be wrong with a decision."""

from typing import Any

from docchain.errors import Conflict, Forbidden, NotFound, PermanentStepError


class ApprovalNotFound(NotFound):
    code = "APPROVAL_NOT_FOUND"

    def __init__(self, approval_id: str) -> None:
        super().__init__(f"There is no approval {approval_id}.", details={"approval_id": approval_id})


class LinkNotFound(NotFound):
    """One sentence for every fault: never given out, too old, of somebody who is no longer asked."""

    code = "APPROVAL_LINK_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("This link is not valid: it is too old, was used up, or was never given out.")


class ApprovalDecided(Conflict):
    code = "APPROVAL_DECIDED"

    def __init__(self, status: str, details: Any = None) -> None:
        super().__init__(f"This approval is {status} already.", details=details)


class NotAnApprover(Forbidden):
    code = "NOT_AN_APPROVER"

    def __init__(self) -> None:
        super().__init__("You are not asked for this approval, or have said what you think of it.")


class DelegationNotAllowed(Conflict):
    code = "DELEGATION_NOT_ALLOWED"


class ApprovalAmbiguous(Conflict):
    code = "APPROVAL_AMBIGUOUS"


class ApprovalExpired(PermanentStepError):
    code = "APPROVAL_EXPIRED"


class ApproversInvalid(PermanentStepError):
    code = "APPROVERS_INVALID"
