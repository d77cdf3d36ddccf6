"""What can be wrong with a run."""

from docchain.errors import Conflict, NotFound, PermanentStepError, RunOver, TransientStepError, ValidationFailed


class RunNotFound(NotFound):
    code = "RUN_NOT_FOUND"

    def __init__(self, run_id: int) -> None:
        super().__init__(f"Run {run_id} does not exist.", details={"run_id": run_id})


class RunHasEnded(Conflict):
    code = "RUN_HAS_ENDED"

    def __init__(self, run_id: int, status: str) -> None:
        super().__init__(f"Run {run_id} is {status}; only a running one can be cancelled.", details={"status": status})


class RunNotResumable(Conflict):
    code = "RUN_NOT_RESUMABLE"

    def __init__(self, run_id: int, status: str) -> None:
        super().__init__(
            f"Run {run_id} is {status}; only a failed or interrupted one can be resumed.", details={"status": status}
        )


class OutcomeUndecided(Conflict):
    """Whether a node acted is not known, and only a person can find out."""

    code = "OUTCOME_UNKNOWN"

    def __init__(self, nodes: list[str]) -> None:
        super().__init__(
            f"Whether {', '.join(nodes)} acted is not known. Look at the receiver, then resume with assume: done, "
            "or with assume: retry.",
            details={"nodes": nodes},
        )


class NothingUndecided(Conflict):
    code = "NOTHING_UNDECIDED"


class RunCompensated(Conflict):
    """What its nodes did was undone; going on behind them would build on what is no longer there."""

    code = "RUN_COMPENSATED"

    def __init__(self, run_id: int) -> None:
        super().__init__(f"Effects of run {run_id} were undone when it ended; start another run.")


class WorkflowNotRunnable(Conflict):
    code = "WORKFLOW_NOT_RUNNABLE"

    def __init__(self, workflow_id: int, status: str) -> None:
        super().__init__(
            f"Workflow {workflow_id} is {status}; set its status to active to run it.", details={"status": status}
        )


class ParametersTooLarge(ValidationFailed):
    code = "PARAMETERS_TOO_LARGE"


class RunNotRunning(RunOver):
    """The run was cancelled, or resumed into a newer generation, while this step was on its way."""

    code = "RUN_NOT_RUNNING"


class StepSuperseded(RunOver):
    """A newer attempt took the node over; what this one made is thrown away."""

    code = "STEP_SUPERSEDED"


class WaitImpossible(RunOver):
    """A wait_until was given no moment, or one beyond what a run may last. Found by the step after it."""

    code = "INVALID_TIME"


class EffectUndecided(RunOver):
    """The node may have acted before; it does not act again, and its run stops for a person to decide."""

    code = "OUTCOME_UNKNOWN"


class StepAlreadyRunning(TransientStepError):
    """The same attempt was delivered twice and the first is still at work."""

    code = "STEP_ALREADY_RUNNING"


class OutputTooLarge(PermanentStepError):
    code = "OUTPUT_TOO_LARGE"
