"""Processes are found again by their pid files, and only those that the files were written for."""

import os
import sys
import time
from pathlib import Path

import pytest

from infra.local import processes
from infra.local.problems import Problem


def start(tmp_path: Path, program: str = "import time; time.sleep(60)") -> Path:
    pid_file = tmp_path / "x.pid"
    processes.start(
        [sys.executable, "-c", program],
        pid_file=pid_file,
        log_file=tmp_path / "x.log",
        environment=dict(os.environ),
        cwd=tmp_path,
    )
    return pid_file


def test_a_process_is_found_and_stopped_once(tmp_path: Path) -> None:
    pid_file = start(tmp_path)
    assert processes.running(pid_file)
    assert processes.stop(pid_file)
    assert not processes.stop(pid_file)


def test_a_pid_that_another_process_got_is_not_ours(tmp_path: Path) -> None:
    pid_file = tmp_path / "stale.pid"
    pid_file.write_text(f"{os.getpid()} 12345")
    assert processes.running(pid_file) is None
    assert not processes.stop(pid_file)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="command lines are read from /proc")
def test_the_orphans_of_a_killed_process_are_found_by_their_folder(tmp_path: Path) -> None:
    pid_file = start(tmp_path, f"import time; time.sleep(60)  # {tmp_path}/workers/")
    assert processes.kill_those_with(f"{tmp_path}/workers/") == 1
    assert processes.wait_until(lambda: processes.running(pid_file) is None, 5, alive=lambda: True)


def test_waiting_ends_when_who_was_to_get_ready_is_gone(tmp_path: Path) -> None:
    pid_file = start(tmp_path, "pass")
    begun = time.monotonic()
    assert not processes.wait_until(lambda: False, 30, alive=lambda: processes.running(pid_file) is not None)
    assert time.monotonic() - begun < 10


def test_two_cannot_start_the_same_stage_at_once(tmp_path: Path) -> None:
    lock, busy = tmp_path / "local.lock", Problem("busy")
    with processes.alone(lock, busy), pytest.raises(Problem), processes.alone(lock, busy):
        pass
    with processes.alone(lock, busy):
        pass


def test_a_log_that_grew_large_is_put_aside(tmp_path: Path) -> None:
    (tmp_path / "x.log").write_bytes(b"x" * (processes.LOG_BYTES_MOST + 1))
    processes.stop(start(tmp_path))
    assert (tmp_path / "x.log").stat().st_size < 1000
    assert (tmp_path / "x.log.1").stat().st_size > processes.LOG_BYTES_MOST
