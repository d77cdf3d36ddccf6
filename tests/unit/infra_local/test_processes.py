"""Processes are found again by their pid files, and only those that the files were written for."""

import os
import socket
import sys
from pathlib import Path

import pytest

from infra.local import processes
from infra.local.problems import Problem


def start(tmp_path: Path) -> Path:
    pid_file = tmp_path / "x.pid"
    processes.start(
        [sys.executable, "-c", "import time; time.sleep(60)"],
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
    assert not pid_file.exists()


def test_a_port_in_use_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.socket, "connect_ex", lambda *_: 0)
    with pytest.raises(Problem) as problem:
        processes.require_free(8000, "the front", "PORT")
    assert "8000" in problem.value.message
    assert "make run PORT=9000" in problem.value.advice
