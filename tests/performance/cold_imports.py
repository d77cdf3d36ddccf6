"""What a cold start imports: CPU of each handler in a process of its own, with no setting in its environment."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.performance.figures import Figure

ROOT = Path(__file__).parents[2]
ATTEMPTS = 3
AIMS = {"api": 0.6}
OTHERS = 0.25
PROGRAM = """
import sys, time
started = time.process_time()
__import__(sys.argv[1])
print(time.process_time() - started, len(sys.modules))
"""


def measure() -> Iterator[Figure]:
    """The best of three: what disturbs a process only ever adds."""
    for handler in sorted((ROOT / "functions").glob("*/*/handler.py")):
        kind, name = handler.parts[-3:-1]
        runs = [_import(f"functions.{kind}.{name}.handler") for _ in range(ATTEMPTS)]
        seconds, modules = min(runs)
        yield Figure(f"{kind}/{name}", seconds, "s", AIMS.get(kind, OTHERS), note=f"{modules:.0f} modules")


def _import(module: str) -> tuple[float, float]:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": ".:layers/core/python", "AWS_REGION": "us-east-1"}
    command = [sys.executable, "-c", PROGRAM, module]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True)
    seconds, modules = done.stdout.split()
    return float(seconds), float(modules)
