"""Which model should do a task: proposed when what was counted speaks for another one, with the figures that do.

Shares are compared by their Wilson score intervals at 95 % (E. B. Wilson, J. Am. Stat. Assoc. 22, 1927): one is called
better when its lower end is above the other's upper end. Who was asked was not drawn by lot: the evidence is what was
observed, and a person decides.
"""

import hashlib
import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from docchain.ai_workflows.choices import Choice
from docchain.ai_workflows.models import AiTask, AskedOf
from docchain.ai_workflows.outcomes import Outcome

TRIED_LEAST: Final = 20
RATED_LEAST: Final = 10
CHEAPER: Final = 0.8
FASTER: Final = 0.7
_Z: Final = 1.959964
# How much lower a share may be observed and still be called as good.
_SLACK: Final = 0.02

Reason = Literal["rated_better", "more_reliable", "cheaper", "faster"]
_RANK: Final[tuple[Reason, ...]] = ("rated_better", "more_reliable", "cheaper", "faster")
Interval = tuple[float, float]


@dataclass(frozen=True)
class Proposal:
    """``base_version`` is the applied choice that it would follow, 0 for none."""

    id: str
    task: AiTask
    reasons: tuple[Reason, ...]
    proposed: Outcome
    current: Outcome
    base_version: int


def proposals_of(outcomes: list[Outcome], choices: Mapping[str, Choice]) -> list[Proposal]:
    """At most one of each task, in the order of the tasks. The same counters give the same proposals."""
    by_task: dict[AiTask, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        by_task[outcome.task].append(outcome)
    found = [_proposal(task, by_task[task], choices.get(task.value)) for task in AiTask if by_task[task]]
    return [proposal for proposal in found if proposal]


def _proposal(task: AiTask, outcomes: list[Outcome], applied: Choice | None) -> Proposal | None:
    current = _current(outcomes, applied)
    if current is None or current.tried < TRIED_LEAST:
        return None
    better = [
        (reasons, candidate)
        for candidate in sorted(outcomes, key=lambda o: _name(o.asked))
        if candidate is not current and candidate.tried >= TRIED_LEAST and (reasons := reasons_for(candidate, current))
    ]
    if not better:
        return None
    reasons, candidate = min(better, key=lambda pair: (_RANK.index(pair[0][0]), -len(pair[0]), -_stars(pair[1])))
    base = applied.version if applied else 0
    mark = hashlib.sha256(f"{task.value}\0{base}\0{_name(candidate.asked)}".encode()).hexdigest()[:12]
    return Proposal(f"{task.value}-v{base + 1}-{mark}", task, reasons, candidate, current, base)


def _current(outcomes: list[Outcome], applied: Choice | None) -> Outcome | None:
    """What was applied, else who is asked most."""
    if applied and applied.provider:
        return next((o for o in outcomes if _is(o.asked, applied)), None)
    return max(outcomes, key=lambda o: (o.tried, _name(o.asked)), default=None)


def reasons_for(candidate: Outcome, current: Outcome) -> tuple[Reason, ...]:
    """None when it is worse in how often it answers, or in how its answers are rated."""
    answers, answered = wilson(candidate.completed, candidate.tried), wilson(current.completed, current.tried)
    rated = min(candidate.rated, current.rated) >= RATED_LEAST
    likes, liked = wilson(candidate.good, candidate.rated), wilson(current.good, current.rated)
    if _above(answered, answers) or (rated and _above(liked, likes)):
        return ()
    found: list[Reason] = []
    if rated and _above(likes, liked):
        found.append("rated_better")
    if _above(answers, answered):
        found.append("more_reliable")
    as_good = rated and _as_good(candidate.good, candidate.rated, current.good, current.rated)
    if as_good and _as_good(candidate.completed, candidate.tried, current.completed, current.tried):
        found += _thriftier(candidate, current)
    return tuple(found)


def _thriftier(candidate: Outcome, current: Outcome) -> list[Reason]:
    """A cost or time of nothing at all was not measured."""
    found: list[Reason] = []
    if current.cost and candidate.cost / candidate.completed <= CHEAPER * current.cost / current.completed:
        found.append("cheaper")
    if current.milliseconds and candidate.milliseconds:
        slow = current.milliseconds / current.completed
        if candidate.milliseconds / candidate.completed <= FASTER * slow:
            found.append("faster")
    return found


def wilson(successes: int, trials: int) -> Interval:
    """The interval that holds the true share in 95 of 100 cases; all of it without trials."""
    if not trials:
        return 0.0, 1.0
    share, square = successes / trials, _Z * _Z / trials
    middle = (share + square / 2) / (1 + square)
    half = _Z * math.sqrt(share * (1 - share) / trials + square / (4 * trials)) / (1 + square)
    return max(0.0, middle - half), min(1.0, middle + half)


def _above(one: Interval, other: Interval) -> bool:
    return one[0] > other[1]


def _as_good(some: int, of: int, others: int, of_others: int) -> bool:
    return bool(some) and bool(others) and some / of >= others / of_others - _SLACK


def _stars(outcome: Outcome) -> float:
    return outcome.stars / outcome.rated if outcome.rated else 0.0


def _is(asked: AskedOf, applied: Choice) -> bool:
    same = (asked.provider, asked.model) == (applied.provider, applied.model)
    return same and applied.temperature in (None, asked.temperature)


def _name(asked: AskedOf) -> str:
    return f"{asked.provider}/{asked.model or '*'}@{asked.temperature}"
