"""A report as PDF for people, with the signed JSON attached for programs."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from docchain.audit.hashing import canonical_json
from docchain.compliance.models import Report

ROWS_SHOWN: Final = 200
"""Of each list; the attachment has all that the report has."""
_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~])")


def render_report(report: Report, file: dict[str, Any]) -> bytes:
    # Typst comes with a layer of its own, and costs what reads of reports need not pay.
    from docchain.rendering.pdf import Attachment, render_pdf

    head = report["audit_head"]
    meta = {
        "language": "en",
        "author": "Document Workflow Chain",
        "footer": f"{report['tenant_id']} · {report['id']}",
        "created": report["generated_at"],
        "Tenant": report["tenant_id"],
        "Report": report["id"],
        "Period": f"{report['start_date']} to {report['end_date']} (UTC)",
        "Made": f"{report['generated_at']} by {report['generated_by']}",
        "Made from": f"the audit's first {head['size']} entries, signed on {head['date']}"
        if head
        else "no signed head",
        "Root": head["root"] if head else "–",
    }
    attached = Attachment("report.json", "application/json", "The signed report", canonical_json(file).decode())
    return render_pdf(f"Compliance report: {report['type']}", "\n".join(_lines(report)), meta, [attached])


def _lines(report: Report) -> Iterator[str]:
    figures = report["figures"]
    yield from ("# What happened", "")
    yield from _table(("kind", "entries"), [*figures["by_type"].items(), ("all", figures["total"])])
    if "access" in report:
        yield from _access(report["access"])
    if "logins" in report:
        yield from _logins(report["logins"])
    if "changes" in report:
        yield from ("# Changes", "", f"{report['changes']['count']} in the entries that were looked at.", "")
        yield from _rows(report["changes"])
    yield from (
        "# How to check this",
        "",
        "`python -m docchain.verify FILE` checks this PDF and the report attached to",
    )
    yield "it, offline: the signature is in its last lines, and covers every byte before them."


def _access(access: dict[str, Any]) -> Iterator[str]:
    mfa, of_user = access["mfa"], ("username", "roles", "is_active", "mfa_enabled", "last_login_at", "api_keys")
    of_key = ("name", "user_id", "permissions", "created_at", "last_used_at")
    yield from ("# Who has access", "")
    yield f"{mfa['with_mfa']} of {mfa['active_users']} active users ({mfa['coverage_percent']} %) have a second factor."
    yield from ("", *_table(("user", "roles", "active", "MFA", "last login", "keys"), _cells(access["users"], of_user)))
    if access["api_keys"]:
        yield from ("# API keys", "")
        yield from _table(("key", "user", "scopes", "made", "last used"), _cells(access["api_keys"], of_key))
    yield from _unless_complete(access["complete"])


def _logins(logins: dict[str, Any]) -> Iterator[str]:
    yield from ("# Logins", "")
    counts = [(name, logins[name]) for name in ("successful", "failed", "lockouts")]
    yield from _table(("logins", "count"), counts)
    if logins["failed_by_address"]:
        yield from _table(("failed from", "count"), logins["failed_by_address"].items())
    yield from _rows(logins)


def _rows(section: dict[str, Any]) -> Iterator[str]:
    fields = ("entry", "at", "name", "actor", "resource", "ip_address")
    if section["rows"]:
        yield from _table(("entry", "when", "what", "who", "which", "from"), _cells(section["rows"], fields))
    yield from _unless_complete(section["complete"])


def _cells(rows: Sequence[dict[str, Any]], fields: tuple[str, ...]) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in fields) for row in rows]


def _table(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    rows = list(rows)
    yield "| " + " | ".join(header) + " |"
    yield "|" + "---|" * len(header)
    for row in rows[:ROWS_SHOWN]:
        yield "| " + " | ".join(_cell(value) for value in row) + " |"
    yield ""
    if len(rows) > ROWS_SHOWN:
        yield from (f"{len(rows) - ROWS_SHOWN} more are in the attached report.", "")


def _cell(value: Any) -> str:
    """Text as text: what somebody called himself is neither a heading nor a link here."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return _SPECIAL.sub(r"\\\1", " ".join(text.split())) or "–"


def _unless_complete(complete: bool) -> tuple[str, ...]:
    return () if complete else ("There is more than one report holds: ask for a shorter time.", "")
