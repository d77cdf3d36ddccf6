"""What a generative provider is to the rest of the code."""

from dataclasses import dataclass
from typing import Any, Protocol

from docchain.ai.models import Completion


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """``system`` has our instructions, ``user`` the task with its document; ``schema`` asks for JSON of that shape."""

    system: str
    user: str
    model: str
    max_tokens: int
    temperature: float
    schema: dict[str, Any] | None = None


class Provider(Protocol):
    def chat(self, request: ChatRequest) -> Completion: ...
