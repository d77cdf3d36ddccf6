"""Login names: two that look the same to a person are the same to us."""

import unicodedata
from typing import Final

LONGEST: Final = 320
"""Characters of a canonical name: folding may make 18 of one, and a key in DynamoDB has at most 2,048 bytes."""

# ASCII only: a Cyrillic "а" in "аdmin" is not folded to a Latin one by any normal form.
USERNAME_PATTERN: Final = r"^[a-zA-Z0-9_.-]{3,64}$"


def canonical(name: str) -> str:
    """The form in which names and addresses are unique."""
    return unicodedata.normalize("NFKC", name).casefold()
