"""How strong a password is, in the contract's words.

Score 0 to 5: a point each for length, upper case, lower case, number and special character, but never more than its
resistance to guessing allows: 1 for what is found within a thousand guesses, 2 within a million, 3 within 10^8.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from docchain.identity.guessing import guess
from docchain.identity.password_policy import RULES, refusals
from docchain.identity.policies import DEFAULT, PasswordPolicy

Word = Literal["weak", "medium", "strong", "very_strong"]

_MOST_BY_LEVEL: Final = {0: 1, 1: 2, 2: 3, 3: 5, 4: 5}
_WORDS: Final[dict[int, Word]] = {3: "medium", 4: "strong", 5: "very_strong"}
_LONG: Final = 12


@dataclass(frozen=True)
class Strength:
    """``valid``: it may be set. ``issues``: why not, or why it is weak. ``recommendations``: what makes it stronger."""

    valid: bool
    strength: Word
    score: int
    issues: list[str]
    recommendations: list[str]


def assess(password: str, policy: PasswordPolicy = DEFAULT.password, names: Sequence[str] = ()) -> Strength:
    guessed = guess(password, names if policy.refuse_guessable else ())
    refused = refusals(password, policy, guessed)
    issues = list(dict.fromkeys([*refused, *guessed.issues]))
    points = (len(password) >= policy.min_length) + sum(holds(password) for _, holds in RULES.values())
    score = min(points, _MOST_BY_LEVEL[guessed.level])
    return Strength(
        valid=not refused,
        strength=_WORDS.get(score, "weak"),
        score=score,
        issues=issues,
        recommendations=_recommendations(password, guessed.advice),
    )


def _recommendations(password: str, advice: Sequence[str]) -> list[str]:
    missing = [f"It {problem}." for problem, holds in RULES.values() if not holds(password)]
    length = [f"Use {_LONG} characters or more; length helps most."] if len(password) < _LONG else []
    return [*length, *missing, *advice]
