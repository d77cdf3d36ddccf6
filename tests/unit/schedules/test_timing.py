"""Next times, against two libraries that know nothing of each other, and against what clocks really did."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from apscheduler.triggers.cron import CronTrigger
from croniter import croniter
from cronsim import CronSim
from dateutil import tz
from dateutil.rrule import DAILY, MONTHLY, WEEKLY, rrule
from hypothesis import given, settings
from hypothesis import strategies as st

from docchain.errors import ValidationFailed
from docchain.schedules.cron import parse_cron
from docchain.schedules.definition import Definition, timing_of

ZONES = ["Europe/Madrid", "America/New_York", "Australia/Sydney", "America/Sao_Paulo", "Asia/Kathmandu"]
"""North and south of the equator, one without summer time any more, one off by three quarters of an hour."""
YEAR = datetime(2027, 1, 1, tzinfo=UTC)
# The two changes of 2027 in each zone that has them.
CHANGES = {
    "Europe/Madrid": (datetime(2027, 3, 28, 1, tzinfo=UTC), datetime(2027, 10, 31, 1, tzinfo=UTC)),
    "America/New_York": (datetime(2027, 3, 14, 7, tzinfo=UTC), datetime(2027, 11, 7, 6, tzinfo=UTC)),
    "Australia/Sydney": (datetime(2027, 4, 3, 16, tzinfo=UTC), datetime(2027, 10, 2, 16, tzinfo=UTC)),
}


def ours(start: datetime, count: int, **fields: Any) -> list[datetime]:
    definition = Definition.model_validate({"name": "x", **fields})
    return timing_of(definition, start, "salt").some_after(start, count)


def cron(expression: str, zone: str, start: datetime, count: int, **policy: str) -> list[datetime]:
    return ours(start, count, type="cron", cron_expression=expression, timezone=zone, **policy)


def different(moments: Any, count: int) -> list[datetime]:
    """Some libraries say a moment twice."""
    found: list[datetime] = []
    for moment in (m.astimezone(UTC) for m in moments):
        if not found or moment > found[-1]:
            found.append(moment)
        if len(found) == count:
            break
    return found


def numbers(low: int, high: int) -> st.SearchStrategy[str]:
    one = st.integers(low, high)
    # A range of one number is read in three ways by three libraries.
    pairs = st.tuples(one, one).map(sorted).filter(lambda pair: pair[0] < pair[1])
    return st.one_of(
        st.just("*"),
        one.map(str),
        st.integers(2, 12).map(lambda n: f"*/{n}"),
        pairs.map(lambda p: f"{p[0]}-{p[1]}"),
        st.tuples(pairs, st.integers(1, 5)).map(lambda p: f"{p[0][0]}-{p[0][1]}/{p[1]}"),
        st.lists(one, min_size=2, max_size=4).map(lambda n: ",".join(map(str, n))),
    )


days = st.sampled_from(["*", "*", "*", "1", "15", "28", "31", "L", "1-7", "1,15", "10-20/3"])
weekdays = st.sampled_from(["*", "*", "*", "MON", "fri", "1-5", "0", "7", "SUN,WED", "2#2", "5L", "MON-FRI/2"])
months = st.sampled_from(["*", "*", "*", "2", "MAR", "oct", "10,11", "JAN-MAR", "*/3"])
expressions = st.tuples(numbers(0, 59), numbers(0, 23), days, months, weekdays).map(" ".join)
# Never due, which each library says in its own way.
expressions = expressions.filter(lambda expression: " 31 2 " not in expression)
anywhere = st.integers(0, 366 * 86_400).map(lambda s: YEAR + timedelta(seconds=s))
at_changes = st.sampled_from([c for pair in CHANGES.values() for c in pair]).flatmap(
    lambda c: st.integers(-4 * 3600, 3 * 3600).map(lambda s: c + timedelta(seconds=s))
)


@settings(max_examples=400, deadline=None)
@given(expressions, st.sampled_from(ZONES), st.one_of(anywhere, at_changes))
def test_cron_is_due_when_cronsim_says(expression: str, zone: str, start: datetime) -> None:
    # Begun in the hour that comes twice, it says what was due in the first of the two, which is over.
    theirs = different((m for m in CronSim(expression, start.astimezone(ZoneInfo(zone))) if m > start), 40)
    assert cron(expression, zone, start, len(theirs)) == theirs


def in_croniters_words(expression: str) -> str:
    """It spells the last Friday the other way round, and has no 7 in ranges of names."""
    *others, weekday = expression.split()
    return " ".join([*others, "L5" if weekday == "5L" else weekday])


def croniter_knows(expression: str) -> bool:
    """It finds no date when the second Tuesday or the last Friday stands beside a day of the month."""
    *_, day, _, weekday = expression.split()
    return day == "*" or weekday not in {"2#2", "5L"}


@settings(max_examples=300, deadline=None)
@given(expressions.filter(croniter_knows), st.sampled_from(ZONES), anywhere)
def test_cron_is_due_when_croniter_says(expression: str, zone: str, start: datetime) -> None:
    """On the clock itself: what to do when it jumps is a policy, and the two differ there."""
    local = start.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    theirs = different(
        islice(croniter(in_croniters_words(expression), local.replace(tzinfo=UTC), ret_type=datetime), 60), 40
    )
    mine = cron(expression, "UTC", local.replace(tzinfo=UTC), len(theirs))
    assert mine == theirs


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([DAILY, WEEKLY, MONTHLY]),
    st.integers(0, 23),
    st.integers(0, 59),
    st.integers(0, 6),
    st.integers(1, 31),
    st.sampled_from(ZONES),
    st.one_of(anywhere, at_changes),
)
def test_days_weeks_and_months_are_due_when_rrule_says(
    often: int, hour: int, minute: int, weekday: int, day: int, zone: str, start: datetime
) -> None:
    """RFC 5545 by dateutil, whose rule walks the clock; where the clock leaves the time out, the policy says skip."""
    by: dict[str, Any] = {WEEKLY: {"byweekday": weekday}, MONTHLY: {"bymonthday": day}}.get(often, {})
    mine_by = {WEEKLY: {"day_of_week": weekday}, MONTHLY: {"day_of_month": day, "short_months": "skip"}}.get(often, {})
    begin = (start.astimezone(ZoneInfo(zone)) - timedelta(days=2)).replace(tzinfo=None)
    walls = rrule(often, dtstart=begin, byhour=hour, byminute=minute, bysecond=0, **by)
    info = tz.gettz(zone)
    theirs = (w.replace(tzinfo=info) for w in walls)
    real = (t for t in theirs if tz.datetime_exists(t) and t.astimezone(UTC) > start)
    expected = different(islice(real, 12), 12)
    kind = {DAILY: "daily", WEEKLY: "weekly", MONTHLY: "monthly"}[often]
    mine = ours(start, 12, type=kind, hour=hour, minute=minute, timezone=zone, dst_gap="skip", **mine_by)
    assert mine == expected


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 59), st.integers(0, 23), st.sampled_from(ZONES), anywhere)
def test_a_fixed_hour_is_due_when_apscheduler_says_away_from_the_changes(
    minute: int, hour: int, zone: str, start: datetime
) -> None:
    trigger, at, theirs = CronTrigger(minute=minute, hour=hour, timezone=zone), start, []
    while len(theirs) < 20:
        found = trigger.get_next_fire_time(None, at + timedelta(microseconds=1))
        assert found is not None
        at = found.astimezone(UTC)
        theirs.append(at)
    assert {m for m in cron(f"{minute} {hour} * * *", zone, start, 20) if quiet(m, zone)} == {
        m for m in theirs if quiet(m, zone)
    }


def quiet(moment: datetime, zone: str) -> bool:
    return all(abs(moment - change) > timedelta(hours=26) for change in CHANGES.get(zone, ()))


@pytest.mark.parametrize("zone", CHANGES)
@pytest.mark.parametrize("minute", [0, 7, 30, 59])
def test_a_day_of_the_year_is_done_once_whatever_its_clock_does(zone: str, minute: int) -> None:
    for hour in range(4):
        found = ours(YEAR, 365, type="daily", hour=hour, minute=minute, timezone=zone)
        assert len({m.astimezone(ZoneInfo(zone)).date() for m in found}) == 365


LOCAL: Callable[[list[datetime], str], list[str]] = lambda found, zone: [  # noqa: E731
    m.astimezone(ZoneInfo(zone)).strftime("%d %H:%M %z") for m in found
]


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ({}, ["27 02:30 +0100", "28 03:00 +0200", "29 02:30 +0200"]),
        ({"dst_gap": "skip"}, ["27 02:30 +0100", "29 02:30 +0200", "30 02:30 +0200"]),
    ],
)
def test_what_falls_into_a_gap_is_left_out_or_comes_right_after_it(policy: Any, expected: list[str]) -> None:
    start = datetime(2027, 3, 26, 12, tzinfo=UTC)
    assert LOCAL(cron("30 2 * * *", "Europe/Madrid", start, 3, **policy), "Europe/Madrid") == expected


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ({}, ["30 02:30 +0200", "31 02:30 +0200", "01 02:30 +0100"]),
        ({"dst_overlap": "twice"}, ["30 02:30 +0200", "31 02:30 +0200", "31 02:30 +0100"]),
    ],
)
def test_what_falls_into_an_overlap_comes_once_or_twice(policy: Any, expected: list[str]) -> None:
    start = datetime(2027, 10, 29, 12, tzinfo=UTC)
    assert LOCAL(cron("30 2 * * *", "Europe/Madrid", start, 3, **policy), "Europe/Madrid") == expected


def test_the_second_hour_of_an_overlap_is_left_out_from_within_too() -> None:
    inside = datetime(2027, 10, 31, 1, 10, tzinfo=UTC)  # 02:10 for the second time
    assert LOCAL(cron("30 2 * * *", "Europe/Madrid", inside, 1), "Europe/Madrid") == ["01 02:30 +0100"]


def test_every_hour_is_an_hour_through_both_changes() -> None:
    for change in CHANGES["America/New_York"]:
        found = cron("15 * * * *", "America/New_York", change - timedelta(hours=5), 10)
        assert {b - a for a, b in pairwise(found)} == {timedelta(hours=1)}


def test_half_an_hour_of_lord_howe_comes_twice_and_once() -> None:
    """Whose clocks change by thirty minutes."""
    before = datetime(2027, 4, 3, 13, 59, tzinfo=UTC)
    both = cron("*/10 1 * * *", "Australia/Lord_Howe", before, 12, dst_overlap="twice")
    once = cron("*/10 1 * * *", "Australia/Lord_Howe", before, 6, dst_overlap="once")
    assert LOCAL(both[:9], "Australia/Lord_Howe")[3:9] == [
        *("04 01:30 +1100", "04 01:40 +1100", "04 01:50 +1100"),
        *("04 01:30 +1030", "04 01:40 +1030", "04 01:50 +1030"),
    ]
    assert once == both[:6]


def test_a_day_that_apia_never_had_is_over_when_it_begins() -> None:
    start = datetime(2011, 12, 29, 20, tzinfo=UTC)  # the 29th, in the morning
    found = cron("0 12 * * *", "Pacific/Apia", start, 3, dst_gap="shift")
    assert LOCAL(found, "Pacific/Apia") == ["29 12:00 -1000", "31 00:00 +1400", "31 12:00 +1400"]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("0 0 29 2 *", ["2028-02-29", "2032-02-29"]),
        ("0 0 L 2 *", ["2027-02-28", "2028-02-29"]),
        ("0 0 LW 1 *", ["2027-01-29", "2028-01-31"]),
        ("0 0 * 2 MON#5", ["2044-02-29", "2072-02-29"]),
        ("0 0 1 * MON", ["2027-01-04", "2027-01-11"]),
        ("0 0 * 1 7", ["2027-01-03", "2027-01-10"]),
        ("0 0 * 1 FRIL", ["2027-01-29", "2028-01-28"]),
        ("@yearly", ["2028-01-01", "2029-01-01"]),
    ],
)
def test_rare_days(expression: str, expected: list[str]) -> None:
    assert [f"{m:%Y-%m-%d}" for m in cron(expression, "UTC", YEAR, 2)] == expected


@pytest.mark.parametrize(
    "expression",
    ["", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * 32 * *", "* * * 13 *", "* * * * 8",
     "*/0 * * * *", "5-1 * * * *", "a * * * *", "* * * * MON#6", "* * * * L", "١ * * * *", "1,,2 * * * *", "@reboot"],
)  # fmt: skip
def test_what_is_no_expression_is_refused(expression: str) -> None:
    with pytest.raises(ValidationFailed):
        parse_cron(expression)


def test_an_interval_counts_from_its_start_whoever_asks_when() -> None:
    fields = {"type": "interval", "interval_seconds": 7, "start_time": "2027-01-01T00:00:05Z"}
    assert [m.second for m in ours(YEAR, 3, **fields)] == [5, 12, 19]
    assert ours(YEAR + timedelta(seconds=12), 1, **fields)[0].second == 19
    assert ours(YEAR, 9, **fields, end_time="2027-01-01T00:00:19Z")[-1].second == 19


def test_jitter_is_the_same_for_the_same_time_and_spreads_the_others() -> None:
    definition = Definition(name="x", type="interval", interval_seconds=600, jitter_seconds=300)
    timing = timing_of(definition, YEAR, "one")
    late = [(timing.due_at(m) - m).total_seconds() for m in timing.some_after(YEAR, 200)]
    assert late == [(timing.due_at(m) - m).total_seconds() for m in timing.some_after(YEAR, 200)]
    assert (min(late) >= 0, max(late) <= 300, len(set(late)) > 100) == (True, True, True)
    other = timing_of(definition, YEAR, "two")
    assert late != [(other.due_at(m) - m).total_seconds() for m in other.some_after(YEAR, 200)]
