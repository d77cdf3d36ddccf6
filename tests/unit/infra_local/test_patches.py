"""The name of an error is the class in the traceback's last line, whatever its message says."""

import traceback

import pytest

from docchain.errors import PermanentStepError
from infra.local.patches import class_of


def trace_of(error: Exception) -> str:
    """As a worker's traceback.format_exc() gives it."""
    frame = 'Traceback (most recent call last):\n  File "handler.py", line 1, in door\n    raise it\n'
    return frame + "".join(traceback.format_exception_only(error))


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (PermanentStepError("no\nFakeError: second line\n    indented"), "PermanentStepError"),
        (ValueError(""), "ValueError"),
        (KeyError("a: b"), "KeyError"),
    ],
)
def test_the_class_is_found(error: Exception, name: str) -> None:
    assert class_of("a log line\n" + trace_of(error)) == name


def test_a_log_without_a_traceback_has_no_class() -> None:
    assert class_of("Worker process died") is None
