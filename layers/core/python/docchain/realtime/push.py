"""Messages to sockets, through API Gateway's management API."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from docchain.observability import logger
from docchain.realtime.errors import ConnectionGone

if TYPE_CHECKING:
    from mypy_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient

Message = dict[str, Any]

# As many as the client's pool has sockets; for a few members threads cost more than they save.
THREADS_MOST = 10
THREADS_FROM = 5


class Push(Protocol):
    """All three raise ``ConnectionGone`` for a socket that is closed or not open yet."""

    def post(self, connection: str, message: Message) -> None: ...

    def check(self, connection: str) -> None: ...

    def close(self, connection: str) -> None: ...


@dataclass(frozen=True)
class ApiGatewayPush:
    client: "ApiGatewayManagementApiClient" = field(repr=False)

    def post(self, connection: str, message: Message) -> None:
        try:
            self.client.post_to_connection(ConnectionId=connection, Data=to_json(message))
        except self.client.exceptions.GoneException:
            raise ConnectionGone(connection) from None

    def check(self, connection: str) -> None:
        try:
            self.client.get_connection(ConnectionId=connection)
        except self.client.exceptions.GoneException:
            raise ConnectionGone(connection) from None

    def close(self, connection: str) -> None:
        try:
            self.client.delete_connection(ConnectionId=connection)
        except self.client.exceptions.GoneException:
            raise ConnectionGone(connection) from None


def to_json(message: Message) -> bytes:
    """The two characters that SQS refuses or changes are escaped; half a surrogate pair becomes a question mark."""
    text = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
    return text.replace("\ufffe", r"\ufffe").replace("\uffff", r"\uffff").encode(errors="replace")


@dataclass
class Delivery:
    """What became of a push. ``failed`` are sockets that did not answer; they may still be there."""

    sent: int = 0
    gone: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def deliver(push: Push, outgoing: dict[str, list[Message]]) -> Delivery:
    """Each connection's messages in their order. Never raises: the history has what was not delivered."""
    delivery = Delivery()
    if len(outgoing) < THREADS_FROM:
        outcomes = [_deliver_one(push, *letters) for letters in outgoing.items()]
    else:
        with ThreadPoolExecutor(min(THREADS_MOST, len(outgoing))) as threads:
            outcomes = list(threads.map(lambda letters: _deliver_one(push, *letters), outgoing.items()))
    for connection, (sent, error) in zip(outgoing, outcomes, strict=True):
        delivery.sent += sent
        match error:
            case ConnectionGone():
                delivery.gone.append(connection)
            case Exception():
                delivery.failed.append(connection)
                logger.warning("push failed", extra={"connection": connection, "error": str(error)})
    return delivery


def _deliver_one(push: Push, connection: str, messages: list[Message]) -> tuple[int, Exception | None]:
    for sent, message in enumerate(messages):
        try:
            push.post(connection, message)
        except (ConnectionGone, ClientError, BotoCoreError) as error:
            return sent, error
    return len(messages), None
