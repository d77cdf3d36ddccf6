"""Things in a text that have a form: addresses, numbers with check digits, amounts, dates.

Found by patterns, and where there are check digits, only kept when they fit. Names of people and organisations have no
form: only a configured model finds those, and ``not_searched`` says so.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from docchain.ai.local import dates, identifiers, money, relative_dates

LOOKED_AT = 500_000
MOST = 500
LINE_BREAK = re.compile(r"(?<!\n)\n(?!\n)")
NOT_SEARCHED = ["person", "organization", "place"]


@dataclass(frozen=True, slots=True)
class Entity:
    """``text`` is ``source[start:end]`` on one line; ``value`` is the same in one form, such as an ISO date."""

    type: str
    text: str
    value: str | None
    start: int
    end: int


def find_entities(source: str, language: str) -> dict[str, Any]:
    # A number may be broken over two lines; a blank in place of the break leaves every place as it was.
    text = LINE_BREAK.sub(" ", source[:LOOKED_AT])
    kept: list[Entity] = []
    taken: list[tuple[int, int]] = []  # in their order, and none overlaps another
    for kind, start, end, value in _candidates(text, language):
        if len(kept) == MOST:
            break
        place = bisect_left(taken, (start, end))
        follows = place == 0 or taken[place - 1][1] <= start
        if follows and (place == len(taken) or taken[place][0] >= end):
            taken.insert(place, (start, end))
            kept.append(Entity(kind, text[start:end], value, start, end))
    kept.sort(key=lambda entity: entity.start)
    counts: dict[str, int] = {}
    for entity in kept:
        counts[entity.type] = counts.get(entity.type, 0) + 1
    return {
        "items": [asdict(entity) for entity in kept],
        "counts": counts,
        "characters_considered": len(text),
        "not_searched": NOT_SEARCHED,
    }


def _candidates(text: str, language: str) -> Iterator[identifiers.Found]:
    """The surest first: what stands inside an earlier one is dropped."""
    yield from identifiers.find_addresses(text)
    yield from identifiers.find_numbers(text)
    yield from dates.find_dates(text, language)
    yield from _relative_dates(text)
    yield from money.find_money(text)
    yield from money.find_percentages(text)
    yield from identifiers.find_phones(text, language)


def _relative_dates(text: str) -> Iterator[identifiers.Found]:
    for kind, start, end, value in relative_dates.find_relative_dates(text):
        yield ("relative_date" if kind == "date" else kind), start, end, value
