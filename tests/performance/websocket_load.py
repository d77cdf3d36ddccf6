"""``python -m tests.performance.websocket_load``: 500 clients in 20 rooms, one publisher, then connections killed at
random. Every member must get every message of its room in order and none of another's; after recovery nothing may be
missing. Loopback only, see ``stages``.
"""

import argparse
import asyncio
import json
import random
import sys
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.performance.figures import Figure, conclude, console, percentile, show
from tests.performance.stages import add_stage_options, the_stage
from tests.support.client import Client

CLIENTS, ROOMS, MESSAGES = 500, 20, 15
AT_ONCE = 10  # sockets that are opened side by side
KILLED_SHARE = 0.4
SETTLE_SECONDS = 600.0
OPEN_SECONDS = 60.0
TRIES = 30
ASKED_AGAIN_SECONDS = 30.0


@dataclass
class Member:
    """What one client of one room heard; ``live`` are the moments at which pushes came."""

    room: str
    label: str
    last: int = 0
    seqs: list[int] = field(default_factory=list)
    live: dict[int, float] = field(default_factory=dict)
    strange: int = 0
    repeated: int = 0
    disordered: int = 0
    kills: int = 0
    ends: list[str] = field(default_factory=list)
    is_ready: asyncio.Event = field(default_factory=asyncio.Event)
    _waiting: set[int] = field(default_factory=set)
    _catching_up: bool = True

    async def live_on(self, client: Client, ending: asyncio.Event) -> None:
        """Comes back until it is told to end, each time from the last number that it knows."""
        while not ending.is_set():
            try:
                async with _socket(client, self.label) as socket:
                    self._catching_up, self._socket = True, socket
                    async with asyncio.TaskGroup() as tasks:
                        asking = tasks.create_task(self._ask(socket))
                        await self._listen(socket, ending)
                        asking.cancel()
            except* (ConnectionClosed, InvalidHandshake, OSError, TimeoutError) as group:
                error = group.exceptions[0]
                if not ending.is_set():
                    self.ends.append(f"{type(error).__name__} {error}"[:100])
                await asyncio.sleep(random.uniform(0.1, 1.0))

    async def _ask(self, socket: ClientConnection) -> None:
        """Again after a while: a question or its answer is lost where a function dies."""
        while self._catching_up:
            await socket.send(json.dumps({"type": "join_room", "room_id": self.room, "since": self.last}))
            await asyncio.sleep(ASKED_AGAIN_SECONDS)

    async def _listen(self, socket: ClientConnection, ending: asyncio.Event) -> None:
        async for text in socket:
            self._hear(json.loads(text))
            if ending.is_set():
                return

    def _hear(self, message: dict[str, Any]) -> None:
        if message["type"] == "replayed":
            self._catching_up = False
            self.is_ready.set()
            for seq in sorted(self._waiting):
                self._take(seq)
            self._waiting.clear()
        elif message["type"] == "event" and message.get("event") == "message.published":
            if message["room_id"] != self.room or message["data"]["room"] != self.room:
                self.strange += 1
            elif message.get("replayed") or not self._catching_up:
                if not message.get("replayed"):
                    self.live[message["seq"]] = time.monotonic()
                self._take(message["seq"])
            else:
                self._waiting.add(message["seq"])

    def _take(self, seq: int) -> None:
        if seq <= self.last:
            self.repeated += 1
            return
        self.disordered += seq != self.last + 1
        self.last = seq
        self.seqs.append(seq)

    def kill(self) -> None:
        """As a network would: no closing, nothing said."""
        self.kills += 1
        self._socket.transport.abort()

    _socket: ClientConnection = field(init=False, repr=False)


def _socket(client: Client, label: str) -> connect:
    """No pings of its own: on a machine that is full, their answers come late and a sound connection would be cut."""
    address = f"{client.ws_url}/api/v3/ws/ws?connection_id={label}&token={client.token}"
    return connect(address, ping_interval=None, open_timeout=OPEN_SECONDS)


@dataclass
class Spoken:
    """When each message of each room was answered for by REST."""

    at: dict[tuple[str, int], float] = field(default_factory=dict)
    seconds: float = 0.0
    refused: int = 0


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.performance.websocket_load")
    parser.add_argument("--clients", type=int, choices=range(1, 1001), default=CLIENTS, metavar="1…1000")
    parser.add_argument("--rooms", type=int, choices=range(1, 51), default=ROOMS, metavar="1…50")
    parser.add_argument("--messages", type=int, choices=range(1, 101), default=MESSAGES, metavar="1…100")
    add_stage_options(parser)
    given = parser.parse_args()
    with the_stage(given) as address:
        client = Client(address, address.replace("http", "ws", 1)).log_in().newcomer()
        title = f"{given.clients} sockets in {given.rooms} rooms, {given.messages} messages to each, twice"
        figures = show(title, asyncio.run(_play(client, given.clients, given.rooms, given.messages)))
    conclude(figures)
    sys.exit(0 if all(f.is_met for f in figures) else 1)


async def _play(client: Client, clients: int, rooms: int, messages: int) -> list[Figure]:
    names = [f"load_{n}" for n in range(rooms)]
    members = [Member(names[n % rooms], f"client_{n}") for n in range(clients)]
    figures: list[Figure] = []
    began = time.monotonic()
    async with _all_connected(client, members):
        took = time.monotonic() - began
        console.print(f"{clients} sockets joined in {took:.0f} s")
        figures.append(Figure("connected, joined and answered", clients / took, "sockets/s", note=f"{took:.1f} s"))
        quiet = await _speak(client, names, messages)
        await _settled(members, messages)
        figures += show("nobody killed", _judge("nobody killed", members, messages, quiet))
        killing = asyncio.create_task(_kill_some(members))
        await _speak(client, names, messages)
        await killing
        await _settled(members, 2 * messages)
        figures += _judge("killed at random", members, 2 * messages, None)
        figures.append(Figure("sockets killed", sum(m.kills for m in members), "", note="their clients came back"))
        ends = Counter(end for member in members for end in member.ends)
        told = "; ".join(f"{count} {end}" for end, count in ends.most_common(3))
        figures.append(Figure("sockets that ended in all", ends.total(), "", note=told))
    return figures


@asynccontextmanager
async def _all_connected(client: Client, members: list[Member]) -> AsyncIterator[None]:
    ending, living = asyncio.Event(), []
    try:
        for start in range(0, len(members), AT_ONCE):
            some = members[start : start + AT_ONCE]
            living += [asyncio.create_task(member.live_on(client, ending)) for member in some]
            await asyncio.gather(*(asyncio.wait_for(member.is_ready.wait(), SETTLE_SECONDS) for member in some))
        yield
    finally:
        ending.set()
        for task in living:
            task.cancel()
        await asyncio.gather(*living, return_exceptions=True)


async def _speak(client: Client, names: list[str], messages: int) -> Spoken:
    """One publisher, one message after the other, room by room."""
    spoken, began = Spoken(), time.monotonic()
    headers = {"authorization": f"Bearer {client.token}"}
    async with httpx.AsyncClient(base_url=client.base_url, headers=headers, timeout=60) as http:
        for n in range(messages):
            for name in names:
                seq = await _say(http, name, n, spoken)
                spoken.at[name, seq] = time.monotonic()
    spoken.seconds = time.monotonic() - began
    return spoken


async def _say(http: httpx.AsyncClient, room: str, n: int, spoken: Spoken) -> int:
    """Until it is answered; the key makes it one message however often it is sent. Its number in the room."""
    key = {"idempotency-key": uuid.uuid4().hex}
    for _ in range(TRIES):
        try:
            answer = await http.post(f"/api/v3/ws/broadcast/room/{room}", json={"room": room, "n": n}, headers=key)
        except httpx.TransportError:
            answer = httpx.Response(503)
        if answer.status_code == 200:
            return int(answer.json()["seq"])
        spoken.refused += 1
        await asyncio.sleep(1)
    raise SystemExit(f"The stage takes no message: {answer.status_code} {answer.text[:200]}")


async def _kill_some(members: list[Member]) -> None:
    for member in random.sample(members, int(KILLED_SHARE * len(members))):
        await asyncio.sleep(random.uniform(0.0, 0.1))
        member.kill()


async def _settled(members: list[Member], last: int) -> None:
    deadline = time.monotonic() + SETTLE_SECONDS
    while time.monotonic() < deadline and any(member.last < last for member in members):
        await asyncio.sleep(0.2)


def _judge(what: str, members: list[Member], last: int, spoken: Spoken | None) -> Iterator[Figure]:
    whole = list(range(1, last + 1))
    holes = sum(member.seqs != whole for member in members)
    yield Figure(f"{what}: members without the whole sequence in order", holes, "", 0, note=f"of {len(members)}")
    yield Figure(f"{what}: messages of another room", sum(m.strange for m in members), "", 0)
    yield Figure(f"{what}: messages out of order", sum(m.disordered for m in members), "", 0)
    yield Figure(f"{what}: repeats, left out by number", sum(m.repeated for m in members), "")
    if spoken:
        yield Figure(
            "published",
            len(spoken.at) / spoken.seconds,
            "/s",
            note=f"{len(spoken.at)} over REST, {spoken.refused} tried again",
        )
        delays = [
            1000 * max(0.0, heard - spoken.at[member.room, seq])
            for member in members
            for seq, heard in member.live.items()
            if (member.room, seq) in spoken.at
        ]
        seconds = max(h for m in members for h in m.live.values()) - min(spoken.at.values())
        yield Figure("pushed to sockets", len(delays) / seconds, "/s", note=f"{len(delays)} pushes in {seconds:.1f} s")
        for share in (0.5, 0.95, 0.99):
            yield Figure(f"from REST's answer to the socket, p{share * 100:g}", percentile(delays, share), "ms")


if __name__ == "__main__":
    main()
