"""The last hours as the fewest rollups, without a gap and without an overlap."""

from datetime import UTC, datetime, timedelta

import pytest

from docchain.metrics.keys import SECONDS, begin_of
from docchain.metrics.stretches import stretches_of

NOW = datetime(2026, 11, 21, 9, 30, 15, tzinfo=UTC)


def told(hours: float, now: datetime = NOW) -> list[tuple[str, str, str]]:
    return [(s.resolution, s.first, s.last) for s in stretches_of(hours, now)]


def test_half_an_hour_is_minutes() -> None:
    assert told(0.25) == [("minute", "2026-11-21T09:15", "2026-11-21T09:30")]


def test_a_day_is_minutes_at_its_edge_and_hours() -> None:
    assert told(24) == [
        ("minute", "2026-11-20T09:30", "2026-11-20T09:59"),
        ("hour", "2026-11-20T10", "2026-11-21T09"),
    ]


def test_thirty_days_are_hours_at_their_edge_and_days() -> None:
    assert told(30 * 24) == [("hour", "2026-10-22T09", "2026-10-22T23"), ("day", "2026-10-23", "2026-11-21")]


def test_beyond_what_hours_are_kept_for_there_are_days() -> None:
    assert told(100 * 24) == [("day", "2026-08-13", "2026-11-21")]


@pytest.mark.parametrize("hours", [0.01, 0.5, 1, 5, 23, 24, 25, 47, 48, 49, 72, 24 * 30, 24 * 35, 24 * 36, 24 * 800])
@pytest.mark.parametrize(
    "moment", [NOW, datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)]
)
def test_one_stretch_begins_where_the_last_one_ends(hours: float, moment: datetime) -> None:
    found = stretches_of(hours, moment)
    begins = [datetime.fromisoformat(begin_of(s.resolution, s.first)) for s in found]
    ends = [
        datetime.fromisoformat(begin_of(s.resolution, s.last)) + timedelta(seconds=SECONDS[s.resolution]) for s in found
    ]

    assert 1 <= len(found) <= 2
    assert ends[:-1] == begins[1:]
    assert begins[0] <= moment - timedelta(hours=hours) < begins[0] + timedelta(seconds=SECONDS[found[0].resolution])
    assert ends[-1] > moment
