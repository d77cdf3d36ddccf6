"""The emulator's process: MiniStack on its own port and the front on the user's, in one event loop.

``python -m infra.local.emulator AWS_FD FRONT_FD HOME``: two sockets that listen already (``ports``), and the stage's
folder; everything else is in the environment (``Place``).
"""

import asyncio
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
import uvloop

from infra.local import patches
from infra.local.front import Front

SOCKET_MESSAGE_BYTES_MOST = 256 * 1024
STOP_SECONDS = 2


async def main(aws_socket: socket.socket, front_socket: socket.socket, home: Path) -> None:
    from ministack.app import app

    patches.apply()
    aws, front = _Server(_config(app)), _Server(_config(Front(app, home / "outputs.json")))
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, _stop, [aws, front])
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, _save, home / "saved")
    await asyncio.gather(aws.serve([aws_socket]), _serve_after(aws, front, front_socket))
    # The state is written: nothing was lost.
    (home / "running").unlink(missing_ok=True)


async def _serve_after(aws: "_Server", front: "_Server", front_socket: socket.socket) -> None:
    """Requests wait in the socket's queue until the state is loaded, instead of hearing that there is nothing."""
    while not (aws.started or aws.should_exit):
        await asyncio.sleep(0.01)
    if not aws.should_exit:
        await front.serve([front_socket])


def _save(done: Path) -> None:
    """MiniStack writes its state when it stops; asked in between, a later kill costs less."""
    from ministack.app import _build_persistence_save_dict
    from ministack.core.persistence import save_all

    save_all(_build_persistence_save_dict())
    done.touch()


class _Server(uvicorn.Server):
    """One of two in a process: signals are heard once, for both."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _stop(servers: list[_Server]) -> None:
    for server in servers:
        server.should_exit = True


def _config(app: Any) -> uvicorn.Config:
    """MiniStack is written for hypercorn, whose HTTP in Python takes half of the emulator's time; httptools is C."""
    return uvicorn.Config(
        app,
        http="httptools",
        ws="websockets-sansio",
        ws_max_size=SOCKET_MESSAGE_BYTES_MOST,
        ws_ping_interval=None,  # API Gateway sends none either
        lifespan="on",
        timeout_keep_alive=75,
        timeout_graceful_shutdown=STOP_SECONDS,
        proxy_headers=False,  # the front says itself for whom it forwards
        server_header=False,
        date_header=False,  # MiniStack gives its own
        access_log=False,
        log_config=None,
        log_level="warning",
    )


if __name__ == "__main__":
    _aws, _front = (socket.socket(fileno=int(number)) for number in sys.argv[1:3])
    uvloop.run(main(_aws, _front, Path(sys.argv[3])))
