"""Which check a file wants: its ``format`` says so. A new format is one line here."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from docchain.verify import exports, proofs, reports
from docchain.verify.answers import Answer
from docchain.verify.faults import Unreadable
from docchain.verify.reading import read_json
from docchain.verify.signatures import Keys, read_keys

Check = Callable[[dict[str, Any], Keys], Answer]

CHECKS: Final[dict[str, Check]] = {
    exports.FORMAT: exports.check_export,
    proofs.INCLUSION: proofs.check_inclusion,
    proofs.CONSISTENCY: proofs.check_consistency,
    reports.FORMAT: reports.check_report,
}
PDF: Final = b"%PDF-"


def check(data: bytes, pinned: Keys, *, may_begin_midway: bool = False) -> Answer:
    """Raises ``Unreadable`` for what is no file of ours. ``pinned`` of nothing takes the keys that the file brings.

    ``may_begin_midway``: an export need not begin with entry 1.
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
    if name == exports.FORMAT:
        checking = partial(exports.check_export, may_begin_midway=may_begin_midway)
    return checking(file, pinned or brought)
