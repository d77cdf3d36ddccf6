"""What is said of a node that did not say itself how it ended, from what Step Functions reports of it."""

import re
from typing import Any

from docchain.errors import TransientStepError

# As Lambda reports it, in JSON that may be cut off after that.
_MESSAGE = re.compile(r'"errorMessage":\s*"((?:[^"\\]|\\.)*)')


def failure_of(key: str | None, reported: str, cause: Any) -> dict[str, Any]:
    """Code and message. Our steps put nothing in an error that is not for the user."""
    where = f"Node {key!r}" if key else "A step"
    if reported == TransientStepError.__name__:
        return {"code": "STEP_GAVE_UP", "message": f"{where} failed in every attempt: {_reason(cause)}"}
    message = f"{where} did not come back ({reported}): its worker died, or was out of time or memory."
    return {"code": "STEP_LOST", "message": message}


def _reason(cause: Any) -> str:
    found = _MESSAGE.search(cause) if isinstance(cause, str) else None
    return re.sub(r"\\(.)", r"\1", found.group(1)) if found else "it was not said why."
