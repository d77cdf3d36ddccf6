"""Our own processes: started in the background, found again by their pid files, stopped in order."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from infra.local.problems import Problem

STOP_SECONDS = 20


def start(command: list[str], *, pid_file: Path, log_file: Path, environment: dict[str, str], cwd: Path) -> int:
    """In a session of its own, so that Ctrl-C reaches us first and we stop it in order."""
    log_file.parent.mkdir(parents=True, exist_ok=True)
    with log_file.open("ab") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd=cwd,
            start_new_session=True,
        )
    pid_file.write_text(f"{process.pid} {_started_at(process.pid)}")
    return process.pid


def running(pid_file: Path) -> int | None:
    """The pid, if the very process that the file was written for is alive; a stale file is removed."""
    try:
        pid_text, started = pid_file.read_text().split(" ", 1)
    except (FileNotFoundError, ValueError):
        return None
    pid = int(pid_text)
    if _is_alive(pid) and _started_at(pid) == started:
        return pid
    pid_file.unlink(missing_ok=True)
    return None


def stop(pid_file: Path) -> bool:
    """SIGTERM, so that state is written; after ``STOP_SECONDS`` SIGKILL. ``False`` when it was not there."""
    pid = running(pid_file)
    if pid is None:
        return False
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while _is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    # The functions' workers are in the same session; whoever is left goes now.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    pid_file.unlink(missing_ok=True)
    return True


def _is_alive(pid: int) -> bool:
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _started_at(pid: int) -> str:
    """Tells a process from a later one that got its number. Empty where there is no /proc."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[19]
    except (FileNotFoundError, IndexError):
        return ""


def require_free(port: int, what: str, variable: str) -> None:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise Problem(
                f"Port {port} ({what}) is in use by another program.",
                f"Stop that program, or use another port: make run {variable}={port + 1000}. "
                "If it is an earlier stage of yours: make stop.",
            )


def wait_until(ready: Callable[[], bool], seconds: float, *, alive: Callable[[], bool], problem: Problem) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline or not alive():
            raise problem
        time.sleep(0.05)
