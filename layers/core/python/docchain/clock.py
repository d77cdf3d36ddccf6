"""Time, in the one form the API speaks: ISO-8601 UTC with a Z."""

import random
import time
from datetime import UTC, datetime


def now() -> str:
    """Milliseconds are kept: events of one run are often less than a second apart."""
    return to_iso(datetime.now(UTC))


def to_iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_iso(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def seconds_to(text: str) -> float:
    """Negative when it is past."""
    return (from_iso(text) - datetime.now(UTC)).total_seconds()


def epoch() -> int:
    """Whole seconds, as DynamoDB's TTL wants them."""
    return int(time.time())


def sleep_between(least: float, most: float) -> None:
    """Seconds, drawn anew each time: those who stood in each other's way do not come back at the same moment."""
    time.sleep(random.uniform(least, most))  # noqa: S311  # spreads writers, guards nothing
