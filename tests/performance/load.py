"""``make load``: 16 clients on a stage for a minute of writes and a minute of reads; --seconds changes both.

Raw sockets kept alive: the clients share two CPUs with the stage, and httpx alone would take a third of them.
Loopback only, see ``stages``.
"""

import argparse
import asyncio
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.performance.figures import Figure, conclude, percentile, show
from tests.performance.stages import add_stage_options, the_stage
from tests.support.client import Client

CLIENTS, SECONDS, SECONDS_MOST = 16, 60.0, 600.0
WRITES_PER_SECOND, READS_PER_SECOND = 120, 140
WARMING_SECONDS = 10.0  # sixteen processes of one function take that long to start on two CPUs


@dataclass
class Seen:
    """Milliseconds of answers with 200; every other answer and every cut connection is an error."""

    milliseconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    seconds: float = 0.0


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.performance.load")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of each kind, at most 600")
    parser.add_argument("--clients", type=int, choices=range(1, 65), default=CLIENTS, metavar="1…64")
    add_stage_options(parser)
    given = parser.parse_args()
    seconds = min(given.seconds, SECONDS_MOST)
    with the_stage(given) as address:
        figures = show(
            f"{given.clients} clients at {address}, {seconds:g} s each", _measure(address, given.clients, seconds)
        )
    conclude(figures)


def _measure(address: str, clients: int, seconds: float) -> Iterator[Figure]:
    client = Client(address, address.replace("http", "ws", 1)).log_in()
    workflow = client.workflow(name="load")
    host = urlsplit(address)
    write = _request(host.netloc, client.token, "POST", "/api/v3/workflows", {"name": "load"})
    read = _request(host.netloc, client.token, "GET", f"/api/v3/workflows/{workflow}")
    for kind, request, aim in (("writes", write, WRITES_PER_SECOND), ("reads", read, READS_PER_SECOND)):
        asyncio.run(_load(address, clients, WARMING_SECONDS, request))
        seen = asyncio.run(_load(address, clients, seconds, request))
        busy = f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} CPUs"
        yield Figure(kind, len(seen.milliseconds) / seen.seconds, "/s", aim, at_least=True, note=busy)
        if seen.milliseconds:
            yield Figure(f"{kind}, p50", percentile(seen.milliseconds, 0.5), "ms")
            yield Figure(f"{kind}, p99", percentile(seen.milliseconds, 0.99), "ms")
        yield Figure(f"{kind}, errors", len(seen.errors), "", 0, note=", ".join(sorted(set(seen.errors))[:3]))


def _request(host: str, token: str | None, method: str, path: str, body: object = None) -> bytes:
    content = b"" if body is None else json.dumps(body).encode()
    lines = [f"{method} {path} HTTP/1.1", f"host: {host}", f"authorization: Bearer {token}"]
    if content:
        lines += ["content-type: application/json", f"content-length: {len(content)}"]
    return "\r\n".join([*lines, "", ""]).encode() + content


async def _load(address: str, clients: int, seconds: float, request: bytes) -> Seen:
    seen, started = Seen(), time.perf_counter()
    await asyncio.gather(*(_client(address, request, started + seconds, seen) for _ in range(clients)))
    seen.seconds = time.perf_counter() - started
    return seen


async def _client(address: str, request: bytes, until: float, seen: Seen) -> None:
    """One connection, opened again when it breaks; a request that was cut is an error, not sent twice."""
    host = urlsplit(address)
    while time.perf_counter() < until:
        try:
            reader, writer = await asyncio.open_connection(host.hostname, host.port)
        except OSError as error:
            seen.errors.append(type(error).__name__)
            await asyncio.sleep(0.1)
            continue
        try:
            while time.perf_counter() < until:
                started = time.perf_counter()
                writer.write(request)
                status = await asyncio.wait_for(_answer(reader), 30)
                if status == 200:
                    seen.milliseconds.append((time.perf_counter() - started) * 1000)
                else:
                    seen.errors.append(f"status {status}")
        except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
            seen.errors.append(type(error).__name__)
        finally:
            writer.close()


async def _answer(reader: asyncio.StreamReader) -> int:
    """The status, with the body read to its end."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    first, *headers = head.split("\r\n")
    named = dict(h.split(":", 1) for h in headers if ":" in h)
    if "chunked" in named.get("transfer-encoding", ""):
        while size := int((await reader.readuntil(b"\r\n")).strip() or b"0", 16):
            await reader.readexactly(size + 2)
        await reader.readuntil(b"\r\n")
    else:
        await reader.readexactly(int(named.get("content-length", "0")))
    return int(first.split()[1])


if __name__ == "__main__":
    main()
