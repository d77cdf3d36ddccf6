"""The WebSocket protocol by a real client."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.support.client import TEMPLATE_CHAIN, Client, hear, of_type, say, until


def of_room(room_id: str, after: int = 0) -> Callable[[dict[str, Any]], bool]:
    """Beside what a test makes happen, rooms hear of logins and policies; ``after`` is a number."""
    return lambda m: m.get("type") == "event" and m["room_id"] == room_id and m["seq"] > after


def test_anonymous_may_ping_and_ask_for_stats_and_nothing_else(stage: Any) -> None:
    async def talk() -> None:
        async with Client(stage.base_url, stage.ws_url).socket("test123", user_id="1") as ws:
            greeting = await hear(ws, of_type("connection_established"))
            assert greeting["connection_id"] == "test123"
            await say(ws, type="ping")
            await hear(ws, of_type("pong"))
            await say(ws, type="get_stats")
            assert (await hear(ws, of_type("stats")))["data"]["active_connections"] >= 1
            await say(ws, type="join_workflow", workflow_id=1)
            await hear(ws, of_type("error"))
            await say(ws, type="dance")
            assert "dance" in (await hear(ws, of_type("error")))["message"]
            await ws.send("{")
            assert (await hear(ws, of_type("error")))["message"] == "Invalid JSON format"

    asyncio.run(talk())


def test_a_bad_token_is_refused_at_the_door(stage: Any) -> None:
    async def knock() -> None:
        async with Client(stage.base_url, stage.ws_url, token="nonsense").socket():
            pass

    with pytest.raises(InvalidStatus):
        asyncio.run(knock())


def test_run_events_arrive_live_in_order_and_since_recovers_the_rest(user: Client) -> None:
    workflow = user.workflow(*TEMPLATE_CHAIN)
    user.run(workflow, topic="warm")
    history = f"/api/v3/ws/rooms/workflow_{workflow}/history?since=0"
    # Published once, and that is told: its room hears of runs alone from here on.
    until(lambda: "workflow.published" in {m["event"] for m in user.ok("GET", history)["messages"]})

    async def talk() -> None:
        async with user.socket() as ws:
            await hear(ws, of_type("connection_established"))
            await say(ws, type="join_workflow", workflow_id=workflow)
            began = (await hear(ws, of_type("joined_workflow")))["seq"]
            run = await asyncio.to_thread(user.run, workflow, topic="x")
            # What was on its way before one joined may come as well; its number says so.
            heard = [await hear(ws, of_room(f"workflow_{workflow}", after=began)) for _ in range(6)]
            assert [m["seq"] for m in heard] == [began + n for n in range(1, 7)]
            assert heard[0]["data"]["run_id"] == run["id"]
        # The connection is lost in the middle; the next one goes on behind the last number.
        async with user.socket() as ws:
            await hear(ws, of_type("connection_established"))
            await say(ws, type="join_workflow", workflow_id=workflow, since=began + 6)
            # What still arrives live may overtake what is read again; the numbers tell.
            rest: dict[int, Any] = {}
            while rest.keys() != set(range(began + 7, began + 13)):
                message = await hear(ws, of_room(f"workflow_{workflow}"))
                rest[message["seq"]] = message
            assert rest[began + 12]["data"]["status"] == "completed"
        told = user.ok("GET", f"/api/v3/workflows/runs/{run['id']}/events")
        assert [e["seq"] for e in told] == list(range(1, 13))

    asyncio.run(talk())


def test_the_path_of_a_workflow_joins_its_room(user: Client) -> None:
    workflow = user.workflow(*TEMPLATE_CHAIN)

    async def talk() -> None:
        async with user.socket(path=f"/workflow/{workflow}") as ws:
            await hear(ws, of_type("workflow_connected"))
            await asyncio.to_thread(user.run, workflow, topic="x")
            await hear(ws, of_room(f"workflow_{workflow}"))

    asyncio.run(talk())


def test_another_tenant_joins_nothing_and_hears_nothing(user: Client, admin: Client) -> None:
    workflow = user.workflow(*TEMPLATE_CHAIN)
    stranger = admin.newcomer()

    async def talk() -> None:
        async with stranger.socket() as ws:
            await hear(ws, of_type("connection_established"))
            await say(ws, type="join_workflow", workflow_id=workflow)
            await hear(ws, of_type("error"))
            await asyncio.to_thread(user.run, workflow, topic="x")
            await say(ws, type="ping")
            first = await hear(ws, lambda m: m["type"] == "pong" or m.get("room_id") == f"workflow_{workflow}")
            assert first["type"] == "pong"

    asyncio.run(talk())


def test_logout_closes_the_socket_and_ends_the_token(admin: Client) -> None:
    user = admin.newcomer()
    assert user.call("GET", "/api/v3/workflows").status_code == 200

    async def talk() -> None:
        async with user.socket() as ws:
            await hear(ws, of_type("connection_established"))
            await asyncio.to_thread(user.ok, "POST", "/api/v3/security/auth/logout")
            with pytest.raises(ConnectionClosed):
                async with asyncio.timeout(5):
                    while True:
                        await ws.recv()

    asyncio.run(talk())

    async def refused() -> None:
        async with asyncio.timeout(5):
            while (await asyncio.to_thread(user.call, "GET", "/api/v3/workflows")).status_code != 401:
                await asyncio.sleep(0.2)

    asyncio.run(refused())


def test_what_a_program_says_reaches_a_room_once_in_order_and_recover_brings_it_again(user: Client) -> None:
    async def talk() -> None:
        async with user.socket() as ws:
            await hear(ws, of_type("connection_established"))
            await say(ws, type="join_room", room_id="lobby")
            assert (await hear(ws, of_type("joined_room")))["seq"] == 0
            for n in range(5):
                await asyncio.to_thread(user.ok, "POST", "/api/v3/ws/broadcast/room/lobby", {"n": n})
            heard = [await hear(ws, of_room("lobby")) for _ in range(5)]
            assert [(m["seq"], m["data"]["n"]) for m in heard] == [(n + 1, n) for n in range(5)]
            await say(ws, type="recover", room_id="lobby", since=3)
            again = [await hear(ws, of_room("lobby")) for _ in range(2)]
            assert [(m["seq"], m["replayed"]) for m in again] == [(4, True), (5, True)]
            assert (await hear(ws, of_type("replayed")))["complete"] is True

    asyncio.run(talk())


def test_a_change_of_a_workflow_reaches_who_watches_it(user: Client) -> None:
    workflow = user.workflow(*TEMPLATE_CHAIN)

    async def talk() -> None:
        async with user.socket(path=f"/workflow/{workflow}") as ws:
            await hear(ws, of_type("workflow_connected"))
            await asyncio.to_thread(user.ok, "PUT", f"/api/v3/workflows/{workflow}", {"name": "Renamed"})
            event = await hear(ws, lambda m: m.get("event") == "workflow.updated")
            assert (event["event_type"], event["room_id"]) == ("workflow_update", f"workflow_{workflow}")

    asyncio.run(talk())


def test_who_says_too_much_is_told_so_and_closed(user: Client) -> None:
    async def talk() -> None:
        async with user.socket() as ws:
            await hear(ws, of_type("connection_established"))
            with pytest.raises(ConnectionClosed):
                for _ in range(300):
                    await say(ws, type="ping")
                error = await hear(ws, of_type("error"), seconds=30)
                assert (error["code"], error["close_code"]) == ("RATE_LIMITED", 1008)
                async with asyncio.timeout(30):
                    while True:
                        await ws.recv()

    asyncio.run(talk())
