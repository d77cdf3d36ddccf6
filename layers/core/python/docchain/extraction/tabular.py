"""Rows and columns as a Markdown table."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from docchain.extraction.errors import BrokenDocument
from docchain.extraction.limits import MAX_CELLS, MAX_COLUMNS, check_deadline, check_size

DELIMITERS = ",;\t|"
LINES_LOOKED_AT = 50
CHECKED_EVERY = 1_000


def csv_to_markdown(text: str, deadline: float | None) -> tuple[str, dict[str, Any]]:
    """The first row is taken for the header, as nearly all files have one."""
    delimiter = _delimiter(text)
    rows, cells = [], 0
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter, strict=False)):
            if number % CHECKED_EVERY == 0:
                check_deadline(deadline)
            check_size("columns", len(row), MAX_COLUMNS)
            cells += len(row)
            check_size("cells", cells, MAX_CELLS)
            if any(cell.strip() for cell in row):
                rows.append(row)
    except csv.Error as error:
        raise BrokenDocument(f"the table is damaged: {error}") from error
    return markdown_table(rows), {"delimiter": delimiter, "rows": max(len(rows) - 1, 0)}


def _delimiter(text: str) -> str:
    """The sign that stands equally often in most lines; the comma when none does."""
    lines = [line for line in text[:100_000].split("\n")[:LINES_LOOKED_AT] if line.strip()]

    def weight(sign: str) -> tuple[int, int]:
        counts = [line.count(sign) for line in lines]
        usual = max(set(counts), key=lambda n: (counts.count(n), n), default=0)
        return (counts.count(usual) if usual else 0, usual)

    return max(DELIMITERS, key=weight) if lines else ","


def markdown_table(rows: Sequence[Sequence[str]]) -> str:
    """Every row as wide as the widest; the first is the header."""
    if not rows:
        return ""
    width = max(len(row) for row in rows)
    head, *body = [_line(row, width) for row in rows]
    return "\n".join([head, "| " + " | ".join(["---"] * width) + " |", *body])


def _line(row: Iterable[str], width: int) -> str:
    cells = [" ".join(str(cell).split()).replace("|", "\\|") for cell in row]
    return "| " + " | ".join([*cells, *[""] * (width - len(cells))]) + " |"
