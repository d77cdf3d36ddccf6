"""Small changes to the emulator: waits and costs that AWS does not have, and five things that AWS does.

Each looks first that what it changes is still there: MiniStack's version is pinned, and an upgrade must be noticed.
"""

import gc
import json
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from queue import Empty
from types import ModuleType
from typing import Any, TextIO


def apply() -> None:
    from ministack.core import iam_actions, lambda_runtime, persistence
    from ministack.services import lambda_svc, scheduler, stepfunctions

    _shorten_log_wait(lambda_runtime)
    _start_executions_at_once(stepfunctions)
    _tick_schedules_often(scheduler)
    _keep_error_names(lambda_svc)
    _read_streams_from_their_start(lambda_svc)
    _gather_stream_records(lambda_svc)
    _write_state_at_once(persistence)
    _name_actions_as_aws_does(iam_actions)
    _tell_groups_of_schedules_apart(iam_actions)
    # All items of all tables are objects here; at Python's thresholds the collector walks them all the time.
    gc.set_threshold(100_000, 50, 100)


def _expect(found: bool, what: str) -> None:
    if not found:
        sys.exit(f"MiniStack changed: {what} is not where infra/local/patches.py expects it.")


def _shorten_log_wait(lambda_runtime: Any) -> None:
    """After each call it looks every millisecond for log lines, and goes on when 5 ms (50 at first) brought none.

    A function writes its lines before its answer, so they are in the pipe already: the thread that reads it is all
    there is to wait for.
    """
    drain = lambda_runtime.Worker._drain_stderr_bounded
    _expect(drain.__defaults__ == (0.050, 0.005, 0.250), "Worker._drain_stderr_bounded")

    def drained(worker: Any) -> str:
        lines: list[str] = []
        wait = 0.002
        with suppress(Empty):
            while True:
                lines.append(worker._stderr_queue.get(timeout=wait))
                wait = 0.0003
        return "\n".join(lines)

    lambda_runtime.Worker._drain_stderr_bounded = drained


def _start_executions_at_once(stepfunctions: Any) -> None:
    """Each execution begins with a sleep of 150 ms; the module's other sleeps are states that wait, and stay."""
    _expect(hasattr(stepfunctions, "_run_execution") and hasattr(stepfunctions, "time"), "stepfunctions._run_execution")
    real = stepfunctions.time

    class Time(ModuleType):
        def __getattr__(self, name: str) -> Any:
            return getattr(real, name)

        @staticmethod
        def sleep(seconds: float) -> None:
            if seconds != 0.15:
                real.sleep(seconds)

    stepfunctions.time = Time("time")


def _tick_schedules_often(scheduler: Any) -> None:
    """Every ten seconds is coarser than a test wants to wait for."""
    _expect(getattr(scheduler, "_SCHEDULE_TICK_INTERVAL", None) == 10, "scheduler._SCHEDULE_TICK_INTERVAL")
    scheduler._SCHEDULE_TICK_INTERVAL = 0.5


def _keep_error_names(lambda_svc: Any) -> None:
    """AWS reports the class of an exception, on which Retry and Catch decide, or that the process ended; the emulator
    has one name for all."""
    _expect(hasattr(lambda_svc, "_execute_function_warm"), "lambda_svc._execute_function_warm")
    original: Callable[..., dict[str, Any]] = lambda_svc._execute_function_warm

    def execute(*arguments: Any, **named: Any) -> dict[str, Any]:
        result = original(*arguments, **named)
        body = result.get("body")
        if result.get("error") and isinstance(body, dict) and body.get("errorType") == "Runtime.HandlerError":
            died = body.get("errorMessage") == "Worker process died"
            known = "Runtime.ExitError" if died else class_of(result.get("log", ""))
            body["errorType"] = known or "Runtime.HandlerError"
        return result

    lambda_svc._execute_function_warm = execute


def _read_streams_from_their_start(lambda_svc: Any) -> None:
    """A restart keeps how far a listener has read but not the stream: it would wait for records that are gone."""
    _expect(hasattr(lambda_svc, "_restore_esm_positions"), "lambda_svc._restore_esm_positions")
    original: Callable[..., None] = lambda_svc._restore_esm_positions

    def restore(store: Any, positions: Any) -> None:
        if store is not lambda_svc._dynamodb_stream_positions:
            original(store, positions)

    lambda_svc._restore_esm_positions = restore


def _gather_stream_records(lambda_svc: Any) -> None:
    """Lambda polls a stream four times a second and takes what gathered; the emulator calls a listener per record.

    A twentieth of a second is quick for the eye, and leaves the machine to the run that the records tell of.
    """
    _expect(hasattr(lambda_svc, "_poll_dynamodb_streams"), "lambda_svc._poll_dynamodb_streams")
    original: Callable[[], bool] = lambda_svc._poll_dynamodb_streams

    def poll() -> bool:
        found = original()
        if found:
            time.sleep(0.05)
        return found

    lambda_svc._poll_dynamodb_streams = poll


def _write_state_at_once(persistence: Any) -> None:
    """json.dump encodes piece by piece in Python, five times slower than dumps: 40 MB of items took 5 s of a stop."""
    _expect(hasattr(persistence, "save_state") and hasattr(persistence, "json"), "persistence.save_state")
    real = persistence.json

    class Json(ModuleType):
        def __getattr__(self, name: str) -> Any:
            return getattr(real, name)

        @staticmethod
        def dump(value: Any, file: TextIO, **named: Any) -> None:
            file.write(real.dumps(value, **named))

    persistence.json = Json("json")


def class_of(trace: str) -> str | None:
    """The class in a traceback's end: the first line after the last frame, which alone is not indented."""
    lines = trace.splitlines()
    frames = [i for i, line in enumerate(lines) if line.startswith("  File ")]
    if not frames:
        return None
    for line in lines[frames[-1] + 1 :]:
        if line and not line[0].isspace():
            return line.split(":", 1)[0].strip().rsplit(".", 1)[-1]
    return None


def _name_actions_as_aws_does(iam_actions: Any) -> None:
    """SQS has no actions for its batches: ``SendMessage`` allows ``SendMessageBatch``, for which the emulator asks.

    Of a letter it knows neither the identities nor ``ses:FromAddress``, on which our grant depends, so it is not asked
    (``None``); ``tests/infra/test_queues.py`` reads that grant.
    """
    _expect(hasattr(iam_actions, "extract_iam_action"), "iam_actions.extract_iam_action")
    original: Callable[..., str | None] = iam_actions.extract_iam_action

    def extract(*arguments: Any) -> str | None:
        action = original(*arguments)
        if action == "ses:SendEmail":
            return None
        return action.removesuffix("Batch") if action and action.startswith("sqs:") else action

    iam_actions.extract_iam_action = extract


def _tell_groups_of_schedules_apart(iam_actions: Any) -> None:
    """A schedule's ARN has its group's name, for which the emulator always says ``default``."""
    _expect(hasattr(iam_actions, "extract_resource_arn"), "iam_actions.extract_resource_arn")
    original: Callable[..., str] = iam_actions.extract_resource_arn

    def extract(
        service: str, method: str, path: str, headers: Any, body: bytes, query: dict[str, Any], *place: str
    ) -> str:
        arn = original(service, method, path, headers, body, query, *place)
        if ":schedule/default/" not in arn:
            return arn
        named = json.loads(body).get("GroupName", "default") if body else query.get("groupName", ["default"])
        group = named[0] if isinstance(named, list) else named
        return arn.replace(":schedule/default/", f":schedule/{group}/")

    iam_actions.extract_resource_arn = extract
