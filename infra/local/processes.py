"""Our own processes: started in the background, found again by their pid files, stopped in order."""

import contextlib
import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from infra.local.problems import Problem

STOP_SECONDS = 20
LOG_BYTES_MOST = 5_000_000


def start(
    command: list[str],
    *,
    pid_file: Path,
    log_file: Path,
    environment: dict[str, str],
    cwd: Path,
    handed_over: Sequence[int] = (),
) -> int:
    """In a session of its own, so that Ctrl-C reaches us first and we stop it in order. ``handed_over``: open files."""
    log_file.parent.mkdir(parents=True, exist_ok=True)
    if log_file.exists() and log_file.stat().st_size > LOG_BYTES_MOST:
        log_file.replace(log_file.with_suffix(".log.1"))
    with log_file.open("ab") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd=cwd,
            start_new_session=True,
            pass_fds=handed_over,
        )
    pid_file.write_text(f"{process.pid} {_started_at(process.pid)}")
    return process.pid


def running(pid_file: Path) -> int | None:
    """The pid, if the very process that the file was written for is alive."""
    try:
        pid_text, started = pid_file.read_text().split(" ", 1)
    except (FileNotFoundError, ValueError):
        return None
    pid = int(pid_text)
    return pid if _is_alive(pid) and _started_at(pid) == started else None


def stop(pid_file: Path) -> bool:
    """SIGTERM, so that state is written; after ``STOP_SECONDS`` SIGKILL. ``False`` when it was not there."""
    pid = running(pid_file)
    if pid is not None:
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while _is_alive(pid) and time.monotonic() < deadline:
            time.sleep(0.05)
        # What it started is in the same session; whoever is left goes now.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
    pid_file.unlink(missing_ok=True)
    return pid is not None


def kill_those_with(part: str) -> int:
    """Kills what has ``part`` in its command line: the orphans of a process that was killed. Nothing without /proc."""
    killed = 0
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if int(entry.name) != os.getpid() and part.encode() in (entry / "cmdline").read_bytes():
                os.kill(int(entry.name), signal.SIGKILL)
                killed += 1
    return killed


@contextlib.contextmanager
def alone(lock_file: Path, otherwise: Problem) -> Iterator[None]:
    """Holds a lock that goes with the process, however it ends. Raises ``otherwise`` while another has it."""
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    with lock_file.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise otherwise from None
        yield


def _is_alive(pid: int) -> bool:
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    # In a container nobody may collect the dead.
    return _status(pid)[:1] != ["Z"]


def _started_at(pid: int) -> str:
    """Tells a process from a later one that got its number. Empty where there is no /proc."""
    return "".join(_status(pid)[19:20])


def _status(pid: int) -> list[str]:
    """The fields behind the command's name, the process's state first."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return []


def wait_until(ready: Callable[[], bool], seconds: float, *, alive: Callable[[], bool]) -> bool:
    """``False`` when the time was up, or whoever was to get ready is gone."""
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline or not alive():
            return False
        time.sleep(0.05)
    return alive()
