"""A burst of calls starts few processes: the others are served by those that are up."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest

from infra.local import worker_starts


class Worker:
    """Takes a while to start and hardly any to work, as a function does."""

    started: list["Worker"]
    starting = most_starting = 0

    def __init__(self) -> None:
        self.in_use, self.up = True, False

    def _spawn(self) -> None:
        Worker.starting += 1
        Worker.most_starting = max(Worker.most_starting, Worker.starting)
        time.sleep(0.05)
        Worker.starting -= 1
        Worker.started.append(self)
        self.up = True


@pytest.fixture
def pool() -> Any:
    """The shape of MiniStack's pool: a list per function, leased and returned under one lock."""
    Worker.started, Worker.most_starting = [], 0
    lock = threading.Lock()
    workers: dict[str, list[Worker]] = {}

    def acquire(name: str, config: Any, code: bytes, qualifier: str = "$LATEST") -> tuple[Worker, str]:
        with lock:
            for worker in workers.setdefault(name, []):
                if not worker.in_use:
                    worker.in_use = True
                    return worker, "reused"
            workers[name].append(Worker())
            return workers[name][-1], "spawn"

    def release(worker: Worker) -> None:
        worker.in_use = False

    runtime = SimpleNamespace(
        acquire_worker=acquire,
        release_worker=release,
        Worker=Worker,
        _lock=lock,
        _workers=workers,
        _worker_key=lambda name, *_: name,
    )
    original = Worker._spawn
    worker_starts.limit(runtime, SimpleNamespace())
    yield runtime
    Worker._spawn = original  # type: ignore[method-assign]


def call(pool: Any, name: str, seconds: float) -> None:
    worker, _ = pool.acquire_worker(name, {}, b"")
    if not worker.up:
        worker._spawn()
    time.sleep(seconds)
    pool.release_worker(worker)


def test_a_burst_starts_few_at_once_and_few_in_all(pool: Any) -> None:
    with ThreadPoolExecutor(16) as clients:
        list(clients.map(lambda _: call(pool, "quick", 0.001), range(16)))
    assert Worker.most_starting <= worker_starts.AT_ONCE
    assert len(Worker.started) <= 2 * worker_starts.AT_ONCE


def test_a_call_that_lasts_does_not_hold_up_the_next(pool: Any) -> None:
    calls = worker_starts.AT_ONCE + 2
    begun = time.monotonic()
    with ThreadPoolExecutor(calls) as clients:
        list(clients.map(lambda _: call(pool, "slow", 1.0), range(calls)))
    assert len(Worker.started) == calls
    assert time.monotonic() - begun < 2.0


def test_a_start_that_never_ends_is_waited_for_only_so_long(pool: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_starts, "PATIENCE_SECONDS", 0.1)
    for number in range(worker_starts.AT_ONCE):
        pool.acquire_worker(f"hangs-{number}", {}, b"")
    call(pool, "other", 0)
    assert len(Worker.started) == 1


def test_a_call_that_failed_before_its_start_frees_its_place(pool: Any) -> None:
    for number in range(worker_starts.AT_ONCE + 1):
        begun = time.monotonic()
        worker, _ = pool.acquire_worker(f"fails-{number}", {}, b"")
        pool.release_worker(worker)
        assert time.monotonic() - begun < 1
