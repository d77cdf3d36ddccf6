"""Keys from names: what a node is called in templates and expressions when its author did not say."""

import re
import unicodedata
from collections.abc import Container

from docchain.definitions.models import RESERVED_KEYS

MAX_LENGTH = 48  # leaves room for a suffix within the 64 of a key


def slug(name: str) -> str:
    """Lower snake case in ASCII; empty when nothing of the name survives."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:MAX_LENGTH].rstrip("_")
    if words and (words in RESERVED_KEYS or not words[0].isalpha()):
        return f"node_{words}"
    return words


def free_key(name: str, node_id: int, taken: Container[str]) -> str:
    stem = slug(name) or f"node_{node_id}"
    if stem not in taken:
        return stem
    number = 2
    while f"{stem}_{number}" in taken:
        number += 1
    return f"{stem}_{number}"
