"""The name of an error is the class in the traceback's last line, whatever its message says."""

import subprocess
import sys
import traceback

import pytest

from docchain.errors import PermanentStepError
from infra.local.patches import class_of
from infra.local.place import ROOT


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


def test_the_installed_emulator_is_as_the_patches_expect_it() -> None:
    program = "from infra.local import patches; patches.apply()"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("gone", ["lambda_runtime.Worker._drain_stderr_bounded", "stepfunctions._run_execution"])
def test_an_emulator_that_changed_is_refused_in_words(gone: str) -> None:
    program = (
        "from ministack.core import lambda_runtime; from ministack.services import stepfunctions\n"
        f"del {gone}\n"
        "from infra.local import patches; patches.apply()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("MiniStack changed")
    assert "Traceback" not in done.stderr
