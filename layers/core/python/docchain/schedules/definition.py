"""What a schedule says about itself, checked, and the timing that follows from it."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue

from docchain.clock import from_iso, to_iso
from docchain.errors import invalid
from docchain.schedules.calendars import CalendarRule
from docchain.schedules.cron import EXPRESSION_MOST, parse_cron
from docchain.schedules.targets import Target
from docchain.schedules.timing import Beats, Interval, OnCalendar, Once, Timing
from docchain.schedules.zoned import Zone

SMALLEST_INTERVAL: Final = 1
LARGEST_INTERVAL: Final = 366 * 86_400
TIMEOUT_MOST: Final = 7 * 86_400
JITTER_MOST: Final = 3_600
WINDOW_MOST: Final = 7 * 86_400
METADATA_BYTES_MOST: Final = 16 * 1024


class ScheduleType(StrEnum):
    CRON = "cron"
    INTERVAL = "interval"
    ONCE = "once"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


def _moment_text(text: str) -> str:
    """A date and time of ISO 8601. One without an offset is of the schedule's own time zone."""
    try:
        found = from_iso(text)
    except ValueError:
        raise ValueError("is not a date and time of ISO 8601, such as 2026-12-01T09:00:00Z") from None
    if not 1970 <= found.year <= 9000:
        raise ValueError("is not within the years 1970 to 9000")
    return text


@cache
def _zones() -> frozenset[str]:
    """All files of the database are looked at for it, which takes longer than all else of a schedule."""
    return frozenset(available_timezones())


def _zone_name(name: str) -> str:
    if name not in _zones():
        raise ValueError("is not a time zone of the IANA database, such as Europe/Madrid")
    return name


Moment = Annotated[str, Field(max_length=40), AfterValidator(_moment_text)]
ZoneName = Annotated[str, Field(max_length=64), AfterValidator(_zone_name)]


class When(BaseModel):
    """The fields on time; which of them are set depends on the type."""

    model_config = ConfigDict(extra="forbid")

    cron_expression: str | None = Field(default=None, max_length=EXPRESSION_MOST)
    interval_seconds: int | None = Field(default=None, ge=SMALLEST_INTERVAL, le=LARGEST_INTERVAL)
    run_at: Moment | None = None
    hour: int | None = Field(default=None, ge=0, le=23)
    minute: int | None = Field(default=None, ge=0, le=59)
    day_of_week: int | None = Field(default=None, ge=0, le=6)
    day_of_month: int | None = Field(default=None, ge=1, le=31)
    short_months: Literal["last_day", "skip"] = "last_day"
    timezone: ZoneName = "UTC"
    dst_gap: Literal["skip", "shift"] | None = None
    dst_overlap: Literal["once", "twice"] | None = None
    start_time: Moment | None = None
    end_time: Moment | None = None
    jitter_seconds: int = Field(default=0, ge=0, le=JITTER_MOST)


class Definition(When):
    """All that a caller may say."""

    name: str = Field(min_length=1, max_length=200)
    type: ScheduleType
    max_runs: int | None = Field(default=None, ge=1, le=10**9)
    timeout: int | None = Field(default=None, ge=1, le=TIMEOUT_MOST)
    overlap_policy: Literal["allow", "skip", "queue", "cancel_previous"] = "allow"
    catch_up: Literal["skip", "one", "all"] = "one"
    catch_up_window_seconds: int = Field(default=3_600, ge=1, le=WINDOW_MOST)
    target: Target | None = None
    metadata: dict[str, JsonValue] = Field(default_factory=dict)

    @property
    def is_unfixed(self) -> bool:
        return self.type == ScheduleType.CRON and parse_cron(self.cron_expression or "").unfixed

    def zone(self) -> Zone:
        """Where nobody says, a rule of elapsed time (every hour, every ten minutes) leaves out an hour that does not
        exist and takes one that comes twice as the two hours it is; a fixed hour is done once on every day.
        """
        unfixed = self.is_unfixed
        gap = self.dst_gap or ("skip" if unfixed else "shift")
        overlap = self.dst_overlap or ("twice" if unfixed else "once")
        return Zone(ZoneInfo(self.timezone), gap, overlap)


_NEEDED: Final[dict[ScheduleType, tuple[str, ...]]] = {
    ScheduleType.CRON: ("cron_expression",),
    ScheduleType.INTERVAL: ("interval_seconds",),
    ScheduleType.ONCE: ("run_at",),
    ScheduleType.DAILY: ("hour", "minute"),
    ScheduleType.WEEKLY: ("day_of_week", "hour", "minute"),
    ScheduleType.MONTHLY: ("day_of_month", "hour", "minute"),
}
_TIMES: Final = frozenset(name for names in _NEEDED.values() for name in names)


def timing_of(definition: Definition, created_at: datetime, salt: str) -> Timing:
    """``salt`` tells the jitter of one schedule from another's. Raises ``ValidationFailed``."""
    _check_fields(definition)
    zone = definition.zone()
    starts, ends = _moment(definition.start_time, zone), _moment(definition.end_time, zone)
    if starts and ends and ends < starts:
        raise invalid("end_time", "is before start_time")
    beats = _beats(definition, zone, starts, created_at)
    return Timing(beats, starts, ends, definition.jitter_seconds, salt)


def _check_fields(definition: Definition) -> None:
    needed = _NEEDED[definition.type]
    for name in sorted(_TIMES):
        given = getattr(definition, name) is not None
        if given and name not in needed:
            raise invalid(name, f"does not belong to a schedule of type {definition.type.value}")
        if not given and name in needed:
            raise invalid(name, f"is needed by a schedule of type {definition.type.value}")
    if definition.interval_seconds and definition.jitter_seconds >= definition.interval_seconds:
        raise invalid("jitter_seconds", "must be less than interval_seconds")


def _beats(definition: Definition, zone: Zone, starts: datetime | None, created_at: datetime) -> Beats:
    if definition.type == ScheduleType.ONCE:
        at = _moment(definition.run_at, zone)
        if at is None:
            raise invalid("run_at", "is needed")
        return Once(at)
    if definition.interval_seconds is not None:
        step = timedelta(seconds=definition.interval_seconds)
        whole = created_at.replace(microsecond=0)
        return Interval(starts or whole + step, definition.interval_seconds)
    return OnCalendar(_rule(definition), zone)


def _rule(definition: Definition) -> CalendarRule:
    if definition.cron_expression is not None:
        return parse_cron(definition.cron_expression)
    fields: dict[str, Any] = {"minutes": (definition.minute,), "hours": (definition.hour,)}
    if definition.day_of_week is not None:
        # Ours counts from Monday, the rule as cron does from Sunday.
        fields["weekdays"] = frozenset({(definition.day_of_week + 1) % 7})
    if definition.day_of_month is not None:
        capped = definition.short_months == "last_day"
        name, value = ("capped_day", definition.day_of_month) if capped else ("days", {definition.day_of_month})
        fields[name] = value if capped else frozenset({definition.day_of_month})
    return CalendarRule(**fields)


def _moment(text: str | None, zone: Zone) -> datetime | None:
    """In whole seconds. What the zone's clock never tells is taken by the offset before the gap."""
    if text is None:
        return None
    found = from_iso(text)
    aware = found if found.tzinfo else found.replace(tzinfo=zone.info)
    return aware.astimezone(UTC).replace(microsecond=0)


def in_words(moment: datetime, zone_name: str) -> dict[str, str]:
    """A moment as the API tells it, with what the clock of its zone says."""
    return {"at": to_iso(moment), "local": moment.astimezone(ZoneInfo(zone_name)).isoformat()}
