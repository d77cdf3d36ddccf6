"""What the search holds and takes; each bound is enforced where it is named."""

from typing import Final

CHUNK_CHARACTERS: Final = 420
CONTEXT_CHARACTERS: Final = 80
"""Together what the local model reads of a piece; more of it would be paid for and not seen."""
CHUNKS_PER_DOCUMENT: Final = 2_000
"""About 800,000 characters; the rest of a longer document is not found, and its state says ``truncated``."""
CHUNKS_PER_TENANT: Final = 100_000
"""What one warm function searches in memory (docs/search.md has the figures and the way past it)."""
QUERY_CHARACTERS: Final = 500
HITS_MOST: Final = 50
FILTER_VALUES_MOST: Final = 100
SUGGESTIONS_MOST: Final = 20
FACET_CHUNKS: Final = 200
FACET_VALUES: Final = 20
TITLES_PER_DOCUMENT: Final = 40
