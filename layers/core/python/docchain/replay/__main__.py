"""``python -m docchain.replay FILE``: 0 as recorded, 1 something differs, 2 not readable. No account, no network."""

import argparse
import difflib
import json
import sys
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from docchain.errors import ClientError
from docchain.nodes import catalogue
from docchain.replay.fixture import read_fixture
from docchain.replay.offline import Checked, Verdict, replay_offline
from docchain.steps.call import Worker

AS_RECORDED: Final = 0
DIFFERS: Final = 1
NOT_READABLE: Final = 2
_LINES_SHOWN: Final = 60


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m docchain.replay",
        description="Works the pure nodes of an exported run again, offline, and compares them with its records.",
        epilog="Ends with 0 when all is as recorded, 1 when something differs, 2 when the file cannot be read.",
    )
    parser.add_argument("file", type=Path, help="what GET .../workflows/runs/{run}/export answered")
    parser.add_argument("--only", metavar="NODE", help="this node alone, by its key")
    parser.add_argument("--check", action="store_true", help="say only whether all is as recorded")
    given = parser.parse_args(arguments)
    try:
        fixture = read_fixture(json.loads(given.file.read_bytes()))
        found = list(replay_offline(fixture, local_workers(), given.only))
    except (ClientError, OSError, ValueError) as error:
        _say(f"NOT READABLE: {given.file}: {error}")
        return NOT_READABLE
    if not given.check:
        for checked in found:
            _tell(checked)
    return _end(found)


def local_workers() -> Mapping[str, Worker]:
    """Those of the families whose code is here; in a layer by itself there are none."""
    workers: dict[str, Worker] = {}
    for family in sorted({kind.family for kind in catalogue.all_kinds().values() if kind.family}):
        name = f"functions.steps.{family}.dependencies"
        if find_spec("functions") is not None and find_spec(name) is not None:
            workers |= getattr(import_module(name), "WORKERS", {})
    return workers


def _tell(checked: Checked) -> None:
    _say(f"{checked.verdict.value:9} {checked.node}" + (f": {checked.reason}" if checked.reason else ""))
    if checked.verdict == Verdict.DIFFERS:
        before, after = (_lines(side) for side in (checked.before, checked.after))
        lines = list(difflib.unified_diff(before, after, "recorded", "now", lineterm=""))
        _say(*(f"          {line}" for line in lines[:_LINES_SHOWN]))


def _end(found: list[Checked]) -> int:
    worked = [c for c in found if c.verdict != Verdict.RECORDED]
    first = next((c for c in found if c.verdict == Verdict.DIFFERS), None)
    if first:
        _say(f"NOT AS RECORDED: node {first.node}: {first.reason}")
        return DIFFERS
    _say(f"AS RECORDED: {len(worked)} nodes worked again, {len(found) - len(worked)} answered from their records")
    return AS_RECORDED


def _lines(side: dict[str, Any]) -> list[str]:
    return json.dumps(side, indent=1, sort_keys=True, ensure_ascii=False).splitlines()


def _say(*lines: str) -> None:
    for line in lines:
        sys.stdout.write(f"{line}\n")


def _refuse_network(event: str, _: tuple[Any, ...]) -> None:
    if event in {"socket.connect", "socket.getaddrinfo", "socket.sendto"}:
        raise OSError(f"an offline replay reaches nobody, and something asked for {event}")


if __name__ == "__main__":
    sys.addaudithook(_refuse_network)
    sys.exit(main())
