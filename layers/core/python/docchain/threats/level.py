"""The level of threat: points of the findings of a day that nobody has resolved yet.

Points: low 1, medium 3, high 8, critical 20; each finding of the same rule after the first counts half of the one
before, so that one noisy rule alone does not reach the top. Level: critical from 20, high from 8, medium from 3.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from docchain.audit.kinds import Severity
from docchain.clock import from_iso
from docchain.threats.models import Threat

HOURS: Final = 24
POINTS: Final = {Severity.LOW: 1.0, Severity.MEDIUM: 3.0, Severity.HIGH: 8.0, Severity.CRITICAL: 20.0}
LEVELS: Final = ((20.0, Severity.CRITICAL), (8.0, Severity.HIGH), (3.0, Severity.MEDIUM))


@dataclass(frozen=True)
class Share:
    """What one finding adds."""

    threat: Threat
    points: float


@dataclass(frozen=True)
class Level:
    level: Severity
    points: float
    shares: tuple[Share, ...]
    recommendations: tuple[str, ...]


def level_of(threats: list[Threat], moment: datetime | None = None) -> Level:
    since = (moment or datetime.now(UTC)) - timedelta(hours=HOURS)
    open_ones = [t for t in threats if t.resolved_at is None and from_iso(t.detected_at) >= since]
    open_ones.sort(key=lambda t: (-POINTS[t.severity], t.id))
    seen: dict[str, int] = defaultdict(int)
    shares = []
    for threat in open_ones:
        shares.append(Share(threat, round(POINTS[threat.severity] / 2 ** seen[threat.rule], 2)))
        seen[threat.rule] += 1
    points = round(sum(share.points for share in shares), 2)
    level = next((level for least, level in LEVELS if points >= least), Severity.LOW)
    return Level(level, points, tuple(shares), tuple(dict.fromkeys(t.recommendation for t in open_ones)))
