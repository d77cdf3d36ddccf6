"""How well and how fast the search finds: recall on paraphrases, and 100,000 chunks in memory."""

import time

import numpy as np

from docchain.search.embedders import LocalEmbedder
from docchain.search.index import Asked, Index, Mode
from docchain.search.limits import CHUNKS_PER_TENANT
from docchain.search.merging import merge
from docchain.search.models import Chunk, Said, SearchCard
from docchain.search.segments import Entry, Segment, make_segment, pack, unpack
from tests.performance.figures import Figure, percentile
from tests.support.search_set import CODES, DOCUMENTS, ENGLISH, SPANISH, WORDS

QUERIES = 25
PER_SEGMENT = 10_000
WORDS_OF_A_LANGUAGE = 30_000
WORDS_OF_A_CHUNK = 60


def measure() -> list[Figure]:
    return [*quality(), *speed()]


def quality() -> list[Figure]:
    embedder = LocalEmbedder()
    documents = [(an_entry(i), [a_chunk(text)], embedder.passages([text])) for i, text in DOCUMENTS.items()]
    index = Index(embedder.model, [make_segment(embedder.model, embedder.dims, documents)])
    sets = {
        "English paraphrases": (ENGLISH, 0.9),
        "Spanish paraphrases": (SPANISH, 0.9),
        "codes": (CODES, 1.0),
        "shared words": (WORDS, 1.0),
    }
    figures = []
    for name, (queries, aim) in sets.items():
        vectors = {query: embedder.query(query) for query, _ in queries}
        recalls = {mode: recall(index, queries, vectors, mode) for mode in Mode}
        others = ", ".join(f"{m.value} {r:.2f}" for m, r in recalls.items() if m is not Mode.HYBRID)
        note = f"{len(queries)} queries, {len(DOCUMENTS)} documents; {others}"
        figures.append(Figure(f"recall@5, {name}", recalls[Mode.HYBRID], "", aim, at_least=True, note=note))
    return figures


def recall(index: Index, queries: list[tuple[str, str]], vectors: dict[str, np.ndarray], mode: Mode) -> float:
    found = [
        wanted in {hit.card.id for hit in index.search(Asked(query, vectors[query], mode, top=5)).hits}
        for query, wanted in queries
    ]
    return sum(found) / len(found)


def speed() -> list[Figure]:
    """Made-up chunks of the usual length with words as frequent as in a language; their vectors are random."""
    die = np.random.default_rng(1815)
    segments = [a_segment(die, n) for n in range(CHUNKS_PER_TENANT // PER_SEGMENT)]
    index = Index("m", segments)
    query = unit(die.standard_normal((1, 384)))[0]
    index.search(Asked("warm up", query))
    took = []
    for n in range(QUERIES):
        started = time.perf_counter()
        index.search(Asked(f"word{n} word{n * 7} word{n * 31} INV-{n}", query, facets=True))
        took.append((time.perf_counter() - started) * 1000)
    packed = [pack(segment) for segment in segments]
    started = time.perf_counter()
    for data in packed:
        unpack(data)
    loaded = time.perf_counter() - started
    started = time.perf_counter()
    merge(segments[:8], is_first=True)
    merged = time.perf_counter() - started
    of = f"{CHUNKS_PER_TENANT:,} chunks of some 420 characters"
    return [
        Figure("a search in memory, median", percentile(took, 0.5), "ms", 250, note=of),
        Figure("a search in memory, p95", percentile(took, 0.95), "ms", 500, note=of),
        Figure("memory of the index", index.nbytes / 1e6, "MB", 200, note="vectors in int8, texts, words"),
        Figure("in S3", sum(map(len, packed)) / 1e6, "MB", note="segments as they are kept"),
        Figure("unpacking all segments", loaded, "s", 10, note="a cold function's first search, beside S3"),
        Figure("merging 80,000 chunks", merged, "s", 30, note="the largest merge but one"),
    ]


def a_segment(die: np.random.Generator, number: int) -> Segment:
    vectors = unit(die.standard_normal((PER_SEGMENT, 384)))
    words = die.zipf(1.3, size=(PER_SEGMENT, WORDS_OF_A_CHUNK)) % WORDS_OF_A_LANGUAGE
    documents = []
    for start in range(0, PER_SEGMENT, 20):
        texts = [" ".join(f"word{w}" for w in words[row]) for row in range(start, start + 20)]
        entry = an_entry(f"doc_{number}_{start}")
        documents.append((entry, [a_chunk(text) for text in texts], vectors[start : start + 20]))
    return make_segment("m", 384, documents)


def unit(vectors: np.ndarray) -> np.ndarray:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def an_entry(document_id: str) -> Entry:
    card = SearchCard(id=document_id, filename=f"{document_id}.txt", media_type="text/plain", sha256="", created_at="")
    return Entry(document_id, Said.FULL, card)


def a_chunk(text: str) -> Chunk:
    return Chunk(text=text, start=0, end=len(text))
