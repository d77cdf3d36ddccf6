"""``python -m docchain.verify FILE``: 0 valid, 1 not valid, 2 not readable. Needs no account and no network."""

import argparse
import sys
from pathlib import Path
from typing import Final

from docchain.verify.answers import Answer
from docchain.verify.faults import Unreadable
from docchain.verify.files import check
from docchain.verify.reading import read_json
from docchain.verify.signatures import Keys, read_keys

VALID: Final = 0
NOT_VALID: Final = 1
NOT_READABLE: Final = 2


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m docchain.verify",
        description="Checks an audit export, a proof, a run's receipt or a compliance report (JSON or PDF), offline.",
        epilog="Ends with 0 when it is valid, 1 when it is not, 2 when it cannot be read.",
    )
    parser.add_argument("file", type=Path, help="the file to check")
    parser.add_argument(
        "--key",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="trust only this public key: a JWK, or what GET /api/v3/security/audit/keys answered; may be repeated",
    )
    parser.add_argument("--part", action="store_true", help="the export may begin with another entry than the first")
    parser.add_argument(
        "--files", type=Path, metavar="DIR", help="a folder with the documents that a receipt names: checks them too"
    )
    given = parser.parse_args(arguments)
    try:
        pinned = _pinned(given.key)
        answer = check(given.file.read_bytes(), pinned, may_begin_midway=given.part, folder=given.files)
    except (Unreadable, OSError) as error:
        _say(f"NOT READABLE: {given.file}: {error}")
        return NOT_READABLE
    _tell(answer, is_pinned=bool(pinned))
    return VALID if answer.is_valid else NOT_VALID


def _pinned(files: list[Path]) -> Keys:
    keys: dict[str, object] = {}
    for file in files:
        content = read_json(file.read_bytes())
        keys |= read_keys(content.get("keys", [content]))
    return keys  # type: ignore[return-value]  # read_keys made each of them


def _tell(answer: Answer, *, is_pinned: bool) -> None:
    if answer.fault is None:
        _say("VALID", *answer.says)
        if not is_pinned:
            _say("The key came with the file. To trust only ours, fetch it once and give it: --key FILE.")
        return
    fault = answer.fault
    where = f"entry {fault.seq}: " if fault.seq is not None else ""
    about = f" ({fault.field})" if fault.field else ""
    _say(f"NOT VALID: {where}{fault.says} [{fault.wrong}]{about}")


def _say(*lines: str) -> None:
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.exit(main())
