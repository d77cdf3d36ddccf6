"""Segments that lie side by side, as one: what a later one overruled and what is gone stays behind."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from docchain.search.models import Said, SearchCard
from docchain.search.postings import merged as merged_postings
from docchain.search.segments import Entry, Segment


@dataclass(frozen=True)
class Standing:
    """What holds of all segments together: the newest card of each document, and which entries' chunks are found."""

    cards: dict[str, SearchCard]
    alive: list[NDArray[np.bool_]]
    """For each segment, whether the chunks of each of its entries are found."""


def standing(segments: Sequence[Segment]) -> Standing:
    cards: dict[str, SearchCard] = {}
    settled: set[str] = set()
    alive = []
    for segment in reversed(segments):
        here = np.zeros(len(segment.entries), dtype=bool)
        # The last word on a document within a segment stands as well.
        for place in range(len(segment.entries) - 1, -1, -1):
            entry = segment.entries[place]
            if entry.document_id in settled:
                continue
            if entry.said is not Said.GONE and entry.card:
                cards.setdefault(entry.document_id, entry.card)
            if entry.said is not Said.CARD:
                settled.add(entry.document_id)
                here[place] = entry.said is Said.FULL
        alive.append(here)
    # A card whose chunks were never brought finds nothing.
    found = zip(segments, reversed(alive), strict=True)
    brought = {segment.entries[n].document_id for segment, here in found for n in np.flatnonzero(here)}
    return Standing({i: c for i, c in cards.items() if i in brought}, alive[::-1])


def merge(segments: Sequence[Segment], *, is_first: bool) -> Segment:
    """``is_first`` when nothing lies before them: then tombstones have nothing left to cover."""
    state = standing(segments)
    kept_chunks = [alive[segment.entry] for segment, alive in zip(segments, state.alive, strict=True)]
    entries: list[Entry] = []
    places = []
    for segment, alive in zip(segments, state.alive, strict=True):
        place = np.full(len(segment.entries), -1, dtype=np.int32)
        for number in np.flatnonzero(alive):
            entry = segment.entries[number]
            place[number] = len(entries)
            entries.append(replace(entry, card=state.cards[entry.document_id]))
        places.append(place)
    if not is_first:
        entries += _left_to_say(segments, {e.document_id for e in entries})
    contexts = list(dict.fromkeys(c for s in segments for c in s.contexts))
    numbers = {context: number for number, context in enumerate(contexts)}
    renamed = [np.array([numbers[c] for c in s.contexts] or [0], dtype=np.int32) for s in segments]
    parts = list(zip(segments, kept_chunks, strict=True))
    lengths = np.concatenate([np.diff(s.offsets)[k] for s, k in parts])
    return Segment(
        model=segments[0].model,
        entries=entries,
        contexts=contexts,
        rows=np.concatenate([s.rows[k] for s, k in parts]),
        scales=np.concatenate([s.scales[k] for s, k in parts]),
        entry=np.concatenate([p[s.entry[k]] for (s, k), p in zip(parts, places, strict=True)]),
        page=np.concatenate([s.page[k] for s, k in parts]),
        start=np.concatenate([s.start[k] for s, k in parts]),
        end=np.concatenate([s.end[k] for s, k in parts]),
        context=np.concatenate([r[s.context[k]] for (s, k), r in zip(parts, renamed, strict=True)]),
        offsets=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        text=np.concatenate([s.text[np.repeat(k, np.diff(s.offsets))] for s, k in parts]),
        postings=merged_postings([(s.postings, k) for s, k in parts]),
    )


def _left_to_say(segments: Sequence[Segment], brought: set[str]) -> list[Entry]:
    """Of documents whose chunks lie in earlier segments: that they are gone, or their newest card."""
    last: dict[str, Entry] = {}
    for segment in segments:
        for entry in segment.entries:
            if entry.document_id not in brought:
                last[entry.document_id] = entry
    gone = {e.document_id for s in segments for e in s.entries if e.said is Said.GONE}
    # After a tombstone a card alone would bring back chunks that nobody may find.
    return [Entry(i, Said.GONE) if i in gone else e for i, e in last.items()]
