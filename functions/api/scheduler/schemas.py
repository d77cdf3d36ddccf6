"""What the scheduler's routes take."""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from docchain.schedules.cron import EXPRESSION_MOST
from docchain.schedules.definition import (
    JITTER_MOST,
    LARGEST_INTERVAL,
    SMALLEST_INTERVAL,
    TIMEOUT_MOST,
    WINDOW_MOST,
    Definition,
    Moment,
    ScheduleType,
    When,
    ZoneName,
)
from docchain.schedules.targets import Target

NEXT_MOST: Final = 100


def _example(**fields: Any) -> ConfigDict:
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [fields]})


class _Common(BaseModel):
    """What every type has."""

    name: str = Field(min_length=1, max_length=200)
    timezone: ZoneName = Field(default="UTC", description="Of the IANA database, such as Europe/Madrid.")
    start_time: Moment | None = Field(default=None, description="ISO 8601; without an offset it is of the time zone.")
    end_time: Moment | None = Field(default=None, description="Not due after it.")
    max_runs: int | None = Field(default=None, ge=1, le=10**9, description="Completed after so many.")
    timeout: int | None = Field(default=None, ge=1, le=TIMEOUT_MOST, description="Seconds until what it started ends.")
    overlap_policy: Literal["allow", "skip", "queue", "cancel_previous"] = Field(
        default="allow", description="When it is due and what it started before is still at work."
    )
    catch_up: Literal["skip", "one", "all"] = Field(
        default="one", description="Which of the times that were missed are made up for."
    )
    catch_up_window_seconds: int = Field(default=3_600, ge=1, le=WINDOW_MOST)
    jitter_seconds: int = Field(default=0, ge=0, le=JITTER_MOST, description="Done up to so much later.")
    target: Target | None = Field(default=None, description="What it starts. Without one it only tells the bus.")
    metadata: dict[str, JsonValue] | None = None


class _OnClock(_Common):
    dst_gap: Literal["skip", "shift"] | None = Field(
        default=None, description="What is due in an hour that the clock leaves out."
    )
    dst_overlap: Literal["once", "twice"] | None = Field(
        default=None, description="What is due in an hour that the clock tells twice."
    )


_Hour = Annotated[int, Field(ge=0, le=23)]
_Minute = Annotated[int, Field(ge=0, le=59)]


class CreateCron(_OnClock):
    model_config = _example(name="Daily Backup", cron_expression="0 2 * * *", timezone="Europe/Madrid")

    cron_expression: str = Field(max_length=EXPRESSION_MOST)


class CreateInterval(_Common):
    model_config = _example(name="Every five minutes", interval_seconds=300)

    interval_seconds: int = Field(ge=SMALLEST_INTERVAL, le=LARGEST_INTERVAL)


class CreateOnce(_OnClock):
    model_config = _example(name="The launch", run_at="2030-01-01T09:00:00Z")

    run_at: Moment


class CreateDaily(_OnClock):
    model_config = _example(name="Morning report", hour=7, minute=30)

    hour: _Hour
    minute: _Minute


class CreateWeekly(_OnClock):
    model_config = _example(name="Monday meeting", day_of_week=0, hour=9, minute=0)

    day_of_week: int = Field(ge=0, le=6, description="0 is Monday.")
    hour: _Hour
    minute: _Minute


class CreateMonthly(_OnClock):
    model_config = _example(name="Invoices", day_of_month=31, hour=6, minute=0, short_months="last_day")

    day_of_month: int = Field(ge=1, le=31)
    hour: _Hour
    minute: _Minute
    short_months: Literal["last_day", "skip"] = Field(
        default="last_day", description="In months that do not have the day."
    )


class ChangeSchedule(When):
    """What is not named stays. The type stays what it is; ``target: null`` leaves it without one."""

    model_config = _example(name="Nightly backup", cron_expression="30 3 * * *")

    name: str = Field(default="", min_length=1, max_length=200)
    max_runs: int | None = None
    timeout: int | None = None
    overlap_policy: Literal["allow", "skip", "queue", "cancel_previous"] = "allow"
    catch_up: Literal["skip", "one", "all"] = "one"
    catch_up_window_seconds: int = 3_600
    target: Target | None = None
    metadata: dict[str, JsonValue] | None = None


class PreviewSchedule(When):
    """A definition that nobody keeps: its type, and the fields of that type."""

    model_config = _example(
        name="Preview", type="cron", cron_expression="0 9 * * MON#1", timezone="America/New_York", count=3
    )

    type: ScheduleType
    name: str = Field(default="preview", min_length=1, max_length=200)
    count: int = Field(default=5, ge=1, le=NEXT_MOST)

    def definition(self) -> Definition:
        return Definition.model_validate(self.model_dump(exclude={"count"}))
