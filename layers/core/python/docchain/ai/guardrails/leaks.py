"""An answer that repeats a fence's mark was talked into telling our instructions: nobody gets it, nor a piece of it."""

from dataclasses import dataclass

from docchain.ai.guardrails.errors import AnswerRefused
from docchain.ai.guardrails.fences import Fence


def check_answer(fence: Fence | None, text: str) -> None:
    """Raises ``AnswerRefused``."""
    if fence is not None and fence.mark in text:
        raise AnswerRefused("The model repeated its instructions instead of an answer, which is kept from you.")


@dataclass
class Watching:
    """For an answer that comes in pieces: what may be the beginning of a mark is held back until it is known."""

    fence: Fence | None
    _held: str = ""

    def add(self, piece: str) -> str:
        """What may be passed on. Raises ``AnswerRefused``."""
        if self.fence is None:
            return piece
        text = self._held + piece
        check_answer(self.fence, text)
        kept = _overlap(text, self.fence.mark)
        self._held = text[len(text) - kept :]
        return text[: len(text) - kept]

    def rest(self) -> str:
        held, self._held = self._held, ""
        return held


def _overlap(text: str, mark: str) -> int:
    """How many characters at the end of the text are the beginning of the mark."""
    return next((n for n in range(min(len(mark) - 1, len(text)), 0, -1) if text.endswith(mark[:n])), 0)
