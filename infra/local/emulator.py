"""The emulator's process: MiniStack on its own port and the front on the user's, in one event loop.

``python -m infra.local.emulator FRONT_PORT OUTPUTS_FILE``; everything else is in the environment (``Place``).
"""

import asyncio
import os
import signal
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


async def main(front_port: int, outputs_file: Path) -> None:
    from ministack.app import app

    patches.apply()
    servers = [
        _Server(_config(app, int(os.environ["GATEWAY_PORT"]))),
        _Server(_config(Front(app, outputs_file), front_port)),
    ]
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, _stop, servers)
    await asyncio.gather(*(server.serve() for server in servers))


class _Server(uvicorn.Server):
    """One of two in a process: signals are heard once, for both."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _stop(servers: list[_Server]) -> None:
    for server in servers:
        server.should_exit = True


def _config(app: Any, port: int) -> uvicorn.Config:
    """MiniStack is written for hypercorn, whose HTTP in Python takes half of the emulator's time; httptools is C."""
    return uvicorn.Config(
        app,
        host=os.environ["BIND_HOST"],
        port=port,
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
    uvloop.run(main(int(sys.argv[1]), Path(sys.argv[2])))
