"""What can be wrong with a replay."""

from docchain.errors import Conflict, NotFound


class RunStillOpen(Conflict):
    code = "RUN_STILL_OPEN"

    def __init__(self, run_id: int, status: str) -> None:
        super().__init__(
            f"Run {run_id} is {status}; it can be replayed when it has ended. Cancel it, or wait.",
            details={"status": status},
        )


class NoSuchNode(NotFound):
    code = "NODE_NOT_FOUND"

    def __init__(self, keys: list[str], field: str) -> None:
        super().__init__(f"{field}: the definition has no node {', '.join(keys)}.", details={"nodes": keys})
