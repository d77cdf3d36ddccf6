"""wait_until: the chain waits for a moment, given as a time or as an expression that makes one."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import Field, field_validator

from docchain.nodes.kind import NodeKind, Parameters
from docchain.nodes.kinds.condition import MAX_EXPRESSION

# A text that begins like this is meant as a time, and not as an expression.
LIKE_A_TIME = re.compile(r"^\s*[0-9]{4}-[0-9]{2}-[0-9]{2}")
FORMAT = "2026-12-31T09:00:00Z or 2026-12-31T09:00:00+01:00"


class WaitUntil(Parameters):
    """An ISO 8601 time with its offset, or JSONata over params and facts that gives one. A time gone by is no wait."""

    until: str = Field(min_length=1, max_length=MAX_EXPRESSION)

    @field_validator("until")
    @classmethod
    def _is_a_moment(cls, value: str) -> str:
        if LIKE_A_TIME.match(value):
            moment_of(value)
        return value


def moment_of(text: str) -> datetime:
    """Raises ``ValueError`` with what to write instead."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"'{text.strip()[:40]}' is not a time; write it as {FORMAT}") from None
    if moment.tzinfo is None:
        raise ValueError(f"'{text.strip()[:40]}' does not say its offset; write it as {FORMAT}")
    return moment


def literal_moment(config: Mapping[str, Any]) -> datetime | None:
    return moment_of(config["until"]) if LIKE_A_TIME.match(config["until"]) else None


def expressions_of(config: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return () if LIKE_A_TIME.match(config["until"]) else (("config.until", config["until"]),)


KIND = NodeKind(
    name="wait_until",
    title="Wait until a moment",
    parameters=WaitUntil,
    form="wait",
    family=None,
    effect="pure",
    makes_text=False,
    expressions_of=expressions_of,
)
