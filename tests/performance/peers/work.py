"""What each of the five nodes does, on every engine: a sandboxed template rendered, and the text's hash."""

import hashlib
import json
import sys
import time
from collections.abc import Callable

from jinja2.sandbox import SandboxedEnvironment

NODES = 5
_ENVIRONMENT = SandboxedEnvironment()


def work(node: int, topic: str) -> str:
    text = _ENVIRONMENT.from_string("step {{ n }} of {{ topic }}").render(n=node, topic=topic)
    return hashlib.sha256(text.encode()).hexdigest()


def report(one_run: Callable[[int], object], all_at_once: Callable[[int], int], note: str) -> None:
    """``all_at_once`` starts so many and says how many came back. Warm first: the first runs import and connect."""
    runs, many = int(sys.argv[1]), int(sys.argv[2])
    for n in range(5):
        one_run(n)
    milliseconds = []
    for n in range(runs):
        started = time.perf_counter()
        one_run(n)
        milliseconds.append((time.perf_counter() - started) * 1000)
    all_at_once(5)
    started = time.perf_counter()
    back = all_at_once(many)
    seconds = time.perf_counter() - started
    answer = {"milliseconds": milliseconds, "at_once_seconds": seconds, "came_back": back, "note": note}
    sys.stdout.write("\nRESULT " + json.dumps(answer) + "\n")
    sys.stdout.flush()
