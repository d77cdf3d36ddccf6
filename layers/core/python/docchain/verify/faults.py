"""What can be found wrong, in a word for programs and a sentence for people."""

from dataclasses import dataclass
from enum import StrEnum


class Wrong(StrEnum):
    SHAPE = "shape"
    TENANT = "tenant"
    ORDER = "order"
    GAP = "gap"
    LINK = "link"
    COMMITMENT = "commitment"
    HASH = "hash"
    TRUNCATED = "truncated"
    SIGNATURE = "signature"
    HEAD = "head"
    INCLUSION = "inclusion"
    CONSISTENCY = "consistency"
    CONTENT = "content"


@dataclass(frozen=True)
class Fault:
    """``seq`` is the number of the first bad entry, if it is an entry that is bad; ``field`` what of it."""

    wrong: Wrong
    says: str
    seq: int | None = None
    field: str | None = None


class Unreadable(ValueError):
    """The file is none of ours: the message says what is missing."""
