"""Headings and tables of a Markdown text, with where they stand in it."""

import re
from collections.abc import Iterator

from docchain.extraction.models import Heading, Table

HEADING = re.compile(r" {0,3}(#{1,6})[ \t](.*)")
FENCE = re.compile(r"^ {0,3}(```|~~~)")
RULE_SIGNS = frozenset("|-: \t")
CELL_BORDER = re.compile(r"(?<!\\)\|")


def outline(markdown: str) -> tuple[list[Heading], list[Table]]:
    headings: list[Heading] = []
    tables: list[Table] = []
    table: list[tuple[int, str]] = []
    fenced = False
    for start, line in [*_lines(markdown), (len(markdown), "")]:
        if FENCE.match(line):
            fenced = not fenced
        if not fenced and "|" in line:
            table.append((start, line))
            continue
        if len(table) > 1 and _is_rule(table[1][1]):
            tables.append(_table(table))
        table = []
        match = None if fenced else HEADING.match(line)
        title = _plain(match[2].strip().rstrip("#")) if match else ""
        if match and title:
            headings.append(Heading(len(match[1]), title, start=start))
    return headings, tables


def _lines(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for line in text.split("\n"):
        yield start, line
        start += len(line) + 1


def _table(lines: list[tuple[int, str]]) -> Table:
    header, *rows = [_cells(line) for _, line in (lines[0], *lines[2:])]
    last, text = lines[-1]
    return Table(header, rows, start=lines[0][0], end=last + len(text))


def _is_rule(line: str) -> bool:
    return "-" in line and RULE_SIGNS.issuperset(line)


def _cells(row: str) -> list[str]:
    inner = row.strip().removeprefix("|")
    inner = inner[:-1] if inner.endswith("|") and not inner.endswith("\\|") else inner
    return [cell.strip().replace("\\|", "|") for cell in CELL_BORDER.split(inner)]


def _plain(title: str) -> str:
    return re.sub(r"[*`]|(?<!\w)_|_(?!\w)", "", title).strip()
