"""A streamed answer as it grows: its pieces, and at the end the whole with its usage."""

import time
from dataclasses import dataclass, field

from docchain.ai.errors import StreamCut
from docchain.ai.models import Answer, Delta, Usage


@dataclass
class Writing:
    """``finish_reason`` stays empty until the provider says why it stopped: without it the stream was cut."""

    provider: str
    model: str
    experimental: bool = False
    input_tokens: int = 0
    output_tokens: int = 0
    finish_reason: str = ""
    _pieces: list[str] = field(default_factory=list)
    _started: float = field(default_factory=time.monotonic)

    def add(self, text: str) -> Delta:
        self._pieces.append(text)
        return Delta(text)

    def end(self) -> Delta:
        """Raises ``StreamCut``."""
        if not self.finish_reason:
            raise StreamCut(f"{self.provider} broke off in the middle of its answer")
        usage = Usage(self.input_tokens, self.output_tokens, milliseconds_since(self._started))
        answer = Answer(
            text="".join(self._pieces),
            provider=self.provider,
            model=self.model,
            method="generative",
            usage=usage,
            finish_reason=self.finish_reason,
            experimental=self.experimental,
        )
        return Delta(answer=answer)


def milliseconds_since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
