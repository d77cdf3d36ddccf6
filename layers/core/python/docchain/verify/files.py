"""Which check a file wants: its ``format`` says so. A new format is one line here."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

from docchain.verify import exports, proofs, receipts, reports
from docchain.verify.answers import Answer
from docchain.verify.beside import check_files
from docchain.verify.faults import Unreadable
from docchain.verify.reading import read_json
from docchain.verify.signatures import Keys, read_keys

Check = Callable[[dict[str, Any], Keys], Answer]

CHECKS: Final[dict[str, Check]] = {
    exports.FORMAT: exports.check_export,
    proofs.INCLUSION: proofs.check_inclusion,
    proofs.CONSISTENCY: proofs.check_consistency,
    reports.FORMAT: reports.check_report,
    receipts.FORMAT: receipts.check_receipt,
}
PDF: Final = b"%PDF-"


def check(data: bytes, pinned: Keys, *, may_begin_midway: bool = False, folder: Path | None = None) -> Answer:
    """Raises ``Unreadable`` for what is no file of ours. ``pinned`` of nothing takes the keys that the file brings.

    ``may_begin_midway``: an export need not begin with entry 1. ``folder`` holds the documents that a receipt names.
    """
    if data.startswith(PDF):
        return reports.check_pdf(data, pinned)
    file = read_json(data)
    name = file.get("format")
    if not isinstance(name, str) or name not in CHECKS:
        raise Unreadable(f"its format is {name!r}; known are: {', '.join(CHECKS)}")
    if not isinstance(file.get("tenant_id"), str):
        raise Unreadable("it names no tenant")
    brought = read_keys(file.get("keys"))
    checking = CHECKS[name]
    if folder and name != receipts.FORMAT:
        raise Unreadable("only a receipt names documents to look for")
    if name == exports.FORMAT:
        checking = partial(exports.check_export, may_begin_midway=may_begin_midway)
    answer = checking(file, pinned or brought)
    return check_files(file, folder, answer) if folder else answer
