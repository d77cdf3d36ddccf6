"""What a conditional write can answer; repositories turn these into their noun's errors."""

from docchain.errors import Conflict, DependencyUnavailable


class ConditionFailed(Conflict):
    """``failed`` holds the positions in the transaction whose condition was false (``[0]`` for a single write)."""

    code = "CONDITION_FAILED"

    def __init__(self, failed: list[int]) -> None:
        super().__init__("The item changed meanwhile; read it again and retry.")
        self.failed = failed


class TooMuchContention(DependencyUnavailable):
    code = "TOO_MUCH_CONTENTION"
