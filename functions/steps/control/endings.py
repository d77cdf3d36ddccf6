"""fail and succeed: the run ends where its author says so. The state machine does what the worker's answer means."""

from docchain.errors import PermanentStepError
from docchain.nodes.kinds.fail import MESSAGE_MOST, Fail
from docchain.nodes.kinds.succeed import Succeed
from docchain.steps.call import NodeCall, NodeResult


class FailedByWorkflow(PermanentStepError):
    """Its code is its author's."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code  # type: ignore[misc]  # of the class everywhere else


def fail_run(call: NodeCall) -> NodeResult:
    config: Fail = call.config
    raise FailedByWorkflow(str(config.message)[:MESSAGE_MOST], config.code)


def succeed_run(call: NodeCall) -> NodeResult:
    config: Succeed = call.config
    message = None if config.message is None else str(config.message)[:MESSAGE_MOST]
    return NodeResult(output={"message": message})
