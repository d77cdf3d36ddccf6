"""The stage as a client sees it: HTTP and WebSocket, nothing else."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from infra.local.problems import Problem


@dataclass
class Visitor:
    base_url: str
    ws_url: str
    token: str = ""
    http: httpx.Client = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.http = httpx.Client(base_url=self.base_url, timeout=60)

    def log_in(self, username: str, password: str) -> None:
        answer = self.call("POST", "/api/v3/security/auth/login", {"username": username, "password": password})
        self.token = answer["access_token"]

    def call(self, method: str, path: str, body: Any = None, **options: Any) -> Any:
        """The parsed answer. Raises ``Problem`` with the envelope's own words."""
        answer = self.raw(method, path, body, **options)
        return answer.json()

    def raw(self, method: str, path: str, body: Any = None, **options: Any) -> httpx.Response:
        headers = {"authorization": f"Bearer {self.token}"} if self.token else {}
        if body is not None:
            options["json"] = body
        try:
            answer = self.http.request(method, path, headers=headers, **options)
        except httpx.TransportError as error:
            raise Problem(f"{self.base_url} does not answer ({error}).", "Start the stage: make run") from None
        if answer.status_code >= 400:
            told = answer.json()["error"]
            raise Problem(f"{method} {path}: {told['message']}", f"{told['code']}, request {told['request_id']}")
        return answer

    def socket_url(self) -> str:
        return f"{self.ws_url}/api/v3/ws/ws?connection_id=demo&token={self.token}"
