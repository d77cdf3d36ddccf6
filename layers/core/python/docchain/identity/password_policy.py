"""What a new password must have, by the tenant's policy. Passwords that exist are never held against it."""

from collections.abc import Callable, Sequence
from typing import Final

from docchain.identity.errors import WeakPassword
from docchain.identity.guessing import Guess, guess
from docchain.identity.policies import DEFAULT, PasswordPolicy

LENGTH_MOST: Final = 128
SPECIAL: Final = r"!@#$%^&*()_+-=[]{}\|;:,.<>?"

# What a policy may ask for, what is said when it is missing, and when it is there.
RULES: Final[dict[str, tuple[str, Callable[[str], bool]]]] = {
    "upper": ("needs an upper-case letter", lambda p: any(c.isupper() for c in p)),
    "lower": ("needs a lower-case letter", lambda p: any(c.islower() for c in p)),
    "numbers": ("needs a number", lambda p: any(c.isdecimal() for c in p)),
    "special": (f"needs a special character, one of {SPECIAL}", lambda p: any(c in SPECIAL for c in p)),
}


def problems_of(password: str, policy: PasswordPolicy = DEFAULT.password) -> list[str]:
    """Every rule that it breaks, in words that follow the word "password"."""
    problems = []
    if len(password) < policy.min_length:
        problems.append(f"needs at least {policy.min_length} characters")
    if len(password) > LENGTH_MOST:
        problems.append(f"may have at most {LENGTH_MOST} characters")
    return problems + [
        problem for name, (problem, holds) in RULES.items() if getattr(policy, name) and not holds(password)
    ]


def refusals(password: str, policy: PasswordPolicy, guessed: Guess) -> list[str]:
    """Why it may not be set: each broken rule, and that it is guessed too soon.

    What a thousand guesses find is refused always; where the policy refuses what is guessable, what a million find,
    and what holds the user's own name.
    """
    tolerated = not policy.refuse_guessable and guessed.level > 0
    return [*problems_of(password, policy), *(() if tolerated else guessed.issues)]


def require_strong(password: str, policy: PasswordPolicy = DEFAULT.password, names: Sequence[str] = ()) -> None:
    """Raises ``WeakPassword``."""
    guessed = guess(password, names if policy.refuse_guessable else ())
    if problems := refusals(password, policy, guessed):
        raise WeakPassword(problems)
