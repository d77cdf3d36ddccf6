"""Letters that the stage has sent, as the emulator of SES keeps them. None of them left this machine."""

from collections.abc import Iterator
from typing import Any

import httpx

from infra.local.place import ACCOUNT, Place

SHOWN = 10


def letters(place: Place, most: int = SHOWN) -> Iterator[str]:
    """The newest ``most``, oldest first, as text."""
    answer = httpx.get(f"{place.endpoint_url}/_ministack/ses/messages", params={"account": ACCOUNT}, timeout=5)
    answer.raise_for_status()
    for message in last(answer.json(), most):
        yield written(message)


def last(answer: dict[str, Any], most: int) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = answer["messages"].get(ACCOUNT, [])
    return messages[-most:]


def written(message: dict[str, Any]) -> str:
    return f"To:      {', '.join(message['To'])}\nSubject: {message['Subject']}\n\n{message['BodyText'].rstrip()}\n"
