"""A developer's look at one function: its log, and a call with an event from a file."""

import json
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from infra.local import deployment
from infra.local.place import ROOT, STACK, Place
from infra.local.problems import Problem

STREAMS, LINES = 3, 100


def log_lines(place: Place, name: str) -> Iterator[str]:
    """The newest lines, oldest first."""
    logs = deployment.client(place, "logs")
    group = f"/aws/lambda/{_full_name(place, name)}"
    try:
        found = logs.describe_log_streams(logGroupName=group, orderBy="LastEventTime", descending=True, limit=STREAMS)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return
    for stream in reversed(found["logStreams"]):
        events = logs.get_log_events(logGroupName=group, logStreamName=stream["logStreamName"], limit=LINES)
        yield from (event["message"].rstrip() for event in events["events"])


def invoke(place: Place, name: str, event_file: str) -> tuple[Any, bool]:
    """What it answered, and whether that was an error."""
    file = ROOT / event_file
    if not file.is_file():
        samples = ", ".join(str(f.relative_to(ROOT)) for f in sorted((ROOT / "events").rglob("*.json")))
        raise Problem(f"There is no event file {event_file!r}.", f"Say which: EVENT=path. The samples: {samples}")
    answer = deployment.client(place, "lambda").invoke(FunctionName=_full_name(place, name), Payload=file.read_bytes())
    return json.loads(answer["Payload"].read() or "null"), "FunctionError" in answer


def _full_name(place: Place, name: str) -> str:
    """``api/workflows``, ``api-workflows`` and ``docchain-local-api-workflows`` are one function."""
    pages = deployment.client(place, "lambda").get_paginator("list_functions").paginate()
    known = {f["FunctionName"] for page in pages for f in page["Functions"] if f["FunctionName"].startswith(STACK)}
    wanted = f"{STACK}-{name.removeprefix(f'{STACK}-').replace('/', '-').replace('_', '-')}"
    if wanted not in known:
        names = ", ".join(sorted(k.removeprefix(f"{STACK}-") for k in known))
        raise Problem(f"There is no function {name!r}." if name else "Which function?", f"Say FN=… of: {names}")
    return wanted
