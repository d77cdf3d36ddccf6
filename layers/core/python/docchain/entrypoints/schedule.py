"""The door of a scheduled job: it takes no input and answers what it did, for the log."""

from collections.abc import Callable
from typing import Any

from docchain.entrypoints.invocation import invocation


def schedule_handler(run: Callable[[], dict[str, Any]]) -> Callable[[dict[str, Any], Any], dict[str, Any]]:
    def door(_: dict[str, Any], context: Any) -> dict[str, Any]:
        with invocation("schedule", context) as outcome:
            done = run()
            outcome.note(**done)
        return done

    return door
