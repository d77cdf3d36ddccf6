"""What a new password must have. Passwords that exist are never held against it."""

from collections.abc import Callable
from typing import Final

from docchain.identity.errors import WeakPassword

LENGTH_LEAST: Final = 8
LENGTH_MOST: Final = 128
SPECIAL: Final = r"!@#$%^&*()_+-=[]{}\|;:,.<>?"

_RULES: Final[tuple[tuple[str, Callable[[str], bool]], ...]] = (
    (f"needs at least {LENGTH_LEAST} characters", lambda p: len(p) >= LENGTH_LEAST),
    (f"may have at most {LENGTH_MOST} characters", lambda p: len(p) <= LENGTH_MOST),
    ("needs an upper-case letter", lambda p: any(c.isupper() for c in p)),
    ("needs a lower-case letter", lambda p: any(c.islower() for c in p)),
    ("needs a number", lambda p: any(c.isdecimal() for c in p)),
    (f"needs a special character, one of {SPECIAL}", lambda p: any(c in SPECIAL for c in p)),
)


def problems_of(password: str) -> list[str]:
    """Every rule that it breaks, in words that follow the word "password"."""
    return [problem for problem, holds in _RULES if not holds(password)]


def require_strong(password: str) -> None:
    if problems := problems_of(password):
        raise WeakPassword(problems)
