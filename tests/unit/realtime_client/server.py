"""A real WebSocket server that speaks the protocol of rooms, and loses, repeats, reorders and cuts off on purpose."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed


@dataclass
class Room:
    history: list[dict[str, Any]] = field(default_factory=list)
    forgotten: int = 0
    members: dict[ServerConnection, list[str]] = field(default_factory=dict)


@dataclass
class Server:
    """``mischief`` is how likely a live event is lost, repeated, or told too late."""

    seed: int
    mischief: float = 0.0
    rooms: dict[str, Room] = field(default_factory=dict)
    sockets: set[ServerConnection] = field(default_factory=set)
    connects: int = 0
    asked: list[dict[str, Any]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    is_deaf: bool = False
    unanswered: int = 0
    refusing: str | None = None
    greetings: int = 1
    """How often the next connection is greeted; those behind it once."""
    port: int = 0

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)

    async def talk(self, socket: ServerConnection) -> None:
        assert socket.request is not None
        query = parse_qs(urlsplit(socket.request.path).query)
        self.tokens += query.get("token", [])
        self.connects += 1
        self.sockets.add(socket)
        try:
            for _ in range(self.greetings):
                await tell(socket, type="connection_established", connection_id=query["connection_id"][0])
            self.greetings = 1
            async for text in socket:
                await self.answer(socket, json.loads(text))
        except ConnectionClosed:
            return
        finally:
            self.sockets.discard(socket)
            for room in self.rooms.values():
                room.members.pop(socket, None)

    async def answer(self, socket: ServerConnection, said: dict[str, Any]) -> None:
        self.asked.append(said)
        if self.is_deaf:
            return
        if said["type"] == "ping":
            await tell(socket, type="pong")
            return
        if self.unanswered:
            self.unanswered -= 1
            if self.refusing:
                await tell(socket, type="error", code=self.refusing, message="No.", ref=said["ref"])
            return
        room = self.rooms.setdefault(said["room_id"], Room())
        if said["type"] == "join_room":
            room.members[socket] = said.get("events", [])
            await tell(socket, type="joined_room", room_id=said["room_id"], seq=len(room.history))
        if said["type"] == "leave_room":
            room.members.pop(socket, None)
            await tell(socket, type="left_room", room_id=said["room_id"])
        elif "since" in said:
            await self.replay(socket, said["room_id"], room, said["since"])

    async def replay(self, socket: ServerConnection, room_id: str, room: Room, since: int) -> None:
        """Three at once, so that more is asked for."""
        patterns = room.members[socket]
        kept = room.history[max(since, room.forgotten) :]
        for event in kept[:3]:
            if wanted(event, patterns):
                await tell(socket, **event, replayed=True)
            await asyncio.sleep(0.002)
        await tell(
            socket,
            type="replayed",
            room_id=room_id,
            more=len(kept) > 3,
            next_since=kept[:3][-1]["seq"] if kept else len(room.history),
            complete=room.forgotten <= since <= len(room.history),
        )

    async def publish(self, room_id: str, name: str = "x.y") -> None:
        room = self.rooms.setdefault(room_id, Room())
        event = {"type": "event", "room_id": room_id, "seq": len(room.history) + 1, "event": name, "data": {}}
        room.history.append(event)
        for socket, patterns in list(room.members.items()):
            if wanted(event, patterns):
                await self.push(socket, event)

    async def push(self, socket: ServerConnection, event: dict[str, Any]) -> None:
        fate = self.random.random()
        try:
            if fate < self.mischief / 3:
                return
            if fate < 2 * self.mischief / 3:
                await tell(socket, **event)
            elif fate < self.mischief:
                await asyncio.sleep(0.01)
            await tell(socket, **event)
        except ConnectionClosed:
            return

    async def cut(self) -> None:
        for socket in list(self.sockets):
            socket.transport.abort()


def wanted(event: dict[str, Any], patterns: list[str]) -> bool:
    return not patterns or any(event["event"].startswith(pattern.rstrip("*")) for pattern in patterns)


async def tell(socket: ServerConnection, **message: Any) -> None:
    await socket.send(json.dumps(message))


@asynccontextmanager
async def a_server(seed: int = 1, mischief: float = 0.0) -> AsyncIterator[Server]:
    server = Server(seed, mischief)
    async with serve(server.talk, "127.0.0.1", 0) as listening:
        server.port = next(iter(listening.sockets)).getsockname()[1]
        yield server
