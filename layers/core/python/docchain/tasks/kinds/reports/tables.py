"""Tables of a report as Markdown. What people named things is text in it, and neither a heading nor a link."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

ROWS_SHOWN: Final = 100
_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~])")


def table(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """The first hundred rows, and how many there are beyond."""
    listed = list(rows)
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    lines += ["| " + " | ".join(map(cell, row)) + " |" for row in listed[:ROWS_SHOWN]]
    if len(listed) > ROWS_SHOWN:
        lines += ["", f"{len(listed) - ROWS_SHOWN} more are not shown."]
    return "\n".join(lines) + "\n"


def cell(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return _SPECIAL.sub(r"\\\1", f"{value:,.6g}")
    if isinstance(value, int):
        return f"{value:,}"
    return _SPECIAL.sub(r"\\\1", " ".join(str(value).split())) or "–"


def money(usd: float) -> str:
    """Dollars: to the cent from one dollar on, below it as many digits as there are."""
    return f"{usd:,.2f} USD" if usd >= 1 else f"{usd:.6f} USD"


def milliseconds(value: float | None) -> str | None:
    if value is None:
        return None
    return f"{value:,.0f} ms" if value < 10_000 else f"{value / 1000:,.1f} s"


def share(part: int, whole: int) -> str | None:
    return f"{part / whole:.1%}" if whole else None
