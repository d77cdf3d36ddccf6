"""What can be wrong with an answer to a waiting node."""

from docchain.errors import Conflict, NotFound, PermanentStepError


class WaitOver(Conflict):
    """Somebody else answered, or the run has ended."""

    code = "WAIT_OVER"


class RunDoesNotWait(Conflict):
    """The run failed elsewhere or was cut; resume it first."""

    code = "RUN_NOT_RUNNING"


class HookNotFound(NotFound):
    """One sentence for every address that leads nowhere: never made, or made up."""

    code = "WEBHOOK_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("Nothing waits at this address.")


class WebhookExpired(PermanentStepError):
    code = "WEBHOOK_EXPIRED"


class ChildExpired(PermanentStepError):
    code = "SUBWORKFLOW_EXPIRED"


class SchemaInvalid(ValueError):
    """The message is for the author of the schema."""
