"""docs/realtime/client.js: whatever the network does, each event is handed on once and in order."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pytest_socket import enable_socket, socket_allow_hosts

from infra.local.place import node_directory
from tests.unit.realtime_client.server import Server, a_server

CLIENT = Path(__file__).parents[3] / "docs/realtime/client.js"
LISTENER = Path(__file__).with_name("listener.mjs")
QUICK = {"firstPause": 20, "longestPause": 100, "pingEvery": 60_000, "answerWithin": 5_000}


@pytest.fixture(autouse=True)
def sockets_of_this_machine() -> None:
    enable_socket()
    socket_allow_hosts(["127.0.0.1"])


@dataclass
class Listener:
    process: asyncio.subprocess.Process
    told: list[dict[str, Any]] = field(default_factory=list)

    async def order(self, **what: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(what).encode() + b"\n")
        await self.process.stdin.drain()

    async def read(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.told.append(json.loads(line))

    def seqs(self, room: str = "room") -> list[int]:
        return [told["seq"] for told in self.told if told.get("room") == room]

    def statuses(self) -> list[str]:
        return [told["status"] for told in self.told if "status" in told]

    async def until(self, reached: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not reached():
                await asyncio.sleep(0.01)


@asynccontextmanager
async def a_listener(server: Server, **options: Any) -> AsyncIterator[Listener]:
    given = {"url": f"ws://127.0.0.1:{server.port}", **QUICK, **options}
    process = await asyncio.create_subprocess_exec(
        str(node_directory() / "node"),
        str(LISTENER),
        str(CLIENT),
        json.dumps(given),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    listener = Listener(process)
    reading = asyncio.create_task(listener.read())
    try:
        await listener.until(lambda: "open" in listener.statuses())
        yield listener
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await reading


Talk = Callable[[Server, Listener], Awaitable[None]]


def played(talk: Talk, *, seed: int = 1, mischief: float = 0.0, **options: Any) -> None:
    async def play() -> None:
        async with a_server(seed, mischief) as server, a_listener(server, **options) as listener:
            await talk(server, listener)

    asyncio.run(play())


async def joined(server: Server, listener: Listener, room: str = "room", **how: Any) -> None:
    await listener.order(join=room, **how)
    await listener.until(lambda: room in server.rooms and bool(server.rooms[room].members))


def test_events_are_handed_on_in_order_from_the_moment_of_joining() -> None:
    async def talk(server: Server, listener: Listener) -> None:
        await server.publish("room")
        await joined(server, listener)
        for _ in range(5):
            await server.publish("room")
        await listener.until(lambda: len(listener.seqs()) == 5)
        assert listener.seqs() == [2, 3, 4, 5, 6]

    played(talk)


def test_since_brings_what_was_before_in_as_many_parts_as_it_takes() -> None:
    async def talk(server: Server, listener: Listener) -> None:
        for _ in range(10):
            await server.publish("room")
        await joined(server, listener, since=0)
        await listener.until(lambda: len(listener.seqs()) == 10)
        assert listener.seqs() == list(range(1, 11))

    played(talk)


def test_what_was_missed_while_the_connection_was_cut_follows_with_a_fresh_token() -> None:
    async def talk(server: Server, listener: Listener) -> None:
        await joined(server, listener, since=0)
        await server.publish("room")
        await server.cut()
        await server.publish("room")
        await server.publish("room")
        await listener.until(lambda: listener.seqs() == [1, 2, 3])
        assert server.tokens == ["token1", "token2"]

    played(talk)


@pytest.mark.parametrize("seed", range(4))
def test_lost_repeated_late_and_cut_off_at_random_the_sequence_is_whole(seed: int) -> None:
    async def talk(server: Server, listener: Listener) -> None:
        await joined(server, listener, since=0)
        await joined(server, listener, "other", since=0)
        for n in range(120):
            await server.publish("room" if n % 3 else "other")
            if server.random.random() < 0.05:
                await server.cut()
            await asyncio.sleep(0.004)
        server.mischief = 0
        for room in ("room", "other"):
            await server.publish(room)
        ends = {room: len(server.rooms[room].history) for room in ("room", "other")}
        await listener.until(lambda: all(listener.seqs(room)[-1:] == [end] for room, end in ends.items()))
        for room, end in ends.items():
            assert listener.seqs(room) == list(range(1, end + 1))
        assert server.connects > 1

    played(talk, seed=seed, mischief=0.3)


def test_behind_a_filter_holes_are_no_loss() -> None:
    async def talk(server: Server, listener: Listener) -> None:
        await joined(server, listener, since=0, events=["run.*"])
        for name in ("run.started", "node.completed", "run.completed"):
            await server.publish("room", name)
        await server.cut()
        for name in ("node.completed", "node.completed", "run.failed"):
            await server.publish("room", name)
        await listener.until(lambda: listener.seqs() == [1, 3, 6])
        assert not [said for said in server.asked if said["type"] == "recover" and said["since"] == 1]

    played(talk)


def test_what_is_no_longer_kept_is_said_and_it_goes_on_behind_it() -> None:
    async def talk(server: Server, listener: Listener) -> None:
        for _ in range(6):
            await server.publish("room")
        server.rooms["room"].forgotten = 4
        await joined(server, listener, since=1)
        await listener.until(lambda: any("gap" in told for told in listener.told))
        assert next(told["gap"] for told in listener.told if "gap" in told) == {"roomId": "room", "since": 1}
        assert listener.seqs() == [5, 6]
        await server.publish("room")
        await listener.until(lambda: listener.seqs() == [5, 6, 7])

    played(talk)


def test_a_server_that_answers_no_ping_is_left_for_a_new_connection() -> None:
    async def talk(server: Server, listener: Listener) -> None:
        server.is_deaf = True
        await listener.until(lambda: server.connects >= 2)
        server.is_deaf = False
        await listener.until(lambda: listener.statuses()[-1] == "open")

    played(talk, pingEvery=100, answerWithin=100)


@pytest.mark.parametrize("refusing", [None, "DEPENDENCY_UNAVAILABLE"])
def test_a_question_that_was_lost_or_could_not_be_answered_is_asked_again(refusing: str | None) -> None:
    async def talk(server: Server, listener: Listener) -> None:
        server.unanswered, server.refusing = 2, refusing
        await server.publish("room")
        await listener.order(join="room", since=0)
        await listener.until(lambda: listener.seqs() == [1])
        assert len(server.asked) == 3

    played(talk, answerWithin=200)


def test_a_room_that_may_not_be_entered_is_not_asked_for_again() -> None:
    async def talk(server: Server, listener: Listener) -> None:
        server.unanswered, server.refusing = 1, "ROOM_NOT_FOUND"
        await listener.order(join="room", since=0)
        await listener.until(lambda: len(server.asked) == 1)
        await asyncio.sleep(0.6)
        await server.cut()
        await listener.until(lambda: listener.statuses().count("open") == 2)
        await asyncio.sleep(0.3)
        assert len(server.asked) == 1

    played(talk, answerWithin=200)


def test_a_room_that_was_left_and_a_client_that_was_closed_hear_nothing() -> None:
    async def talk(server: Server, listener: Listener) -> None:
        await joined(server, listener)
        await listener.order(leave="room")
        await listener.until(lambda: not server.rooms["room"].members)
        await server.publish("room")
        await listener.order(close=True)
        async with asyncio.timeout(10):
            await listener.process.wait()
        assert listener.seqs() == []
        assert server.connects == 1

    played(talk)


def test_sixty_rooms_are_entered_without_being_taken_for_a_flood() -> None:
    async def talk(server: Server, listener: Listener) -> None:
        for n in range(60):
            await listener.order(join=f"room_{n}")
        await listener.until(lambda: len(server.rooms) >= 40)
        assert len(server.asked) <= 45
        await listener.until(lambda: len(server.rooms) == 60)

    played(talk)


def test_a_greeting_that_comes_twice_makes_it_ask_no_more_often() -> None:
    async def talk(server: Server, listener: Listener) -> None:
        await joined(server, listener)
        server.greetings = 2
        await server.cut()
        await listener.until(lambda: server.connects == 2 and bool(server.rooms["room"].members))
        before = len(server.asked)
        await asyncio.sleep(0.55)
        assert len(server.asked) - before <= 6
        assert [said["type"] for said in server.asked].count("join_room") == 2

    played(talk, pingEvery=100)


def test_who_is_never_greeted_comes_back() -> None:
    async def talk(server: Server, listener: Listener) -> None:
        await joined(server, listener)
        server.greetings = 0
        await server.cut()
        await listener.until(lambda: server.connects == 3 and bool(server.rooms["room"].members))

    played(talk, greetWithin=200)


def test_a_leaving_that_overtakes_the_return_leads_nobody_out() -> None:
    async def talk(server: Server, listener: Listener) -> None:
        await joined(server, listener, since=0)
        (socket,) = server.sockets
        await server.answer(socket, {"type": "leave_room", "room_id": "room"})
        await server.publish("room")
        await listener.until(lambda: listener.seqs() == [1])

    played(talk)


def test_a_room_that_was_restored_is_heard_from_where_it_is() -> None:
    async def talk(server: Server, listener: Listener) -> None:
        await server.publish("room")
        await joined(server, listener, since=40)
        await listener.until(lambda: {"gap": {"roomId": "room", "since": 40}} in listener.told)
        await server.publish("room")
        await listener.until(lambda: listener.seqs() == [2])

    played(talk)
