"""A port is bound before anything is started for it, so that no other program can answer in our name."""

import errno
import socket
from contextlib import suppress
from pathlib import Path

from infra.local.problems import Problem

LISTENING = "0A"


def claim(port: int, what: str, variable: str) -> socket.socket:
    """A socket that listens on loopback, to be handed to the process that answers. Raises ``Problem``."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen(2048)
    except OSError as error:
        listener.close()
        raise _refused(port, what, variable, error) from error
    return listener


def _refused(port: int, what: str, variable: str, error: OSError) -> Problem:
    other = f"or use another port: make run {variable}={port + 1000}."
    if error.errno != errno.EADDRINUSE:
        return Problem(
            f"Port {port} ({what}) cannot be used: {error.strerror}.", other.removeprefix("or ").capitalize()
        )
    holder = holder_of(port)
    by = f"process {holder[0]}: {holder[1]}" if holder else "another program"
    return Problem(
        f"Port {port} ({what}) is in use by {by}.",
        f"Stop that program, {other} If it is a stage of yours: make stop.",
    )


def holder_of(port: int) -> tuple[int, str] | None:
    """Pid and command of who listens, where /proc tells and the process is the user's own."""
    sockets = {f"socket:[{inode}]" for inode in _inodes(port)}
    for entry in Path("/proc").glob("[0-9]*") if sockets else ():
        with suppress(OSError):
            if any(str(fd.readlink()) in sockets for fd in (entry / "fd").iterdir()):
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                return int(entry.name), command.strip()[:100]
    return None


def _inodes(port: int) -> set[str]:
    found = set()
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        with suppress(OSError):
            for line in table.read_text().splitlines()[1:]:
                fields = line.split()
                if fields[3] == LISTENING and int(fields[1].rsplit(":", 1)[1], 16) == port:
                    found.add(fields[9])
    return found
