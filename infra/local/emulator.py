"""The emulator's process: MiniStack on its own port and the front on the user's, in one event loop.

``python -m infra.local.emulator FRONT_PORT OUTPUTS_FILE``; everything else is in the environment (``Place``).
"""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

import uvloop
from hypercorn.asyncio import serve
from hypercorn.config import Config

from infra.local import patches
from infra.local.front import Front


async def main(front_port: int, outputs_file: Path) -> None:
    from ministack.app import app

    patches.apply()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)

    async def stopped() -> None:
        await stop.wait()

    front: Any = Front(app, outputs_file)  # ASGI, whose types hypercorn spells out
    host = os.environ["BIND_HOST"]
    await asyncio.gather(
        serve(app, _config(f"{host}:{os.environ['GATEWAY_PORT']}"), shutdown_trigger=stopped),
        serve(front, _config(f"{host}:{front_port}"), shutdown_trigger=stopped),
    )


def _config(bind: str) -> Config:
    config = Config()
    config.bind = [bind]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 2
    config.loglevel = "WARNING"
    config.h11_max_incomplete_size = 64 * 1024
    config.websocket_max_message_size = 256 * 1024
    return config


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), Path(sys.argv[2])))
