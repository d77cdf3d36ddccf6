"""What is said of a run whose time is over."""

from typing import Any

from docchain.runs.models import Run


def timeout_error(run: Run) -> dict[str, Any]:
    message = f"The run took longer than the {run.timeout_seconds} seconds its workflow gives it."
    return {"code": "RUN_TIMEOUT", "message": f"{message} POST .../resume continues it, with as much time again."}
