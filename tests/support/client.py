"""A client of a stage, as a user would write it: HTTP and WebSocket, nothing else."""

import asyncio
import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect


@dataclass
class Client:
    base_url: str
    ws_url: str
    token: str | None = None
    http: httpx.Client = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.http = httpx.Client(base_url=self.base_url, timeout=60)

    def call(self, method: str, path: str, body: Any = None, **options: Any) -> httpx.Response:
        headers = dict(options.pop("headers", {}))
        if self.token:
            headers.setdefault("authorization", f"Bearer {self.token}")
        if body is not None:
            options["json"] = body
        return self.http.request(method, path, headers=headers, **options)

    def ok(self, method: str, path: str, body: Any = None, **options: Any) -> Any:
        answer = self.call(method, path, body, **options)
        assert answer.status_code == 200, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def log_in(self, username: str = "admin", password: str = "admin123") -> "Client":
        answer = self.ok("POST", "/api/v3/security/auth/login", {"username": username, "password": password})
        self.token = answer["access_token"]
        return self

    def newcomer(self) -> "Client":
        """Somebody of a tenant of their own."""
        name, password = f"u{uuid.uuid4().hex[:12]}", "Str0ng!enough"
        body = {"username": name, "email": f"{name}@example.com", "password": password}
        other = Client(self.base_url, self.ws_url)
        other.ok("POST", "/api/v3/security/auth/register", body)
        other.log_in(name, password)
        # Tests look often; the hundred calls a minute of a new tenant have tests of their own.
        other.ok("PUT", "/api/v3/security/policies", {"api": {"rate_limit_per_minute": 100_000}})
        return other

    def upload(self, data: bytes, filename: str) -> str:
        answer = self.call(
            "POST", "/api/v3/workflows/documents", files={"file": (filename, data, "application/octet-stream")}
        )
        assert answer.status_code == 200, answer.text
        return str(answer.json()["id"])

    def workflow(self, *nodes: dict[str, Any], name: str = "W") -> int:
        return int(self.ok("POST", "/api/v3/workflows", {"name": name, "nodes": list(nodes)})["id"])

    def run(self, workflow_id: int, wait_seconds: float = 25, **parameters: Any) -> dict[str, Any]:
        body = {"parameters": parameters, "wait_seconds": wait_seconds}
        answer: dict[str, Any] = self.ok("POST", f"/api/v3/workflows/{workflow_id}/execute", body)
        return answer

    def wait_for_run(self, run_id: int, done: Callable[[dict[str, Any]], bool], seconds: float = 30) -> dict[str, Any]:
        run: dict[str, Any] = {}

        def reached() -> bool:
            nonlocal run
            run = self.ok("GET", f"/api/v3/workflows/runs/{run_id}")
            return done(run)

        until(reached, seconds)
        return run

    def socket(self, connection_id: str | None = None, *, path: str = "", **query: str) -> Any:
        label = connection_id or f"c{uuid.uuid4().hex[:10]}"
        given = {"connection_id": label, **({"token": self.token} if self.token else {}), **query}
        parameters = "&".join(f"{k}={v}" for k, v in given.items())
        return connect(f"{self.ws_url}/api/v3/ws/ws{path}?{parameters}")


def until(reached: Callable[[], bool], seconds: float = 15) -> None:
    """Waits for a condition, not for a time."""
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline, "the condition was not reached in time"
        time.sleep(0.05)


async def say(ws: ClientConnection, **message: Any) -> None:
    await ws.send(json.dumps(message))


async def hear(ws: ClientConnection, wanted: Callable[[dict[str, Any]], bool], seconds: float = 15) -> dict[str, Any]:
    """The first message that is wanted; others are passed over."""
    async with asyncio.timeout(seconds):
        while True:
            message: dict[str, Any] = json.loads(await ws.recv())
            if wanted(message):
                return message


def of_type(name: str) -> Callable[[dict[str, Any]], bool]:
    return lambda message: message.get("type") == name


TEMPLATE_CHAIN = [
    {"name": f"N{n}", "node_type": "document_template", "config": {"template": f"step {n} of {{{{ params.topic }}}}"}}
    for n in range(5)
]
