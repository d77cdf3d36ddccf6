"""Vectors of texts."""

from typing import Final

from docchain.ai.models import EmbedQuestion
from docchain.ai.tasks.answers import Embedded
from docchain.ai.tasks.asked import Embed
from docchain.ai.tasks.desk import Caller, Desk
from docchain.ai.tasks.questions import LOCAL
from docchain.clock import now
from docchain.errors import PayloadTooLarge

NUMBERS_MOST: Final = 200_000
"""Some 4 MB of JSON."""


def embed(desk: Desk, caller: Caller, asked: Embed) -> Embedded:
    """By the model in the function where nobody is named: vectors cost nothing there, and are of one kind."""
    question = EmbedQuestion(
        tenant_id=caller.tenant_id,
        texts=tuple(asked.texts) or (asked.text or "",),
        purpose=asked.purpose,
        provider=asked.provider or LOCAL,
        model=asked.model,
        dimensions=asked.dimensions,
        seconds=caller.seconds,
    )
    found = desk.gateway.embed(question)
    if len(found.vectors) * found.dimensions > NUMBERS_MOST:
        fitting = NUMBERS_MOST // found.dimensions
        raise PayloadTooLarge(f"Vectors of {found.dimensions} numbers: at most {fitting} texts at once.")
    return Embedded.of(found, now())
