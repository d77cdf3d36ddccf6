"""As many functions' processes start at once as there are CPUs; other calls wait for one that is free.

The emulator spawns a process for every call that finds none free. Each costs most of a second of CPU, so a burst of
sixteen on two CPUs kept all of them waiting until the last was up, for work that takes milliseconds.
"""

import os
import threading
import time
from collections.abc import Callable
from typing import Any

AT_ONCE = os.cpu_count() or 2
# A start that hangs must not hold up other functions for ever.
PATIENCE_SECONDS = 10.0


def limit(lambda_runtime: Any, lambda_svc: Any) -> None:
    """Replaces what leases a worker, what returns it and what starts it; who waits is told by the pool's own lock."""
    acquire: Callable[..., Any] = lambda_runtime.acquire_worker
    release: Callable[[Any], None] = lambda_runtime.release_worker
    spawn: Callable[[Any], None] = lambda_runtime.Worker._spawn
    changed = threading.Condition()
    starting: set[int] = set()

    def may_go_on(key: str) -> bool:
        with lambda_runtime._lock:
            is_free = any(not worker.in_use for worker in lambda_runtime._workers.get(key, ()))
        return is_free or len(starting) < AT_ONCE

    def leased(name: str, config: dict[str, Any], code: bytes, qualifier: str = "$LATEST", **named: Any) -> Any:
        key = lambda_runtime._worker_key(name, config, qualifier)
        with changed:
            deadline = time.monotonic() + PATIENCE_SECONDS
            while not may_go_on(key) and (left := deadline - time.monotonic()) > 0:
                changed.wait(left)
            worker, how = acquire(name, config, code, qualifier=qualifier, **named)
            if how == "spawn":
                starting.add(id(worker))
            return worker, how

    def returned(worker: Any) -> None:
        release(worker)
        started(worker)

    def started(worker: Any) -> None:
        with changed:
            starting.discard(id(worker))
            changed.notify_all()

    def spawned(worker: Any) -> None:
        try:
            spawn(worker)
        finally:
            started(worker)

    lambda_runtime.Worker._spawn = spawned
    for module in (lambda_runtime, lambda_svc):
        module.acquire_worker, module.release_worker = leased, returned
